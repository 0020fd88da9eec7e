package handlers

import (
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/mgmt"
)

// The Management API has no versions that a change could be compared with, here as
// at Auth0. So a form carries what it was drawn from, and a change that finds
// something else there asks first.

// scopesWas is what a form of scopes was drawn from, field by field.
const scopesWas = "was-"

// scopeText is scopes as one text, whatever their order.
func scopeText(scopes []string) string {
	return strings.Join(slices.Sorted(slices.Values(scopes)), " ")
}

// drawnFrom carries what the form of a machine client's scopes was drawn from.
func (h Machines) drawnFrom(has map[string][]string) []views.Hidden {
	var keep []views.Hidden
	for _, api := range h.apis() {
		keep = append(keep, views.Hidden{Name: scopesWas + api.field, Value: scopeText(has[api.field])})
	}
	return keep
}

// overtaken reports whether somebody else changed the scopes since the form was
// drawn.
func (h Machines) overtaken(sent, has map[string][]string) bool {
	return slices.ContainsFunc(h.apis(), func(api grantableAPI) bool {
		was, told := sent[scopesWas+api.field]
		return told && was[0] != scopeText(has[api.field])
	})
}

// conflict shows the scopes that the person chose beside those that are stored by
// now.
func (h Machines) conflict(c echo.Context, action string, sent, has map[string][]string) error {
	keep := h.drawnFrom(has)
	var theirs, mine []views.Setting
	for _, api := range h.apis() {
		stored, chosen := scopeText(has[api.field]), scopeText(sent[api.field])
		theirs = append(theirs, views.Setting{Label: api.name, Value: orNone(stored), Differs: stored != chosen})
		mine = append(mine, views.Setting{Label: api.name, Value: orNone(chosen), Differs: stored != chosen})
		for _, scope := range sent[api.field] {
			keep = append(keep, views.Hidden{Name: api.field, Value: scope})
		}
	}
	return sheet(c, http.StatusConflict, urls.Configuration, settingsConflict(action, urls.Machines, keep), views.Versions(theirs, mine))
}

// roleConflict shows the role that the person chose beside the one that is stored
// by now.
func (h People) roleConflict(c echo.Context, action string, a mgmt.Account, role string) error {
	keep := []views.Hidden{{Name: "was", Value: a.Role}, {Name: "role", Value: role}}
	one := func(role string) []views.Setting {
		return []views.Setting{{Label: "Role of " + named(a.Name), Value: roleName(role), Differs: true}}
	}
	return sheet(c, http.StatusConflict, urls.Configuration, settingsConflict(action, urls.People, keep), views.Versions(one(a.Role), one(role)))
}

// orNone is text, or a word for nothing.
func orNone(text string) string {
	if text == "" {
		return "None"
	}
	return text
}
