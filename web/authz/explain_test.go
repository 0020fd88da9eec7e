package authz_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"trellis/web/authz"
	"trellis/web/upstream"
)

func TestExplanations(t *testing.T) {
	client := serve(t,
		exchange{method: "GET", url: "/users/auth0%7C1/explain?connection=ad&page=1&per_page=5&provider_group=A&provider_group=B%2CC&removals=3&role=r", answer: `{"target":{"kind":"role","_id":"r","name":"R"},"granted":true,"total":7,"exact":true,"start":5,"limit":5,"paths":[[{"kind":"user_role","from":{"kind":"user","_id":"auth0|1"},"to":{"kind":"role","_id":"r","name":"R"}}]],"removals":[{"hops":[{"kind":"mapping","to":{"kind":"group","_id":"g"},"connectionName":"ad","groupName":"A"}],"affected":2,"losing":1}],"removals_sure":true}`},
		exchange{method: "GET", url: "/groups/g/explain?permission=p&why_not=2", answer: `{"target":{"kind":"permission","_id":"p","name":"P"},"granted":false,"total":0,"exact":true,"start":0,"limit":10,"paths":[],"why_not":{"total":9,"steps":[{"hop":{"kind":"group_role","from":{"kind":"group","_id":"g"},"to":{"kind":"role","_id":"r","name":"R"}},"groups":1,"roles":2,"permissions":3}]}}`},
		exchange{method: "GET", url: "/groups/g/explain?permission=p", answer: `{}`},
	)
	role := authz.Vertex{Kind: "role", ID: "r", Name: "R"}
	want := authz.Explanation{
		Target: role, Granted: true, Total: 7, Exact: true, RemovalsSure: true,
		Paths:    [][]authz.Hop{{{Kind: authz.UserRoleHop, From: &authz.Vertex{Kind: "user", ID: "auth0|1"}, To: role}}},
		Removals: []authz.Removal{{Hops: []authz.Hop{{Kind: authz.MappingHop, To: authz.Vertex{Kind: "group", ID: "g"}, ConnectionName: "ad", GroupName: "A"}}, Affected: 2, Losing: 1}},
	}
	got, err := client.ExplainUser(t.Context(), "auth0|1", authz.ExplainQuery{Role: "r", Connection: "ad", ProviderGroups: []string{"A", "B,C"}, Page: 1, PerPage: 5, Removals: 3})
	if d := cmp.Diff(want, got); d != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, d)
	}
	missing, err := client.ExplainGroup(t.Context(), "g", authz.ExplainQuery{Permission: "p", WhyNot: 2})
	wantMissing := &authz.WhyNot{Total: 9, Steps: []authz.Step{{
		Hop: authz.Hop{Kind: authz.GroupRoleHop, From: &authz.Vertex{Kind: "group", ID: "g"}, To: role}, Groups: 1, Roles: 2, Permissions: 3,
	}}}
	if d := cmp.Diff(wantMissing, missing.WhyNot); d != "" || err != nil || missing.Granted {
		t.Errorf("%v (-want +got):\n%s", err, d)
	}
	if _, err := client.ExplainGroup(t.Context(), "g", authz.ExplainQuery{Permission: "p"}); upstream.StatusOf(err) != 502 {
		t.Errorf("an answer without a target: err = %v, want a 502", err)
	}
}

func TestImpact(t *testing.T) {
	const change = `{"changes":[{"action":"remove","kind":"member","user":"u","group":"g"}]}`
	client := serve(t,
		exchange{method: "POST", url: "/impact?page=0&per_page=5", body: change, answer: `{"reached":3,"affected":1,"gaining":0,"losing":1,"shifts":[{"kind":"group","_id":"g","name":"G","gained":0,"lost":1}],"start":0,"limit":5,"users":[{"user":{"user_id":"u"},"gained":[],"lost":[{"kind":"group","_id":"g","name":"G"}]}],"kept":[],"mappings":false}`},
		exchange{method: "POST", url: "/impact", body: change, answer: `{}`},
	)
	changes := []authz.ProposedChange{{Action: authz.RemoveChange, Kind: authz.MemberHop, User: "u", Group: "g"}}
	group := authz.Vertex{Kind: "group", ID: "g", Name: "G"}
	want := authz.Impact{
		Reached: 3, Affected: 1, Losing: 1, Shifts: []authz.Shift{{Vertex: group, Lost: 1}}, Kept: []authz.Kept{},
		Users: []authz.Effect{{User: authz.User{UserID: "u"}, Gained: []authz.Vertex{}, Lost: []authz.Vertex{group}}},
	}
	got, err := client.Impact(t.Context(), changes, 0, 5)
	if d := cmp.Diff(want, got); d != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, d)
	}
	if _, err := client.Impact(t.Context(), changes, 0, 0); upstream.StatusOf(err) != 502 {
		t.Errorf("an answer without numbers: err = %v, want a 502", err)
	}
}
