package mgmtapi_test

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"testing"

	"trellis/cmd/internal/store"
)

type client struct {
	ID     string `json:"client_id"`
	Name   string `json:"name"`
	Type   string `json:"app_type"`
	Secret string `json:"client_secret"`
}

type grant struct {
	ID       string   `json:"id"`
	Audience string   `json:"audience"`
	Scope    []string `json:"scope"`
}

// A machine client is made, renamed, given another secret, and deleted. Its secret
// is told twice and kept nowhere.
func TestAMachineClientLives(t *testing.T) {
	x := newTenant(t)
	made := as[client](t, x.do("POST", "/clients", `{"name":" Nightly ","app_type":"non_interactive"}`).is(t, 201))
	if made.Name != "Nightly" || len(made.ID) != 32 || len(made.Secret) != 64 || made.Type != "non_interactive" {
		t.Errorf("made %+v", made)
	}
	kept := func() (hash string) {
		x.change(func(tx *store.Tx) error {
			o, err := tx.Client(t.Context(), made.ID)
			hash = o.SecretHash
			return err
		})
		return hash
	}
	hashOf := func(secret string) string { sum := sha256.Sum256([]byte(secret)); return hex.EncodeToString(sum[:]) }
	if kept() != hashOf(made.Secret) {
		t.Error("the secret does not open anything")
	}
	if got := as[client](t, x.do("PATCH", "/clients/"+made.ID, `{"name":"Hourly"}`).is(t, 200)); got.Name != "Hourly" || got.Secret != "" || kept() != hashOf(made.Secret) {
		t.Errorf("renamed: %+v", got)
	}
	again := as[client](t, x.do("POST", "/clients/"+made.ID+"/rotate-secret", nil).is(t, 200))
	if again.Secret == made.Secret || kept() != hashOf(again.Secret) {
		t.Error("the secret is the old one")
	}
	for _, path := range []string{"/clients", "/clients/" + made.ID} {
		if got := string(x.do("GET", path, nil).is(t, 200).body); strings.Contains(got, again.Secret) || strings.Contains(got, hashOf(again.Secret)) {
			t.Errorf("%s tells the secret: %s", path, got)
		}
	}
	x.change(func(tx *store.Tx) error {
		entries, err := tx.Journal(t.Context(), 0, 1000)
		for _, e := range entries {
			for _, secret := range []string{made.Secret, again.Secret, hashOf(again.Secret)} {
				if strings.Contains(string(e.Before)+string(e.After), secret) {
					t.Errorf("the journal tells the secret: %s", e.Action)
				}
			}
		}
		return err
	})
	x.do("DELETE", "/clients/"+made.ID, nil).is(t, 204)
	for _, method := range []string{"GET", "DELETE"} {
		x.do(method, "/clients/"+made.ID, nil).says(t, 404, "inexistent_client", "The client does not exist.")
	}
}

// What a client may do at one API says nothing of the other, though both have
// scopes of the same name.
func TestClientGrants(t *testing.T) {
	x := newTenant(t)
	made := as[client](t, x.do("POST", "/clients", `{"name":"Nightly"}`).is(t, 201))
	body := func(audience, scope string) string {
		return `{"client_id":"` + made.ID + `","audience":"` + audience + `","scope":["` + scope + `"]}`
	}
	grants := func() []grant {
		return as[[]grant](t, x.do("GET", "/client-grants?client_id="+made.ID, nil).is(t, 200))
	}
	first := as[grant](t, x.do("POST", "/client-grants", body(audience, "read:users")).is(t, 201))
	if got := grants(); len(got) != 1 || got[0].Audience != audience || !slices.Equal(got[0].Scope, []string{"read:users"}) {
		t.Errorf("grants %+v", got)
	}
	x.do("POST", "/client-grants", body(audience, "update:users")).is(t, 409)
	x.do("POST", "/client-grants", body("urn:auth0-authz-api", "read:groups")).is(t, 201)
	x.do("PATCH", "/client-grants/"+first.ID, `{"scope":["update:users"]}`).is(t, 200)
	if got := grants(); len(got) != 2 || !slices.Equal(got[0].Scope, []string{"read:groups"}) || !slices.Equal(got[1].Scope, []string{"update:users"}) {
		t.Errorf("grants %+v", got)
	}
	x.do("DELETE", "/client-grants/"+first.ID, nil).is(t, 204)
	x.do("PATCH", "/client-grants/"+first.ID, `{"scope":["update:users"]}`).is(t, 404)
	if got := grants(); len(got) != 1 {
		t.Errorf("grants %+v", got)
	}
	for name, bad := range map[string]string{
		"a scope of the other API": body(audience, "read:groups"), "an unknown API": body("urn:other", "read:users"), "no scope": `{"client_id":"` + made.ID + `","audience":"` + audience + `","scope":[]}`,
	} {
		if got := x.do("POST", "/client-grants", bad); got.StatusCode != 400 {
			t.Errorf("%s: %d %s", name, got.StatusCode, got.body)
		}
	}
	x.do("PATCH", "/client-grants/nonsense", `{"scope":["update:users"]}`).is(t, 404)
}

// Applications that people sign in to are not for this API to change.
func TestOtherApplicationsAreLeftAlone(t *testing.T) {
	x := newTenant(t)
	for _, method := range []string{"PATCH", "DELETE"} {
		x.do(method, "/clients/app1", map[string]any{"name": "Taken over"}).says(t, 400, "operation_not_supported", "Only machine clients can be changed here.")
	}
	x.do("POST", "/clients/app1/rotate-secret", nil).is(t, 400)
	for _, bad := range []string{`{}`, `{"name":""}`, `{"name":"  "}`, `{"name":"a","app_type":"spa"}`, `{"name":"a","client_secret":"mine"}`} {
		x.do("POST", "/clients", bad).is(t, 400)
	}
}
