package handlers

import (
	_ "embed" // of the code of the Action
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"text/template"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/authz"
)

//go:embed loginaction.js
var loginActionCode string

var loginAction = template.Must(template.New("login Action").Parse(loginActionCode))

// actionCode is what the code of a login Action depends on. Texts are as
// JavaScript spells them.
type actionCode struct {
	API, Namespace           string
	Continue                 bool     // when Trellis does not answer
	Setters                  []string // the tokens that claims go into
	Claims, Passes, Persists []string // of "groups", "roles" and "permissions"
}

// Action shows the code for a login Action, for the namespace and the choices
// that the address names, and the switches that are saved.
func (h Configuration) Action(c echo.Context) error {
	cfg, err := h.API.Configuration(c.Request().Context())
	if err != nil {
		return err
	}
	at := urls.LoginActionForm{Namespace: strings.TrimSpace(c.FormValue("namespace")), Tokens: c.FormValue("tokens"), Failure: c.FormValue("failure")}
	if at.Namespace == "" {
		at.Namespace = h.Site + "/"
	}
	page := views.LoginAction{
		Namespace: at.Namespace,
		Tokens:    choices(at.Tokens, "", "ID and access tokens", "id", "ID tokens only", "access", "Access tokens only"),
		Failure:   choices(at.Failure, "", "Refuse the sign-in", "continue", "Sign in without anything"),
		Secrets:   []views.Setting{{Label: "TRELLIS_API_KEY", Value: "The API key. Rotate it on the Tokens tab to see a new one."}},
		Puts:      putsWhat(cfg),
	}
	if page.Problem = namespaceProblem(at.Namespace); page.Problem != "" {
		return showConfiguration(c, http.StatusUnprocessableEntity, actionTab, views.LoginActionPart(page))
	}
	if page.Code, err = h.code(cfg, at); err != nil {
		return err
	}
	return showConfiguration(c, http.StatusOK, actionTab, views.LoginActionPart(page))
}

// choices is options made of value, label pairs, with chosen among them.
func choices(chosen string, pairs ...string) []views.Option {
	var out []views.Option
	for i := 0; i+1 < len(pairs); i += 2 {
		out = append(out, views.Option{Value: pairs[i], Label: pairs[i+1], Chosen: pairs[i] == chosen})
	}
	return out
}

// namespaceProblem is what keeps text from being the beginning of a claim's
// name. The provider takes addresses only, so that no standard claim is hit.
func namespaceProblem(text string) string {
	u, err := url.Parse(text)
	switch {
	case len(text) > 200:
		return "Use at most 200 characters."
	case err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || strings.ContainsAny(text, " `$\\"):
		return "Use an address such as https://example.com/. Nothing has to be there."
	}
	return ""
}

// code is the Action's code.
func (h Configuration) code(cfg authz.Configuration, at urls.LoginActionForm) (string, error) {
	setters := []string{"idToken", "accessToken"}
	switch at.Tokens {
	case "id":
		setters = setters[:1]
	case "access":
		setters = setters[1:]
	}
	var b strings.Builder
	err := loginAction.Execute(&b, actionCode{
		API: quoted(h.Address), Namespace: quoted(at.Namespace), Continue: at.Failure == "continue", Setters: setters,
		Claims:   chosenOf(cfg.GroupsInToken, cfg.RolesInToken, cfg.PermissionsInToken),
		Passes:   chosenOf(cfg.GroupsPassthrough, cfg.RolesPassthrough, cfg.PermissionsPassthrough),
		Persists: chosenOf(cfg.PersistGroups, cfg.PersistRoles, cfg.PersistPermissions),
	})
	return b.String(), err
}

// quoted is text as a JavaScript string.
func quoted(text string) string {
	b, err := json.Marshal(text)
	if err != nil {
		return `""` // a text always has a form
	}
	return string(b)
}

// chosenOf is the names of the switches that are on.
func chosenOf(groups, roles, permissions *bool) []string {
	var out []string
	for i, set := range []*bool{groups, roles, permissions} {
		if on(set) {
			out = append(out, []string{"groups", "roles", "permissions"}[i])
		}
	}
	return out
}

// putsWhat words what the code does with the switches as they are.
func putsWhat(cfg authz.Configuration) string {
	claims := chosenOf(cfg.GroupsInToken, cfg.RolesInToken, cfg.PermissionsInToken)
	kept := chosenOf(cfg.PersistGroups, cfg.PersistRoles, cfg.PersistPermissions)
	text := "It puts nothing into tokens, as the switches are."
	if len(claims) > 0 {
		text = "It puts " + listed(claims) + " into tokens."
	}
	if len(kept) > 0 {
		text += " It keeps " + listed(kept) + " in app_metadata."
	}
	return text
}

// listed words names one after the other.
func listed(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}
