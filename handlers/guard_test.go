package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"trellis/views/urls"
	"trellis/web/upstream"
)

// Who may not give something is told why beside the form, which keeps what was chosen.
func TestAZ08AFormSaysWhyItGivesTooMuch(t *testing.T) {
	const why = "You may not do this to Engineering: that gives the role Reader, and giving roles needs update:roles or update:users."
	for target, form := range map[string]url.Values{
		"/groups/eng/members/add":  {"id": {"u1"}},
		"/groups/eng/nested/add":   {"id": {"empty"}},
		"/groups/eng/roles/add":    {"id": {"self"}},
		"/groups/eng/mappings/add": {"connectionName": {"entra"}, "groupName": {"Everyone"}},
		"/groups/eng/edit":         {"name": {"Staff"}, "description": {"Staff"}},
	} {
		o := newOrg()
		o.refuse = &upstream.Error{Status: 403, Code: "GrantError", Message: why, Missing: "update:roles"}
		p := enter(o, everything...).post(t, target, form, "dialog")
		if p.Code != http.StatusUnprocessableEntity || !strings.Contains(p.doc.Text(), why) {
			t.Errorf("%s: %d %q", target, p.Code, p.doc.Text())
		}
		for _, values := range form {
			if !strings.Contains(p.Body.String(), `"`+values[0]+`"`) {
				t.Errorf("%s lost %s", target, values[0])
			}
		}
	}
}

// Who could not give a role directly is told, before anything is sent, what it takes.
func TestAPickerSaysWhatGivingRolesTakes(t *testing.T) {
	const note = "If that gives roles, it needs update:roles or update:users"
	for _, target := range []string{"/groups/eng/members/add", "/groups/eng/nested/add", "/groups/eng/roles/add", "/groups/eng/mappings/add"} {
		for scopes, want := range map[string]bool{"update:groups": true, "update:groups update:roles": false, "update:groups update:users": false} {
			p := enter(newOrg(), append([]string{"read:groups", "read:roles", "read:users"}, strings.Fields(scopes)...)...).get(t, target, "dialog")
			if got := strings.Contains(p.doc.Text(), note); p.Code != http.StatusOK || got != want {
				t.Errorf("%s with %s: %d, told is %v", target, scopes, p.Code, got)
			}
		}
	}
}

// The person form says which role may not be given.
func TestAZ08APersonCannotBeMadeMoreThanOneIs(t *testing.T) {
	s := newAccounts()
	s.refuse = &upstream.Error{Status: 403, Code: "grant_not_allowed", Message: "You may not make somebody administrator: that gives delete:users."}
	d := admit(s, admitting...)
	for target, form := range map[string]url.Values{
		urls.NewPerson:                  {"email": {"eve@meridian.example"}, "role": {"administrator"}},
		urls.ToPersonRole("auth0|ines"): {"role": {"administrator"}},
	} {
		p := d.post(t, target, form, "")
		if p.Code != http.StatusUnprocessableEntity || !strings.Contains(p.text(".problem"), "that gives delete:users") {
			t.Errorf("%s: %d %q", target, p.Code, p.text(".problem"))
		}
	}
}
