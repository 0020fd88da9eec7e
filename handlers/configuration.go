package handlers

import (
	"context"
	"net/http"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/session"
	"trellis/web/upstream"
)

// ConfigurationAPI is what the switches of a sign-in and its key ask of the
// Authorization API.
type ConfigurationAPI interface {
	Configuration(context.Context) (authz.Configuration, error)
	UpdateConfiguration(ctx context.Context, in authz.Configuration, ifMatch string) (authz.Configuration, error)
	RotateAPIKey(context.Context) (string, error)
}

// Configuration serves what a sign-in puts into tokens and profiles, the key of
// the policy call, and the code for a login Action.
type Configuration struct {
	API     ConfigurationAPI
	Address string // of the Authorization API
	Site    string // the dashboard's own address
}

const (
	updateConfiguration = "update:configuration"
	updateAPIAccess     = "update:resource-server"
)

var (
	tokensTab   = tab{"tokens", "Tokens"}
	accessTab   = tab{"access", "API access"}
	actionTab   = tab{"action", "Login Action"}
	transferTab = tab{"transfer", "Import and export"}
	machinesTab = tab{"machines", "Machine clients"}
	peopleTab   = tab{"people", "People"}
)

// showConfiguration answers with a tab of the configuration.
func showConfiguration(c echo.Context, status int, at tab, body templ.Component) error {
	l := layout(c, "Configuration, "+at.label, urls.Configuration)
	list := configurationTabs(at)
	return answer(c, status, views.ConfigurationPage(l, list, body), parts{
		"detail": views.Titled(l, views.ConfigurationDetail(list, body)),
	})
}

func configurationTabs(at tab) []views.Tab {
	one := func(t tab, url string) views.Tab {
		return views.Tab{ID: t.id, Label: t.label, URL: url, Current: t == at}
	}
	return []views.Tab{
		one(tokensTab, urls.Configuration),
		one(accessTab, urls.APIAccess),
		one(machinesTab, urls.Machines),
		one(peopleTab, urls.People),
		one(actionTab, urls.LoginAction),
		one(transferTab, urls.Transfer),
	}
}

// tokenSwitch is one switch of the configuration, under the name that it has in
// the API.
type tokenSwitch struct {
	name, label string
	of          func(*authz.Configuration) **bool
}

// switchGroups are the nine switches, by what they are about.
var switchGroups = []struct {
	id, title, text string
	switches        []tokenSwitch
}{
	{"in-token", "Token contents", "What a sign-in adds to the tokens of the application.", []tokenSwitch{
		{"groupsInToken", "Groups", func(c *authz.Configuration) **bool { return &c.GroupsInToken }},
		{"rolesInToken", "Roles", func(c *authz.Configuration) **bool { return &c.RolesInToken }},
		{"permissionsInToken", "Permissions", func(c *authz.Configuration) **bool { return &c.PermissionsInToken }},
	}},
	{"passthrough", "Passthrough", "Also keep what the connection itself sends, beside what is managed here.", []tokenSwitch{
		{"groupsPassthrough", "Groups of the connection", func(c *authz.Configuration) **bool { return &c.GroupsPassthrough }},
		{"rolesPassthrough", "Roles of the connection", func(c *authz.Configuration) **bool { return &c.RolesPassthrough }},
		{"permissionsPassthrough", "Permissions of the connection", func(c *authz.Configuration) **bool { return &c.PermissionsPassthrough }},
	}},
	{"persistence", "Persistence", "Also write it into the user's app_metadata. It changes there at the next sign-in only, so do not decide by it.", []tokenSwitch{
		{"persistGroups", "Keep groups", func(c *authz.Configuration) **bool { return &c.PersistGroups }},
		{"persistRoles", "Keep roles", func(c *authz.Configuration) **bool { return &c.PersistRoles }},
		{"persistPermissions", "Keep permissions", func(c *authz.Configuration) **bool { return &c.PersistPermissions }},
	}},
}

// Show shows the switches and the state of the key.
func (h Configuration) Show(c echo.Context) error {
	cfg, err := h.API.Configuration(c.Request().Context())
	if err != nil {
		return err
	}
	s := tokenSettings(cfg)
	s.Refusal = needs(c, session.Authorization, updateConfiguration)
	s.Key.Rotate = views.Action{ID: "rotate-key", Label: "Rotate key", Icon: "refresh", URL: urls.APIKey, Dialog: true, Refusal: s.Refusal}
	if !s.Key.Set {
		s.Key.Rotate.Label = "Make a key"
	}
	return showConfiguration(c, http.StatusOK, tokensTab, views.TokenSettingsPart(s))
}

