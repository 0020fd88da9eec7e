package authzapi_test

import (
	"net/http"
	"strings"
	"testing"

	"trellis/cmd/internal/store"
)

const (
	financeNode = `{"kind":"group","_id":"` + finance + `","name":"Finance","level":0,"above":0,"below":0,"members":2}`
	staffNode   = `{"kind":"group","_id":"` + allStaff + `","name":"All staff","level":-1,"above":0,"below":0,"members":0}`
	readerAbove = `{"kind":"role","_id":"` + reader + `","name":"Reader","level":-1,"above":0,"below":0}`
)

func TestWhatIsAround(t *testing.T) {
	each(t, func(t *testing.T, tn *tenant) {
		tn.load(t, explained())
		for path, want := range map[string]string{
			"/groups/" + finance + "/graph": `{"nodes":[` + financeNode + `,` + staffNode + `],"edges":[{"kind":"nesting","from":0,"to":1}],"folds":[],` +
				`"totals":{"users":0,"groups":2,"roles":0,"permissions":0},"truncated":false}`,
			"/groups/" + finance + "/graph?up=0": `{"nodes":[` + strings.Replace(financeNode, `"above":0`, `"above":1`, 1) + `],"edges":[],"folds":[],` +
				`"totals":{"users":0,"groups":1,"roles":0,"permissions":0},"truncated":false}`,
			"/groups/" + finance + "/graph?limit=1": `{"nodes":[` + strings.Replace(financeNode, `"above":0`, `"above":1`, 1) + `],"edges":[],"folds":[],` +
				`"totals":{"users":0,"groups":2,"roles":0,"permissions":0},"truncated":true}`,
			"/groups/" + finance + "/graph?layer=users&layer=permissions": `{"nodes":[` + financeNode + `,` + staffNode + `,` + readerAbove +
				`,{"kind":"permission","_id":"` + permissionID + `","name":"read","level":-1,"above":0,"below":0}` +
				`,{"kind":"user","_id":"auth0|1","level":0,"above":0,"below":0},{"kind":"user","_id":"auth0|2","level":0,"above":0,"below":0}],` +
				`"edges":[{"kind":"nesting","from":0,"to":1},{"kind":"group_role","from":1,"to":2},{"kind":"role_permission","from":2,"to":3},` +
				`{"kind":"member","from":4,"to":0},{"kind":"user_role","from":4,"to":2},{"kind":"member","from":5,"to":0}],"folds":[],` +
				`"totals":{"users":2,"groups":2,"roles":1,"permissions":1},"truncated":false}`,
			"/groups/" + finance + "/graph?up=0&layer=users&fold=1": `{"nodes":[` + strings.Replace(financeNode, `"above":0`, `"above":1`, 1) + `],"edges":[],` +
				`"folds":[{"of":0,"kind":"user","above":false,"count":2}],"totals":{"users":2,"groups":1,"roles":0,"permissions":0},"truncated":false}`,
			"/groups/" + finance + "/graph?up=0&layer=users&fold=1&unfold=group:" + finance: `{"nodes":[` + strings.Replace(financeNode, `"above":0`, `"above":1`, 1) +
				`,{"kind":"user","_id":"auth0|1","level":0,"above":0,"below":0},{"kind":"user","_id":"auth0|2","level":0,"above":0,"below":0}],` +
				`"edges":[{"kind":"member","from":1,"to":0},{"kind":"member","from":2,"to":0}],` +
				`"folds":[],"totals":{"users":2,"groups":1,"roles":0,"permissions":0},"truncated":false}`,
			"/users/auth0%7C2/graph": `{"nodes":[{"kind":"user","_id":"auth0|2","level":0,"above":0,"below":0},` + strings.Replace(financeNode, `"level":0`, `"level":-1`, 1) +
				`,` + strings.Replace(staffNode, `-1`, `-2`, 1) + `],"edges":[{"kind":"member","from":0,"to":1},{"kind":"nesting","from":1,"to":2}],"folds":[],` +
				`"totals":{"users":1,"groups":2,"roles":0,"permissions":0},"truncated":false}`,
			"/users/nobody/graph": `{"nodes":[{"kind":"user","_id":"nobody","level":0,"above":0,"below":0}],"edges":[],"folds":[],` +
				`"totals":{"users":1,"groups":0,"roles":0,"permissions":0},"truncated":false}`,
			"/roles/" + reader + "/graph?down=1": `{"nodes":[{"kind":"role","_id":"` + reader + `","name":"Reader","level":0,"above":0,"below":0},` +
				`{"kind":"group","_id":"` + allStaff + `","name":"All staff","level":1,"above":0,"below":1,"members":0}],` +
				`"edges":[{"kind":"group_role","from":1,"to":0}],"folds":[],"totals":{"users":0,"groups":1,"roles":1,"permissions":0},"truncated":false}`,
			"/permissions/" + permissionID + "/graph?down=0": `{"nodes":[{"kind":"permission","_id":"` + permissionID + `","name":"read","level":0,"above":0,"below":0},` +
				`{"kind":"role","_id":"` + reader + `","name":"Reader","level":0,"above":0,"below":1}],` +
				`"edges":[{"kind":"role_permission","from":1,"to":0}],"folds":[],"totals":{"users":0,"groups":0,"roles":1,"permissions":1},"truncated":false}`,
		} {
			if got := tn.send(t, "GET", path, ""); got.body != want {
				t.Errorf("%s: %d %s\nwant %s", path, got.status, got.body, want)
			}
		}
	})
}

// A circle that is stored is a part of the graph like any other.
func TestAGraphOfACircle(t *testing.T) {
	tn := start(t, store.Config{URL: t.TempDir() + "/trellis.db", AllowCycles: true})
	d := explained()
	d.Groups[1].Nested = []string{allStaff}
	tn.load(t, d)
	const want = `"edges":[{"kind":"nesting","from":0,"to":1},{"kind":"nesting","from":1,"to":0}]`
	if got := tn.send(t, "GET", "/groups/"+finance+"/graph", ""); !strings.Contains(got.body, want) {
		t.Errorf("%d %s, lacks %s", got.status, got.body, want)
	}
}

func TestGraphsThatAreNone(t *testing.T) {
	tn := onSQLite(t)
	tn.load(t, explained())
	for path, want := range map[string]int{
		"/groups/" + nothing + "/graph":                 http.StatusNotFound,
		"/roles/" + nothing + "/graph":                  http.StatusNotFound,
		"/permissions/" + nothing + "/graph":            http.StatusNotFound,
		"/groups/" + finance + "/graph?up=-1":           http.StatusBadRequest,
		"/groups/" + finance + "/graph?limit=0":         http.StatusBadRequest,
		"/groups/" + finance + "/graph?limit=2001":      http.StatusBadRequest,
		"/groups/" + finance + "/graph?layer=mappings":  http.StatusBadRequest,
		"/groups/" + finance + "/graph?unfold=":         http.StatusBadRequest,
		"/groups/" + finance + "/graph?unfold=nonsense": http.StatusOK,
		"/groups/" + finance + "/graph?focus=x":         http.StatusBadRequest,
	} {
		if got := tn.send(t, "GET", path, ""); got.status != want {
			t.Errorf("%s: %d %s, want %d", path, got.status, got.body, want)
		}
	}
}
