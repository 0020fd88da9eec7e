package authzapi_test

import (
	"encoding/json"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"trellis/cmd/internal/authzapi"
	"trellis/cmd/internal/store"
)

func TestTheKeyIsToldOnce(t *testing.T) {
	each(t, func(t *testing.T, tn *tenant) {
		var told struct{ Hash string }
		got := tn.send(t, "PATCH", "/configuration/rotate-apikey", "")
		if err := json.Unmarshal([]byte(got.body), &told); err != nil || len(told.Hash) != 64 {
			t.Fatalf("%d %s", got.status, got.body)
		}
		for _, path := range []string{"/configuration", "/configuration/export", "/configuration/export?directory=true"} {
			if got := tn.send(t, "GET", path, ""); got.status != http.StatusOK || strings.Contains(got.body, told.Hash) {
				t.Errorf("%s tells the key: %s", path, got.body)
			}
		}
		update(t, tn.store, func(tx *store.Tx) error {
			ok, err := tx.APIKeyMatches(t.Context(), told.Hash)
			if !ok {
				t.Error("the key does not open the tenant")
			}
			return err
		})
	})
}

func TestTheConfigurationHasVersions(t *testing.T) {
	each(t, func(t *testing.T, tn *tenant) {
		if got := tn.send(t, "PATCH", "/configuration", `{"groupsInToken":true}`, "If-Match", `"x"`); got.status != http.StatusPreconditionFailed {
			t.Errorf("a version of nothing: %d %s, want 412", got.status, got.body)
		}
		tn.send(t, "PATCH", "/configuration", `{"groupsInToken":"YES"}`)
		version := tn.send(t, "GET", "/configuration", "").header.Get("ETag")
		if got := tn.send(t, "PATCH", "/configuration", `{"rolesInToken":true}`, "If-Match", version); got.status != http.StatusOK {
			t.Errorf("the current version: %d %s", got.status, got.body)
		}
		if got := tn.send(t, "PATCH", "/configuration", `{"rolesInToken":false}`, "If-Match", version); got.status != http.StatusPreconditionFailed {
			t.Errorf("an old version: %d %s, want 412", got.status, got.body)
		}
		if got := tn.send(t, "PATCH", "/configuration/rotate-apikey", "", "If-Match", version); got.status != http.StatusPreconditionFailed {
			t.Errorf("a version of what has none: %d %s, want 412", got.status, got.body)
		}
	})
}

// A form is as good as JSON where the body is an object.
func TestTheConfigurationTakesForms(t *testing.T) {
	tn := onSQLite(t)
	got := tn.send(t, "PATCH", "/configuration", "groupsInToken=yes&persistRoles=false", "Content-Type", "application/x-www-form-urlencoded")
	if want := `{"_id":"v1","groupsInToken":true,"persistRoles":false}`; got.body != want {
		t.Errorf("%d %s, want %s", got.status, got.body, want)
	}
}

func TestTurningTheAPIOnAnswersWithWhatItIs(t *testing.T) {
	each(t, func(t *testing.T, tn *tenant) {
		if got := tn.send(t, "DELETE", "/configuration/resource-server", ""); got.status != http.StatusNoContent {
			t.Fatal(got)
		}
		if got := tn.send(t, "GET", "/configuration/resource-server", ""); got.body != `{"apiAccess":false}` {
			t.Errorf("off: %s", got.body)
		}
		got := tn.send(t, "POST", "/configuration/resource-server", "")
		for _, want := range []string{`"identifier":"urn:auth0-authz-api"`, `"signing_alg":"RS256"`, `{"value":"read:users"},{"value":"read:applications"}`} {
			if got.status != http.StatusOK || !strings.Contains(got.body, want) {
				t.Errorf("%d %s, want %s in it", got.status, got.body, want)
			}
		}
		if n := strings.Count(got.body, `"value"`); n != 21 {
			t.Errorf("%d scopes, want 21", n)
		}
		if got := tn.send(t, "GET", "/configuration/resource-server", ""); got.body != `{"apiAccess":true}` {
			t.Errorf("on: %s", got.body)
		}
	})
}

