package authz_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"trellis/web/authz"
	"trellis/web/upstream"
)

func TestGraph(t *testing.T) {
	const node = `{"kind":"group","_id":"g","name":"G","level":0,"above":1,"below":2,"members":3}`
	client := serve(t,
		exchange{method: "GET", url: "/groups/g/graph?down=3&fold=12&layer=users&layer=roles&limit=300&unfold=group%3Ag&unfold=role%3Ar&up=0", answer: `{"nodes":[` + node + `],"edges":[{"kind":"nesting","from":0,"to":0}],"folds":[{"of":0,"kind":"user","above":false,"count":9}],"totals":{"users":9,"groups":1,"roles":0,"permissions":0},"truncated":true}`},
		exchange{method: "GET", url: "/users/auth0%7C1/graph", answer: `{}`},
		exchange{method: "GET", url: "/roles/r/graph", answer: `{"nodes":[` + node + `],"edges":[{"kind":"nesting","from":0,"to":1}]}`},
		exchange{method: "GET", url: "/roles/r/graph", answer: `{"nodes":[` + node + `],"folds":[{"of":-1}]}`},
	)
	zero, three := 0, 3
	got, err := client.Graph(t.Context(), "group", "g", authz.GraphQuery{
		Up: &zero, Down: &three, Layers: []string{authz.UsersLayer, authz.RolesLayer}, Limit: 300, Fold: 12, Unfold: []string{"group:g", "role:r"},
	})
	want := authz.Graph{
		Nodes:  []authz.GraphNode{{Vertex: authz.Vertex{Kind: "group", ID: "g", Name: "G"}, Above: 1, Below: 2, Members: 3}},
		Edges:  []authz.GraphEdge{{Kind: authz.NestingHop}},
		Folds:  []authz.GraphFold{{Kind: "user", Count: 9}},
		Totals: authz.GraphTotals{Users: 9, Groups: 1}, Truncated: true,
	}
	if d := cmp.Diff(want, got); d != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, d)
	}
	for _, kind := range []string{"user", "role", "role"} {
		id := map[string]string{"user": "auth0|1", "role": "r"}[kind]
		if _, err := client.Graph(t.Context(), kind, id, authz.GraphQuery{}); upstream.StatusOf(err) != 502 {
			t.Errorf("a graph with holes: err = %v, want a 502", err)
		}
	}
}
