package authzapi_test

import (
	"net/http"
	"strings"
	"testing"

	"trellis/cmd/internal/store"
)

// mapped is the company of explained where Finance has a mapping of its own.
func mapped() store.Document {
	d := explained()
	d.Groups[1].Mappings = []store.Mapping{{ID: permissionID, ConnectionName: "saml", GroupName: "Money people"}}
	d.Connections = []store.Connection{{ID: "con_1", Name: "saml", Strategy: "samlp"}}
	return d
}

const (
	moneyHop    = `{"kind":"mapping","to":` + finVertex + `,"connectionName":"saml","groupName":"Money people"}`
	moneyMatch  = `{"group":` + finVertex + `,"connectionName":"saml","groupName":"Money people"`
	readVertex  = `{"kind":"permission","_id":"` + permissionID + `","name":"read"`
	readHop     = `{"kind":"role_permission","from":` + readerVertex + `,"to":` + readVertex + `}}`
	finByName   = `{"kind":"mapping","from":` + finVertex + `,"to":` + allVertex + `,"connectionName":"ad","groupName":"Finance"}`
	sentNothing = `{"sent":[],"by_name":[],"groups":[],"roles":[],"permissions":[]}`
)

func TestWhatNamesOfAProviderMatch(t *testing.T) {
	each(t, func(t *testing.T, tn *tenant) {
		tn.load(t, mapped())
		for body, want := range map[string]string{
			`{}`: sentNothing,
			`{"connectionName":"saml","groups":["Money people","Money people"]}`: `{"sent":[{"name":"Money people","mappings":[` + moneyMatch + `}],"near":[]}],"by_name":[],"groups":[` +
				open(allVertex) + `,"path":[` + moneyHop + `,` + nestingHop + `],"entries":1},` +
				open(finVertex) + `,"path":[` + moneyHop + `],"entries":1}],"roles":[` +
				open(readerVertex) + `,"applicationId":"app1","path":[` + moneyHop + `,` + nestingHop + `,` + roleHop + `],"entries":1}],"permissions":[` +
				readVertex + `,"path":[` + moneyHop + `,` + nestingHop + `,` + roleHop + `,` + readHop + `],"entries":1}]}`,
			`{"connectionName":"ad","groups":["money-people","Staff"]}`: `{"sent":[{"name":"money-people","mappings":[],"near":[` + moneyMatch + `,"differs":["connection","spelling"]}]},` +
				`{"name":"Staff","mappings":[],"near":[]}],"by_name":[],"groups":[],"roles":[],"permissions":[]}`,
			`{"groups":["Money people"],"applicationId":"app2"}`: `{"sent":[{"name":"Money people","mappings":[` + moneyMatch + `}],"near":[]}],"by_name":[],"groups":[` +
				open(allVertex) + `,"path":[` + moneyHop + `,` + nestingHop + `],"entries":1},` + open(finVertex) + `,"path":[` + moneyHop + `],"entries":1}],"roles":[],"permissions":[]}`,
			`{"connectionName":"ad","user_id":"auth0|1","applicationId":"app1"}`: `{"sent":[],"by_name":[` + finByName + `],"groups":[` +
				open(allVertex) + `,"path":[` + memberHop + `,` + finByName + `],"entries":2},` + open(finVertex) + `,"path":[` + memberHop + `],"entries":1}],"roles":[` +
				open(readerVertex) + `,"applicationId":"app1","path":[` + directHop + `],"entries":3}],"permissions":[` +
				readVertex + `,"path":[` + directHop + `,` + readHop + `],"entries":3}]}`,
			`{"user_id":"nobody"}`: sentNothing,
		} {
			if got := tn.send(t, "POST", "/mappings/test", body); got.body != want {
				t.Errorf("%s: %d %s\nwant %s", body, got.status, got.body, want)
			}
		}
	})
}

// open is a vertex to which more is added.
func open(vertex string) string { return strings.TrimSuffix(vertex, "}") }

// Who may not read roles or permissions is told of none, and who may not read users
// is not told what one holds.
func TestWhoMayTestMappings(t *testing.T) {
	tn := onSQLite(t)
	tn.load(t, mapped())
	const body = `{"groups":["Money people"]}`
	for scopes, part := range map[string]string{
		"read:groups":                  `"entries":1}]}`,
		"read:groups read:permissions": `"entries":1}]}`,
		"read:groups read:roles":       `"roles":[` + open(readerVertex),
	} {
		got := tn.as(t, scopes, "POST", "/mappings/test", body)
		if got.status != http.StatusOK || !strings.Contains(got.body, part) || strings.Contains(got.body, readVertex) {
			t.Errorf("%s: %d %s", scopes, got.status, got.body)
		}
	}
	for scopes, body := range map[string]string{"read:users": `{}`, "read:groups": `{"user_id":"auth0|1"}`} {
		if got := tn.as(t, scopes, "POST", "/mappings/test", body); got.status != http.StatusForbidden {
			t.Errorf("%s: %d %s", scopes, got.status, got.body)
		}
	}
}

func TestAttemptsThatAreRefused(t *testing.T) {
	tn := onSQLite(t)
	for body, want := range map[string]int{
		`[]`:                      http.StatusBadRequest,
		`{"groups":"Sales"}`:      http.StatusBadRequest,
		`{"groups":[""]}`:         http.StatusBadRequest,
		`{"groups":["a\u0000b"]}`: http.StatusBadRequest,
		`{"connectionName":""}`:   http.StatusBadRequest,
		`{"user":"auth0|1"}`:      http.StatusBadRequest,
		`{"groups":[` + strings.Repeat(`"x",`, 1000) + `"x"]}`: http.StatusBadRequest,
		`{"groups":["` + strings.Repeat("x", 1001) + `"]}`:     http.StatusBadRequest,
		`{"groups":["` + strings.Repeat("x", 5<<20) + `"]}`:    http.StatusRequestEntityTooLarge,
	} {
		if got := tn.send(t, "POST", "/mappings/test", body); got.status != want {
			t.Errorf("%.60s: %d %.200s, want %d", body, got.status, got.body, want)
		}
	}
	before := tn.send(t, "GET", "/changes", "").body
	tn.send(t, "POST", "/mappings/test", `{"groups":["Secret group"]}`)
	if after := tn.send(t, "GET", "/changes", "").body; after != before {
		t.Errorf("the journal tells of a test: %s", after)
	}
}
