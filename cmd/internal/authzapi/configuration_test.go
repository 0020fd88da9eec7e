package authzapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"trellis/cmd/internal/authzapi"
	"trellis/cmd/internal/store"
)

// with asks the API with a token of those scopes.
func (tn *tenant) with(t *testing.T, method, path, body string, scopes ...string) answer {
	t.Helper()
	return tn.raw(t, method, path, body, http.Header{"Authorization": {"Bearer " + tn.issuer.Scoped(authzapi.Audience, scopes...)}})
}

// asks is the status of a policy call with key.
func (tn *tenant) asks(t *testing.T, key string) int {
	t.Helper()
	return tn.raw(t, "POST", "/users/auth0%7C1/policy/app1", `{"connectionName":"c"}`, http.Header{"X-Api-Key": {key}}).status
}

// rotate makes a key.
func (tn *tenant) rotate(t *testing.T) string {
	t.Helper()
	var told struct{ Hash string }
	got := tn.send(t, "PATCH", "/configuration/rotate-apikey", "")
	if err := json.Unmarshal([]byte(got.body), &told); err != nil || len(told.Hash) != 64 {
		t.Fatalf("%d %s", got.status, got.body)
	}
	if keep := got.header.Get("Cache-Control"); keep != "no-store" {
		t.Errorf("the answer with the key has Cache-Control %q, want no-store", keep)
	}
	return told.Hash
}

func TestTheKeyIsToldToWhoCouldMakeOne(t *testing.T) {
	each(t, func(t *testing.T, tn *tenant) {
		key := tn.rotate(t)
		if status := tn.asks(t, key); status != http.StatusOK {
			t.Errorf("the policy call with the key: %d", status)
		}
		directory := []string{"read:configuration", "read:users", "read:connections", "read:applications", "read:resource-server"}
		for _, tt := range []struct {
			path   string
			scopes []string
			told   bool
		}{
			{"/configuration", everyScope(), false},
			{"/configuration/export", []string{"read:configuration"}, false},
			{"/configuration/export?directory=true", directory, false},
			{"/configuration/export", []string{"read:configuration", "update:configuration"}, true},
			{"/configuration/export?directory=true", append(directory, "update:configuration"), true},
		} {
			got := tn.with(t, "GET", tt.path, "", tt.scopes...)
			if got.status != http.StatusOK || strings.Contains(got.body, key) != tt.told || strings.Contains(got.body, "sha256") {
				t.Errorf("%s with %v tells the key: %s; want %v", tt.path, tt.scopes, got.body, tt.told)
			}
			if keep := got.header.Get("Cache-Control"); strings.Contains(tt.path, "export") && keep != "no-store" {
				t.Errorf("%s: Cache-Control %q, want no-store", tt.path, keep)
			}
		}
	})
}

// An export of the extension, with a key and everything else it may hold.
const extensionExport = `{"configuration":[{"_id":"v1","groupsInToken":true,"rolesInToken":false,"permissionsInToken":true,"persistGroups":true,"persistRoles":false,"persistPermissions":false,"groupsPassthrough":true,"rolesPassthrough":false,"permissionsPassthrough":false,"apikey":"5b1f08c2a94e7d63f0128bce5a7d9461e3f2c8074b9a6d15ee80f37a2c4b91d6"}],` +
	`"groups":[{"name":"Finance","description":"Money","_id":"d5c0a1be-4a0e-4a53-a1a1-1d1de9f5c001","mappings":[{"_id":"1b0c5a3e-93ad-4f6e-8a52-6d3a5b0fe001","groupName":"fin","connectionName":"corp-ad (ad)"}],"members":["auth0|1","google-oauth2|2"],"nested":["d5c0a1be-4a0e-4a53-a1a1-1d1de9f5c002"],"roles":["9a1f1c9a-0f4d-4d5b-8a63-7f0c8d3be001"]},{"_id":"d5c0a1be-4a0e-4a53-a1a1-1d1de9f5c002","name":"Payroll","description":"Söldner & \"Söhne\""}],` +
	`"roles":[{"applicationType":"client","applicationId":"app1","description":"Reads","name":"Reader","permissions":["5e0d6c36-94b7-4e8e-9f7c-1c55cf8be001"],"_id":"9a1f1c9a-0f4d-4d5b-8a63-7f0c8d3be001","users":["auth0|1"]}],` +
	`"permissions":[{"applicationType":"client","applicationId":"app1","description":"read","name":"read:all","_id":"5e0d6c36-94b7-4e8e-9f7c-1c55cf8be001"}],` +
	`"applications":[{"b":[2,{"c":1.50}]}],"rules":[]}`

