package authzapi_test

import (
	"net/http"
	"strings"
	"testing"
)

// A dry run says who gains and loses what, as the engine compares the tenants, in
// both modes; and it is said to whoever may read users.
func TestWhatAnImportWouldDoToPeople(t *testing.T) {
	// Finance loses its second member and gets the Writer, All staff is not in the
	// document, and the reader has somebody new.
	const document = `{"groups":[{"_id":"` + finance + `","name":"Finance","description":"d","members":["auth0|1"],"roles":["` + writer + `"]}],` +
		`"roles":[{"_id":"` + reader + `","name":"Reader","description":"d","applicationType":"client","applicationId":"app1","permissions":["` + permissionID + `"],"users":["auth0|9"]},` +
		`{"_id":"` + writer + `","name":"Writer","description":"d","applicationType":"client","applicationId":"app1","permissions":[]}],` +
		`"permissions":[{"_id":"` + permissionID + `","name":"read","description":"d","applicationType":"client","applicationId":"app1"}]}`
	const (
		writes         = "update:configuration update:groups update:roles update:users" // and may give what the document holds
		readsAndWrites = writes + " read:users"
	)
	tests := []struct {
		mode     string
		affected string
		parts    []string // of the answer
		none     []string
	}{
		{"replace", `"affected":3,"gaining":2,"losing":2`, []string{
			`{"kind":"group","_id":"` + allStaff + `","name":"All staff","gained":0,"lost":2}`,
			`{"kind":"role","_id":"` + writer + `","name":"Writer","gained":1,"lost":0}`,
			`{"user":{"user_id":"auth0|9"},"gained":[` + readerVertex + `,`,
		}, nil},
		// All staff stays, and gives the Reader to who is still in Finance.
		{"merge", `"affected":3,"gaining":2,"losing":1`, []string{
			`{"kind":"group","_id":"` + allStaff + `","name":"All staff","gained":0,"lost":1}`,
			`{"kind":"role","_id":"` + reader + `","name":"Reader","gained":1,"lost":1}`,
		}, []string{`"user_id":"auth0|9"},"gained":[],`}},
	}
	for _, tt := range tests {
		t.Run(tt.mode, func(t *testing.T) {
			each(t, func(t *testing.T, tn *tenant) {
				tn.load(t, explained())
				path := "/configuration/import?dry_run=true&mode=" + tt.mode
				got := tn.as(t, readsAndWrites, "POST", path, document)
				if got.status != http.StatusOK || !strings.Contains(got.body, tt.affected) {
					t.Fatalf("%d %s\nlacks %s", got.status, got.body, tt.affected)
				}
				for _, part := range tt.parts {
					if !strings.Contains(got.body, part) {
						t.Errorf("%s\nlacks %s", got.body, part)
					}
				}
				for _, part := range tt.none {
					if strings.Contains(got.body, part) {
						t.Errorf("%s\nhas %s", got.body, part)
					}
				}
				if got = tn.as(t, readsAndWrites, "POST", path+"&page=1&per_page=2", document); !strings.Contains(got.body, `"start":2,"limit":2`) || strings.Count(got.body, `"user_id"`) != 1 {
					t.Errorf("the second page: %d %s", got.status, got.body)
				}
				if got = tn.as(t, writes, "POST", path, document); got.status != http.StatusOK || strings.Contains(got.body, `"impact"`) {
					t.Errorf("who may not read users gets %d %s", got.status, got.body)
				}
			})
		})
	}
}

// Restoring what was there before an import undoes to people what that did.
func TestWhatRestoringWouldDoToPeople(t *testing.T) {
	const readsAndWrites = "read:configuration update:configuration create:groups update:groups create:roles update:roles create:permissions update:users read:users"
	each(t, func(t *testing.T, tn *tenant) {
		tn.load(t, explained())
		if got := tn.as(t, readsAndWrites, "POST", "/configuration/import", `{"groups":[],"roles":[],"permissions":[]}`); got.status != http.StatusNoContent {
			t.Fatalf("importing: %d %s", got.status, got.body)
		}
		kept := tn.send(t, "GET", "/configuration/snapshots", "").body
		_, id, _ := strings.Cut(kept, `"id":"`)
		id, _, _ = strings.Cut(id, `"`)
		path := "/configuration/snapshots/" + id + "/restore?dry_run=true"
		got := tn.as(t, readsAndWrites, "POST", path, "")
		if got.status != http.StatusOK || !strings.Contains(got.body, `"affected":2,"gaining":2,"losing":0`) {
			t.Fatalf("%d %s", got.status, got.body)
		}
		if got = tn.as(t, readsAndWrites, "POST", path+"&page=1&per_page=1", ""); !strings.Contains(got.body, `"start":1,"limit":1`) || strings.Count(got.body, `"user_id"`) != 1 {
			t.Errorf("the second page: %d %s", got.status, got.body)
		}
		if got = tn.as(t, "update:configuration", "POST", path, ""); got.status != http.StatusOK || strings.Contains(got.body, `"impact"`) {
			t.Errorf("who may not read users gets %d %s", got.status, got.body)
		}
	})
}

// Nothing is said of a document that cannot be imported, and nobody is concerned by
// one that is there already.
func TestImportsThatDoNothingToPeople(t *testing.T) {
	tn := onSQLite(t)
	tn.load(t, explained())
	const path = "/configuration/import?dry_run=true&mode=replace"
	export := tn.send(t, "GET", "/configuration/export", "").body
	if got := tn.send(t, "POST", path, export); !strings.Contains(got.body, `"affected":0`) {
		t.Errorf("what is there already: %d %s", got.status, got.body)
	}
	if got := tn.send(t, "POST", path, `{"groups":[{"_id":"x","name":1}]}`); strings.Contains(got.body, `"impact"`) {
		t.Errorf("a bad document: %d %s", got.status, got.body)
	}
}