// tokenSettings words cfg.
func tokenSettings(cfg authz.Configuration) views.TokenSettings {
	s := views.TokenSettings{Version: cfg.ETag, Unset: unset(cfg), Key: views.APIKeyState{Set: cfg.APIKey != ""}}
	for _, g := range switchGroups {
		group := views.SwitchGroup{ID: g.id, Title: g.title, Text: g.text}
		for _, sw := range g.switches {
			group.Switches = append(group.Switches, views.Switch{Name: sw.name, Label: sw.label, On: on(*sw.of(&cfg))})
		}
		s.Groups = append(s.Groups, group)
	}
	return s
}

// unset reports whether no switch of cfg was ever set.
func unset(cfg authz.Configuration) bool {
	for _, g := range switchGroups {
		for _, sw := range g.switches {
			if *sw.of(&cfg) != nil {
				return false
			}
		}
	}
	return true
}

func on(set *bool) bool { return set != nil && *set }

// sentSwitches is the form as the API takes it. A browser sends nothing for a
// box that is not checked.
func sentSwitches(c echo.Context) authz.Configuration {
	var cfg authz.Configuration
	for _, g := range switchGroups {
		for _, sw := range g.switches {
			checked := c.FormValue(sw.name) != ""
			*sw.of(&cfg) = &checked
		}
	}
	return cfg
}

// Save sets the switches. When somebody else saved them since the form was
// drawn, the person sees both versions and chooses.
func (h Configuration) Save(c echo.Context) error {
	ctx, version := c.Request().Context(), c.FormValue("version")
	mine := sentSwitches(c)
	if version == "" { // nothing was there to have a version
		now, err := h.API.Configuration(ctx)
		if err != nil {
			return err
		}
		if !unset(now) {
			return h.conflict(c, now, mine)
		}
		version = now.ETag // a key may be there since
	}
	_, err := h.API.UpdateConfiguration(ctx, mine, version)
	if upstream.StatusOf(err) == http.StatusPreconditionFailed {
		theirs, err := h.API.Configuration(ctx)
		if err != nil {
			return err
		}
		return h.conflict(c, theirs, mine)
	}
	if err != nil {
		return err
	}
	return moveOn(c, urls.Configuration, "Changes saved", "They count from the next sign-in on.")
}

// conflict shows what the person chose beside what is stored by now.
func (h Configuration) conflict(c echo.Context, theirs, mine authz.Configuration) error {
	keep := []views.Hidden{{Name: "version", Value: theirs.ETag}}
	for _, g := range switchGroups {
		for _, sw := range g.switches {
			if on(*sw.of(&mine)) {
				keep = append(keep, views.Hidden{Name: sw.name, Value: "on"})
			}
		}
	}
	stored, chosen := switchFacts(theirs, mine), switchFacts(mine, theirs)
	return sheet(c, http.StatusConflict, urls.Configuration, settingsConflict(urls.Configuration, urls.Configuration, keep), views.Versions(stored, chosen))
}

// settingsConflict asks whose version of the settings at url shall stay. Leaving it
// leads to back.
func settingsConflict(url, back string, keep []views.Hidden) views.Sheet {
	return views.Sheet{
		Title:  "Somebody else changed these settings",
		Crumbs: []views.Link{{Label: "Configuration", URL: back}, {Label: "Two versions"}},
		Text:   "They were saved while you were editing. Nothing of yours is stored yet.",
		Action: url,
		Back:   back,
		Leave:  "Use theirs",
		Submit: "Keep mine",
		Wide:   true,
		Keep:   keep,
	}
}

// switchFacts words the switches of cfg, as far as they differ from those of other.
func switchFacts(cfg, other authz.Configuration) []views.Setting {
	var facts []views.Setting
	for _, g := range switchGroups {
		for _, sw := range g.switches {
			value, differs := on(*sw.of(&cfg)), on(*sw.of(&cfg)) != on(*sw.of(&other))
			facts = append(facts, views.Setting{Label: g.title + ": " + sw.label, Value: onOff(value), Differs: differs})
		}
	}
	return facts
}

func onOff(set bool) string {
	if set {
		return "On"
	}
	return "Off"
}
