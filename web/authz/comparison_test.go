package authz_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"trellis/web/authz"
	"trellis/web/upstream"
)

func TestCompare(t *testing.T) {
	const group = `{"kind":"group","_id":"g","name":"G","left":{"direct":true,"by":[{"kind":"group","_id":"g"}],"by_total":1},"members":4}`
	client := serve(t,
		exchange{
			method: "GET", url: "/compare?application=app1&direct=true&left=user%3Aauth0%7C1&limit=50&percent=90&right=usual%3Ag",
			answer: `{"left":{"kind":"user","_id":"auth0|1"},"right":{"kind":"group","_id":"g","name":"G","usual":{"members":9,"percent":90}},"direct":true,"limit":50,
				"sections":[{"of":"groups","only_left":{"total":7,"items":[` + group + `]},"both":{"total":0,"items":[]},"only_right":{"total":0,"items":[]}}]}`,
		},
		exchange{method: "GET", url: "/compare?left=role%3Aa&right=role%3Ab", answer: `{}`},
		exchange{method: "GET", url: "/compare?left=role%3Aa&right=role%3Ab", answer: `{"left":{"_id":"a"},"sections":[{"both":{"items":[{}]}}]}`},
	)
	got, err := client.Compare(t.Context(), authz.CompareQuery{Left: "user:auth0|1", Right: "usual:g", Direct: true, Application: "app1", Percent: 90, Limit: 50})
	g := authz.Vertex{Kind: "group", ID: "g"}
	want := authz.Comparison{
		Left:  authz.ComparedSide{Vertex: authz.Vertex{Kind: "user", ID: "auth0|1"}},
		Right: authz.ComparedSide{Vertex: authz.Vertex{Kind: "group", ID: "g", Name: "G"}, Usual: &authz.Usual{Members: 9, Percent: 90}},
		Limit: 50,
		Sections: []authz.ComparedSection{{Of: authz.GroupsPart, OnlyLeft: authz.ComparedPart{Total: 7, Items: []authz.ComparedItem{{
			Vertex: authz.Vertex{Kind: "group", ID: "g", Name: "G"}, Left: &authz.ComparedReason{Direct: true, By: []authz.Vertex{g}, ByTotal: 1}, Members: 4,
		}}}, Both: authz.ComparedPart{Items: []authz.ComparedItem{}}, OnlyRight: authz.ComparedPart{Items: []authz.ComparedItem{}}}},
	}
	if d := cmp.Diff(want, got); d != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, d)
	}
	for range 2 {
		if _, err := client.Compare(t.Context(), authz.CompareQuery{Left: "role:a", Right: "role:b"}); upstream.StatusOf(err) != 502 {
			t.Errorf("a comparison with holes: err = %v, want a 502", err)
		}
	}
}