// An export comes out as it went in, key included, whoever took it.
func TestAnExportWithAKeyImportsToTheSameExport(t *testing.T) {
	const key = "5b1f08c2a94e7d63f0128bce5a7d9461e3f2c8074b9a6d15ee80f37a2c4b91d6"
	each(t, func(t *testing.T, tn *tenant) {
		plan := tn.send(t, "POST", "/configuration/import?dry_run=true", extensionExport)
		if plan.status != http.StatusOK || strings.Contains(plan.body, key) || !strings.Contains(plan.body, "brings a key for the policy call") {
			t.Errorf("the plan: %d %s", plan.status, plan.body)
		}
		for range 2 {
			if got := tn.send(t, "POST", "/configuration/import", extensionExport); got.status != http.StatusNoContent {
				t.Fatalf("%d %s", got.status, got.body)
			}
			if got := tn.send(t, "GET", "/configuration/export", ""); got.body != extensionExport {
				t.Errorf("exported\n%s\nwant\n%s", got.body, extensionExport)
			}
		}
		if status := tn.asks(t, key); status != http.StatusOK {
			t.Errorf("the policy call with the key of the export: %d", status)
		}
		fresh := tn.rotate(t)
		own := tn.send(t, "GET", "/configuration/export?directory=true", "").body
		if got := tn.send(t, "POST", "/configuration/import", extensionExport); got.status != http.StatusNoContent || tn.asks(t, fresh) != http.StatusUnauthorized {
			t.Errorf("%d %s; the replaced key still opens the policy call", got.status, got.body)
		}
		if got := tn.send(t, "POST", "/configuration/import", own); got.status != http.StatusNoContent || tn.asks(t, fresh) != http.StatusOK {
			t.Errorf("%d %s; the key of its own export does not open the policy call", got.status, got.body)
		}
		if again := tn.send(t, "GET", "/configuration/export?directory=true", "").body; again != own {
			t.Errorf("exported\n%s\nwant\n%s", again, own)
		}
	})
}

// A database that was moved without its master key goes on serving, and its
// export is without the key that nobody can read any more.
func TestWithAnotherMasterKeyThePolicyCallGoesOn(t *testing.T) {
	each(t, func(t *testing.T, tn *tenant) {
		key := tn.rotate(t)
		moved := start(t, store.Config{URL: tn.config.URL, SealKey: sealedWith('m')})
		if status := moved.asks(t, key); status != http.StatusOK {
			t.Errorf("the policy call: %d", status)
		}
		if got := moved.send(t, "GET", "/configuration/export", ""); got.status != http.StatusOK || got.body != `{"configuration":[{"_id":"v1"}]}` {
			t.Errorf("the export: %d %s", got.status, got.body)
		}
		if got := moved.send(t, "GET", "/configuration", ""); got.body != `{"_id":"v1","apikey":"********"}` {
			t.Errorf("the configuration: %d %s", got.status, got.body)
		}
		if fresh := moved.rotate(t); moved.asks(t, fresh) != http.StatusOK || moved.asks(t, key) != http.StatusUnauthorized {
			t.Error("the key cannot be rotated")
		}
	})
}

// With a new master key the old one still shows the key, until it was sealed anew
// and the old one is gone.
func TestSEC_07_the_key_outlives_a_new_master_key(t *testing.T) {
	each(t, func(t *testing.T, tn *tenant) {
		key := tn.rotate(t)
		whole := tn.send(t, "GET", "/configuration/export?directory=true", "").body
		if !strings.Contains(whole, key) {
			t.Fatalf("the export is without the key: %s", whole)
		}
		next := start(t, store.Config{URL: tn.config.URL, SealKey: sealedWith('m'), OldSealKeys: func(context.Context, *store.Tx) ([][]byte, error) {
			return [][]byte{bytes.Repeat([]byte{'x'}, 32), bytes.Repeat([]byte{'k'}, 32)}, nil
		}})
		if got := next.send(t, "GET", "/configuration/export?directory=true", "").body; !strings.Contains(got, key) {
			t.Errorf("with the old key at hand: %s", got)
		}
		for range 2 {
			if err := next.store.Update(t.Context(), func(tx *store.Tx) error { return tx.ResealAPIKey(t.Context()) }); err != nil {
				t.Fatal(err)
			}
		}
		alone := start(t, store.Config{URL: tn.config.URL, SealKey: sealedWith('m')})
		if got := alone.send(t, "GET", "/configuration/export?directory=true", "").body; !strings.Contains(got, key) || alone.asks(t, key) != http.StatusOK {
			t.Errorf("without the old key: %s", got)
		}
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
