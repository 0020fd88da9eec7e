package mgmtapi_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"trellis/cmd/internal/store"
)

// without is every scope but some.
func without(some ...string) []string {
	return slices.DeleteFunc(slices.Clone(allScopes), func(s string) bool { return slices.Contains(some, s) })
}

// Nobody makes an account or a client, or gets its password or secret, that may do
// more than they do themselves (AZ-08).
func TestAZ08NobodyGivesAnAccountOrAClientMoreThanTheyHave(t *testing.T) {
	x := newTenant(t)
	auditor := as[person](t, x.do("POST", "/accounts", `{"email":"eve@example.com","role":"auditor"}`).is(t, 201))
	made := as[client](t, x.do("POST", "/clients", `{"name":"Nightly"}`).is(t, 201))
	granted := as[grant](t, x.do("POST", "/client-grants", `{"client_id":"`+made.ID+`","audience":"`+audience+`","scope":["read:users"]}`).is(t, 201))
	path := "/accounts/" + strings.ReplaceAll(auditor.ID, "|", "%7C")
	weak := without("delete:users", "update:users")
	readers := slices.DeleteFunc(slices.Clone(allScopes), func(s string) bool {
		return !strings.HasPrefix(s, "read:") && !strings.HasSuffix(s, ":accounts") && s != "update:client_keys"
	})
	for _, tt := range []struct {
		name, method, path, body string
		scopes                   []string
		says                     string // "" is done
	}{
		{"an administrator", "POST", "/accounts", `{"email":"a@example.com","role":"administrator"}`, weak, "You may not make somebody administrator: that gives update:users at " + audience + ", which you do not have."},
		{"a help desk", "POST", "/accounts", `{"email":"b@example.com","role":"help-desk"}`, weak, "You may not make somebody help-desk: that gives update:users at " + audience + ", which you do not have."},
		{"an auditor", "POST", "/accounts", `{"email":"c@example.com","role":"auditor"}`, weak, ""},
		{"an administrator of somebody", "PATCH", path, `{"role":"administrator"}`, weak, "You may not make somebody administrator: that gives update:users at " + audience + ", which you do not have."},
		{"the password of an administrator", "POST", "/accounts/auth0%7Cboss/reset-password", "", readers, "You may not reset the password of boss: that gives create:users at " + audience + ", which you do not have."},
		{"the password of an auditor", "POST", path + "/reset-password", "", readers, ""},
		{"a grant", "PATCH", "/client-grants/" + granted.ID, `{"scope":["read:users","update:users"]}`, weak, "You may not grant this to Nightly: that gives update:users at " + audience + ", which you do not have."},
		{"a grant that is held", "POST", "/client-grants", `{"client_id":"` + made.ID + `","audience":"urn:auth0-authz-api","scope":["read:groups"]}`, weak, ""},
		{"a grant of no more than it had", "PATCH", "/client-grants/" + granted.ID, `{"scope":["read:users"]}`, without("read:users"), ""},
		{"the secret of a client that may do more", "POST", "/clients/" + made.ID + "/rotate-secret", "", without("read:users"), "You may not have a secret of Nightly: that gives read:users at " + audience + ", which you do not have."},
		{"the secret of a client that may do less", "POST", "/clients/" + made.ID + "/rotate-secret", "", readers, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			y := x.on(t)
			y.token = x.tokens.Scoped(audience, tt.scopes...)
			got := y.do(tt.method, tt.path, bodyOrNone(tt.body))
			if tt.says == "" {
				if got.StatusCode >= 300 {
					t.Errorf("%d %s", got.StatusCode, got.body)
				}
				return
			}
			got.says(t, 403, "grant_not_allowed", tt.says)
			if challenge := got.Header.Get("WWW-Authenticate"); !strings.Contains(challenge, "insufficient_scope") {
				t.Errorf("challenge %q", challenge)
			}
		})
	}
}

func bodyOrNone(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// What somebody may do at the other API is what their account or client has now,
// whatever the token says here.
func TestAZ08TheOtherAPICounts(t *testing.T) {
	x := newTenant(t)
	x.change(func(tx *store.Tx) error {
		_, err := tx.CreateAccount(t.Context(), store.Account{Subject: "auth0|desk", Email: "desk@example.com", Name: "desk", Role: store.HelpDesk, PasswordHash: "h"})
		return err
	})
	for who, want := range map[string]int{
		"auth0|boss": http.StatusCreated, "auth0|desk": http.StatusForbidden, "auth0|nobody": http.StatusForbidden,
	} {
		x.token = x.tokens.Token(map[string]any{"sub": who, "gty": nil, "aud": audience, "scope": strings.Join(allScopes, " ")})
		if got := x.do("POST", "/accounts", `{"email":"`+who[6:]+`2@example.com","role":"administrator"}`); got.StatusCode != want {
			t.Errorf("%s: %d %s, want %d", who, got.StatusCode, got.body, want)
		}
	}
	for client, want := range map[string]int{"m2m": http.StatusForbidden, "gone": http.StatusForbidden} {
		x.token = x.tokens.Token(map[string]any{"sub": client + "@clients", "azp": client, "aud": audience, "scope": strings.Join(allScopes, " ")})
		got := x.do("POST", "/accounts", `{"email":"`+client+`@example.com","role":"administrator"}`)
		var p problem
		if err := json.Unmarshal(got.body, &p); err != nil || got.StatusCode != want || !strings.Contains(p.Message, "at urn:auth0-authz-api") {
			t.Errorf("%s: %d %s, want %d", client, got.StatusCode, got.body, want)
		}
	}
}

// Two administrators who remove each other at once do not both succeed.
func TestAZ09TwoAdministratorsAtOnce(t *testing.T) {
	x := newTenant(t)
	as := func(subject string) string {
		return x.tokens.Token(map[string]any{"sub": subject, "gty": nil, "aud": audience, "scope": strings.Join(allScopes, " ")})
	}
	got := make([]answer, 2)
	var wg sync.WaitGroup
	for i, pair := range [][2]string{{"auth0|boss", "auth0|chief"}, {"auth0|chief", "auth0|boss"}} {
		wg.Go(func() {
			y := x.on(t)
			y.token = as(pair[0])
			got[i] = y.do("DELETE", "/accounts/"+strings.ReplaceAll(pair[1], "|", "%7C"), nil)
		})
	}
	wg.Wait()
	codes := []int{got[0].StatusCode, got[1].StatusCode}
	slices.Sort(codes)
	// Who was removed first may already hold nothing, and is refused for that or as the last one.
	if !slices.Equal(codes, []int{http.StatusNoContent, http.StatusConflict}) {
		t.Errorf("codes = %v: %s %s", codes, got[0].body, got[1].body)
	}
	x.change(func(tx *store.Tx) error {
		all, err := tx.Accounts(t.Context())
		if len(all) != 1 || all[0].Role != store.Administrator {
			t.Errorf("left: %+v", all)
		}
		return err
	})
}
