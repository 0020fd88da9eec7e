package handlers

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/mgmt"
	"trellis/web/session"
	"trellis/web/upstream"
)

// Pick offers permissions to give to a user.
func (h UserPermissions) Pick(c echo.Context) error {
	return h.picker(c, http.StatusOK, pickOf(c), "")
}

// Add gives the chosen permissions to a user.
func (h UserPermissions) Add(c echo.Context) error {
	p := pickOf(c)
	if p.searching {
		return h.picker(c, http.StatusOK, p, "")
	}
	if problem := p.problem("permission"); problem != "" {
		return h.picker(c, http.StatusUnprocessableEntity, p, problem)
	}
	var refs []mgmt.PermissionRef
	for _, value := range p.chosen {
		refs = append(refs, refOf(value))
	}
	at := permissionsAt(c)
	err := h.API.AddUserPermissions(c.Request().Context(), at.User, refs)
	if refusal, ok := errors.AsType[*upstream.Error](err); ok && refusal.Status == http.StatusBadRequest {
		return h.picker(c, http.StatusUnprocessableEntity, p, refusal.Message) // an API dropped one meanwhile
	}
	if err != nil {
		return err
	}
	return done(c, at.To(), count(len(refs), "permission")+" added", h.List)
}

func (h UserPermissions) picker(c echo.Context, status int, p pick, problem string) error {
	at := permissionsAt(c)
	t, err := h.holdings(c.Request().Context(), at.User)
	if err != nil {
		return err
	}
	apis := offered(t.apis)
	current := currentAPI(apis, c.FormValue("api"))
	rows, more := p.choices(permissionCandidates(t, apis, current, p))
	picker := p.picker(at.ToAdd(), "permission", rows, more)
	picker.Icon = "permissions"
	return pickSheet(c, status, urls.Users, views.Sheet{
		Title:   "Add permissions to " + firstNameOf(t.user),
		Text:    "Held directly, beside what roles give.",
		Action:  at.ToAdd(),
		Back:    at.To(),
		Submit:  "Add permissions",
		Icon:    "plus",
		Problem: problem,
		Aside:   p.chosenWords(),
		Refusal: needs(c, session.Management, updateUsers),
	}, views.PermissionPicker(apiOptions(apis, current), picker), picker)
}

// offered are the APIs whose permissions users can hold, by name. Those of the
// tenant itself are for its own programs.
func offered(apis []mgmt.ResourceServer) []mgmt.ResourceServer {
	out := slices.DeleteFunc(slices.Clone(apis), func(s mgmt.ResourceServer) bool { return s.IsSystem || len(s.Scopes) == 0 })
	slices.SortFunc(out, func(a, b mgmt.ResourceServer) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

// currentAPI is the API that identifier names, or the first.
func currentAPI(apis []mgmt.ResourceServer, identifier string) string {
	for _, s := range apis {
		if s.Identifier == identifier {
			return identifier
		}
	}
	if len(apis) == 0 {
		return ""
	}
	return apis[0].Identifier
}

func apiOptions(apis []mgmt.ResourceServer, current string) []views.APIOption {
	var out []views.APIOption
	for _, s := range apis {
		option := views.APIOption{Identifier: s.Identifier, Label: s.Name, Current: s.Identifier == current}
		if !s.EnforcePolicies {
			option.Label += " (RBAC off)"
		}
		out = append(out, option)
	}
	return out
}

// permissionCandidates are the permissions of the current API, and those chosen
// of other APIs before.
func permissionCandidates(t holdings, apis []mgmt.ResourceServer, current string, p pick) []candidate {
	var out []candidate
	for _, s := range apis {
		for _, scope := range s.Scopes {
			cand := candidate{id: valueOf(s.Identifier, scope.Value), label: scope.Value, detail: scope.Description}
			if s.Identifier != current {
				if !slices.Contains(p.chosen, cand.id) {
					continue
				}
				cand.detail = strings.TrimPrefix(cand.detail+", "+s.Name, ", ")
			}
			if _, held := t.direct(s.Identifier, scope.Value); held {
				cand.refusal = "Already assigned"
			}
			out = append(out, cand)
		}
	}
	return out
}

// valueOf names a permission of an API in a form. A permission holds no space:
// it is part of a token's scope, which is a list parted by spaces.
func valueOf(api, permission string) string { return api + " " + permission }

// refOf is the permission that value names.
func refOf(value string) mgmt.PermissionRef {
	i := strings.LastIndexByte(value, ' ')
	return mgmt.PermissionRef{ResourceServerIdentifier: value[:max(i, 0)], PermissionName: value[i+1:]}
}