// What a plan tells, an import does; what is wrong is told with its place.
func TestImportsCanBeTried(t *testing.T) {
	fixture, err := os.ReadFile("testdata/fixture.json")
	if err != nil {
		t.Fatal(err)
	}
	each(t, func(t *testing.T, tn *tenant) {
		tn.newGroup(t, "There")
		got := tn.send(t, "POST", "/configuration/import?dry_run=true", string(fixture))
		for _, want := range []string{`"valid":true`, `"users":{"total":30`, `"deleted":{"groups":{"total":1`} {
			if got.status != http.StatusOK || !strings.Contains(got.body, want) {
				t.Errorf("%d %.500s, want %s in it", got.status, got.body, want)
			}
		}
		if got := tn.send(t, "GET", "/groups?fields=name", ""); got.body != `{"groups":[{"name":"There"}],"total":1}` {
			t.Errorf("the plan changed the tenant: %s", got.body)
		}
		if got := tn.send(t, "POST", "/configuration/import?mode=merge", string(fixture)); got.status != http.StatusNoContent {
			t.Fatalf("%d %s", got.status, got.body)
		}
		if got := tn.send(t, "GET", "/applications/m2m1", ""); got.body != `{"client_id":"m2m1","name":"Batch","app_type":"non_interactive","callbacks":[]}` {
			t.Errorf("%d %s", got.status, got.body)
		}
		bad := `{"groups":[{"_id":"a"},{"name":"B"}],"clients":[{"client_id":"x","name":"X","scopes":["read:groups"]}]}`
		got = tn.send(t, "POST", "/configuration/import", bad)
		want := `{"statusCode":400,"error":"ValidationError","message":"The document cannot be imported. groups[0]: has no name (and 2 more)","problems":[` +
			`{"where":"groups[0]","message":"has no name"},{"where":"groups[1]","message":"has no _id"},` +
			`{"where":"clients[0]","message":"asks for tokens of its own; only trellis import brings such clients"}]}`
		if got.status != http.StatusBadRequest || got.body != want {
			t.Errorf("%d %s\nwant 400 %s", got.status, got.body, want)
		}
		if got := tn.send(t, "POST", "/configuration/import?dry_run=true", bad); got.status != http.StatusOK || !strings.Contains(got.body, `"valid":false`) {
			t.Errorf("%d %s", got.status, got.body)
		}
	})
}

func TestTheDirectoryIsExportedToWhoMayReadIt(t *testing.T) {
	each(t, func(t *testing.T, tn *tenant) {
		loadDirectory(t, tn.store)
		update(t, tn.store, func(tx *store.Tx) error {
			return tx.PutClient(t.Context(), store.Client{ID: "machine", Name: "M", AppType: "non_interactive", SecretHash: "hush", Scopes: []string{"read:groups"}})
		})
		if got := tn.send(t, "GET", "/configuration/export", ""); got.body != `{}` {
			t.Errorf("the extension's keys: %s", got.body)
		}
		got := tn.send(t, "GET", "/configuration/export?directory=true", "")
		if !strings.Contains(got.body, `"users":[{`) || strings.Contains(got.body, "hush") || strings.Contains(got.body, `"machine"`) {
			t.Errorf("the directory: %d %.300s", got.status, got.body)
		}
		for _, missing := range []string{"read:users", "read:connections", "read:applications", "read:resource-server"} {
			scopes := slices.DeleteFunc(everyScope(), func(s string) bool { return s == missing })
			h := http.Header{"Authorization": {"Bearer " + tn.issuer.Scoped(authzapi.Audience, scopes...)}}
			got := tn.raw(t, "GET", "/configuration/export?directory=true", "", h)
			if got.status != http.StatusForbidden || !strings.Contains(got.header.Get("WWW-Authenticate"), `scope="`+missing+`"`) {
				t.Errorf("without %s: %d %s", missing, got.status, got.body)
			}
		}
	})
}

// An import may be larger than other bodies, and is cut off too.
func TestHowLargeAnImportMayBe(t *testing.T) {
	tn := onSQLite(t)
	group := func(size int) string {
		return `{"groups":[{"_id":"g","name":"G","extra":"` + strings.Repeat("x", size) + `"}]}`
	}
	if got := tn.send(t, "POST", "/configuration/import", group(2<<20)); got.status != http.StatusNoContent {
		t.Errorf("2 MiB: %d %.200s", got.status, got.body)
	}
	got := tn.send(t, "POST", "/configuration/import", group(16<<20))
	if want := `{"statusCode":413,"error":"Request Entity Too Large","message":"Payload content length greater than maximum allowed: 16777216"}`; got.body != want {
		t.Errorf("16 MiB and more: %d %.200s", got.status, got.body)
	}
}

// Provisioning scripts send as many ids as 1 MiB holds.
func TestLongListsOfIDs(t *testing.T) {
	each(t, func(t *testing.T, tn *tenant) {
		ids := make([]string, 30000)
		for i := range ids {
			ids[i] = "auth0|" + strings.Repeat("0", 19) + string(rune('a'+i%26)) + string(rune('a'+i/26%26)) + string(rune('a'+i/676%26)) + string(rune('a'+i/17576))
		}
		body, err := json.Marshal(ids)
		if err != nil {
			t.Fatal(err)
		}
		id := tn.newGroup(t, "Large")
		if got := tn.send(t, "PATCH", "/groups/"+id+"/members", string(body)); got.status != http.StatusNoContent {
			t.Fatalf("%d %s", got.status, got.body)
		}
		if got := tn.send(t, "GET", "/groups/"+id+"?fields=member_count", ""); got.body != `{"member_count":30000}` {
			t.Errorf("%s", got.body)
		}
	})
}
