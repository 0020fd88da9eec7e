package authzapi_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"trellis/cmd/internal/authzapi"
	"trellis/cmd/internal/store"
)

// What an import replaced can be looked at and restored over HTTP, all but the
// machine clients.
func TestSnapshots(t *testing.T) {
	each(t, func(t *testing.T, tn *tenant) {
		if got := tn.send(t, "GET", "/configuration/snapshots", ""); got.status != 200 || got.body != `{"snapshots":[]}` {
			t.Errorf("before any import: %d %s", got.status, got.body)
		}
		tn.newGroup(t, "Team")
		machine := store.Client{ID: "m", Name: "Sync", SecretHash: "then", Scopes: []string{"read:users"}}
		update(t, tn.store, func(tx *store.Tx) error { return tx.PutClient(t.Context(), machine) })
		if got := tn.send(t, "POST", "/configuration/import", `{"groups":[{"_id":"n","name":"New"}]}`); got.status != 204 {
			t.Fatalf("import: %d %s", got.status, got.body)
		}
		machine.SecretHash = "now"
		update(t, tn.store, func(tx *store.Tx) error { return tx.PutClient(t.Context(), machine) })

		listed := tn.send(t, "GET", "/configuration/snapshots", "")
		var all struct {
			Snapshots []struct {
				ID     string
				Actor  struct{ Subject string }
				Counts map[string]int
				Size   int64
			}
		}
		if err := json.Unmarshal([]byte(listed.body), &all); err != nil || len(all.Snapshots) != 1 {
			t.Fatalf("%s: %v", listed.body, err)
		}
		s := all.Snapshots[0]
		if s.Counts["groups"] != 1 || s.Counts["clients"] != 1 || s.Size == 0 || s.Actor.Subject == "" {
			t.Errorf("snapshot = %+v", s)
		}
		path := "/configuration/snapshots/" + s.ID + "/restore"
		plan := tn.send(t, "POST", path+"?dry_run=true", "")
		if plan.status != 200 || !strings.Contains(plan.body, `"valid":true`) || !strings.Contains(plan.body, `"created":{"groups":{"total":1,`) ||
			!strings.Contains(plan.body, `"deleted":{"groups":{"total":1,"records":[{"id":"n","name":"New"}]}}`) || strings.Contains(plan.body, "clients") {
			t.Errorf("plan: %d %s", plan.status, plan.body)
		}
		if got := tn.send(t, "GET", "/groups?fields=name", ""); got.body != `{"groups":[{"name":"New"}],"total":1}` {
			t.Errorf("a plan changed something: %s", got.body)
		}
		if got := tn.send(t, "POST", path, ""); got.status != 204 {
			t.Fatalf("restore: %d %s", got.status, got.body)
		}
		if got := tn.send(t, "GET", "/groups?fields=name", ""); got.body != `{"groups":[{"name":"Team"}],"total":1}` {
			t.Errorf("restored: %s", got.body)
		}
		update(t, tn.store, func(tx *store.Tx) error {
			got, err := tx.Client(t.Context(), "m")
			if got.SecretHash != "now" {
				t.Errorf("the secret of a machine is that of %q", got.SecretHash)
			}
			return err
		})
		if got := tn.changed(t, "kind=tenant"); got != "import.restore import" {
			t.Errorf("journal: %q", got)
		}
		if got := tn.send(t, "GET", "/configuration/snapshots", ""); strings.Count(got.body, `"id"`) != 2 {
			t.Errorf("a restoring keeps nothing: %s", got.body)
		}
		for id, want := range map[string]int{nothing: 404, "latest": 400} {
			for _, query := range []string{"", "?dry_run=true"} {
				if got := tn.send(t, "POST", "/configuration/snapshots/"+id+"/restore"+query, ""); got.status != want {
					t.Errorf("%s%s: %d %s", id, query, got.status, got.body)
				}
			}
		}
	})
}

// A machine that was deleted since does not come back with a snapshot.
func TestARestoredSnapshotBringsNoMachineBack(t *testing.T) {
	tn := onSQLite(t)
	update(t, tn.store, func(tx *store.Tx) error {
		return tx.PutClient(t.Context(), store.Client{ID: "m", Name: "Sync", SecretHash: "h", Scopes: []string{"read:users"}})
	})
	tn.send(t, "POST", "/configuration/import", `{"groups":[]}`)
	update(t, tn.store, func(tx *store.Tx) error { return tx.DeleteClient(t.Context(), "m") })
	var id string
	update(t, tn.store, func(tx *store.Tx) error {
		all, err := tx.Snapshots(t.Context())
		if len(all) == 1 {
			id = all[0].ID
		}
		return err
	})
	if got := tn.send(t, "POST", "/configuration/snapshots/"+id+"/restore", ""); got.status != 204 {
		t.Fatalf("%d %s", got.status, got.body)
	}
	update(t, tn.store, func(tx *store.Tx) error {
		if _, err := tx.Client(t.Context(), "m"); err == nil {
			t.Error("the machine is back")
		}
		return nil
	})
}

func TestSnapshotsNeedScopes(t *testing.T) {
	tn := onSQLite(t)
	for _, tt := range []struct{ method, path, scope string }{
		{"GET", "/configuration/snapshots", "read:configuration"},
		{"POST", "/configuration/snapshots/" + nothing + "/restore?dry_run=true", "update:configuration"},
	} {
		for _, scope := range []string{"read:groups", tt.scope} {
			token := tn.issuer.Scoped(authzapi.Audience, scope)
			got := tn.raw(t, tt.method, tt.path, "", http.Header{"Authorization": {"Bearer " + token}})
			if (got.status == 403) != (scope != tt.scope) {
				t.Errorf("%s with %s: %d", tt.path, scope, got.status)
			}
		}
	}
}
