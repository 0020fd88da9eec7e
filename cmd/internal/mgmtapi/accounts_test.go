package mgmtapi_test

import (
	"strings"
	"testing"
)

type person struct {
	ID       string `json:"id"`
	Email    string `json:"email"`
	Name     string `json:"name"`
	Role     string `json:"role"`
	Password string `json:"password"`
}

// Somebody is let in, gets another role and another password, and is let in no
// more. Passwords are told once.
func TestAnAccountLives(t *testing.T) {
	x := newTenant(t)
	made := as[person](t, x.do("POST", "/accounts", `{"email":" Eve@example.com","role":"auditor"}`).is(t, 201))
	if made.Email != "Eve@example.com" || made.Name != "Eve@example.com" || made.Role != "auditor" || len(made.Password) < 20 {
		t.Errorf("made %+v", made)
	}
	x.do("POST", "/accounts", `{"email":"eve@EXAMPLE.com","role":"auditor"}`).says(t, 409, "account_exists", "Somebody with this email address may sign in already.")
	path := "/accounts/" + strings.ReplaceAll(made.ID, "|", "%7C")
	if got := as[person](t, x.do("PATCH", path, `{"role":"help-desk"}`).is(t, 200)); got.Role != "help-desk" || got.Password != "" {
		t.Errorf("changed %+v", got)
	}
	if got := as[person](t, x.do("POST", path+"/reset-password", nil).is(t, 200)); got.Password == made.Password || got.Password == "" {
		t.Errorf("the password is %q", got.Password)
	}
	listed := string(x.do("GET", "/accounts?include_totals=true", nil).is(t, 200).body)
	if !strings.Contains(listed, `"total":3`) || !strings.Contains(listed, `"role":"help-desk"`) || strings.Contains(listed, "s3cret") || strings.Contains(listed, "password") {
		t.Errorf("listed %s", listed)
	}
	x.do("DELETE", path, nil).is(t, 204)
	x.do("DELETE", path, nil).says(t, 404, "inexistent_account", "The account does not exist.")
	x.do("POST", path+"/reset-password", nil).is(t, 404)
	for _, bad := range []string{`{"email":"nobody","role":"auditor"}`, `{"email":"a@b.test","role":"root"}`, `{"email":"a@b.test"}`, `{"email":"a@b.test","role":"auditor","password":"mine"}`} {
		x.do("POST", "/accounts", bad).is(t, 400)
	}
}

// Nobody locks themselves out, nor everybody.
func TestAZ09AnAdministratorIsLeft(t *testing.T) {
	x := newTenant(t)
	x.token = x.tokens.Token(map[string]any{"sub": "auth0|boss", "gty": nil, "aud": audience, "scope": strings.Join(allScopes, " ")})
	const self = "You cannot take this from yourself. Another administrator can."
	x.do("DELETE", "/accounts/auth0%7Cboss", nil).says(t, 409, "last_administrator", self)
	x.do("PATCH", "/accounts/auth0%7Cboss", `{"role":"auditor"}`).says(t, 409, "last_administrator", self)
	x.do("PATCH", "/accounts/auth0%7Cchief", `{"role":"auditor"}`).is(t, 200)

	x.token = x.tokens.Scoped(audience, allScopes...)
	const last = "This is the last administrator. Make somebody else one first."
	x.do("DELETE", "/accounts/auth0%7Cboss", nil).says(t, 409, "last_administrator", last)
	x.do("PATCH", "/accounts/auth0%7Cboss", `{"role":"help-desk"}`).says(t, 409, "last_administrator", last)
	x.do("PATCH", "/accounts/auth0%7Cchief", `{"role":"administrator"}`).is(t, 200)
	x.do("DELETE", "/accounts/auth0%7Cboss", nil).is(t, 204)
}
