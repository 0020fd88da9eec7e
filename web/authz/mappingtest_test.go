package authz_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"trellis/web/authz"
	"trellis/web/upstream"
)

func TestMappingsOfATenant(t *testing.T) {
	client := serve(t,
		exchange{method: "POST", url: "/mappings/test", body: `{"connectionName":"ad","groups":["Staff"]}`, answer: `{"sent":[{"name":"Staff","mappings":[],"near":[]}],"by_name":[],"groups":[]}`},
		exchange{method: "POST", url: "/mappings/test", body: `{}`, answer: `{"sent":[]}`},
		exchange{method: "GET", url: "/mappings?page=0&per_page=5&q=a&show=never", answer: `{"total":1,"since":"2026-11-02","counts":{"mappings":3},"mappings":[{"_id":"m","group":{"kind":"group","_id":"g","name":"G"}}]}`},
		exchange{method: "GET", url: "/mappings?page=0&per_page=1", answer: `{"total":1}`},
		exchange{method: "GET", url: "/mappings/sent?connection=ad&page=1&per_page=5", answer: `{"total":9,"groups":[{"connectionName":"ad","groupName":"Staff","days":2}]}`},
		exchange{method: "GET", url: "/mappings/sent?page=0&per_page=1", answer: `{}`},
	)
	got, err := client.TestMappings(t.Context(), authz.Attempt{ConnectionName: "ad", Groups: []string{"Staff"}})
	want := authz.Trial{Sent: []authz.SentGroup{{Name: "Staff", Mappings: []authz.MatchedMapping{}, Near: []authz.NearMiss{}}}, ByName: []authz.Hop{}, Groups: []authz.Reached{}}
	if d := cmp.Diff(want, got); d != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, d)
	}
	if _, err := client.TestMappings(t.Context(), authz.Attempt{}); upstream.StatusOf(err) != 502 {
		t.Errorf("an answer without groups: %v", err)
	}
	all, err := client.AllMappings(t.Context(), authz.CoverageQuery{Show: authz.NeverMatched, Search: "a", PerPage: 5})
	if err != nil || all.Total != 1 || all.Counts.Mappings != 3 || all.Mappings[0].Group.ID != "g" || all.Since != "2026-11-02" {
		t.Errorf("%+v %v", all, err)
	}
	if _, err := client.AllMappings(t.Context(), authz.CoverageQuery{PerPage: 1}); upstream.StatusOf(err) != 502 {
		t.Errorf("an answer without mappings: %v", err)
	}
	sent, err := client.SentGroups(t.Context(), authz.CoverageQuery{Connection: "ad", Page: 1, PerPage: 5})
	if err != nil || sent.Total != 9 || sent.Groups[0].Days != 2 {
		t.Errorf("%+v %v", sent, err)
	}
	if _, err := client.SentGroups(t.Context(), authz.CoverageQuery{PerPage: 1}); upstream.StatusOf(err) != 502 {
		t.Errorf("an answer without groups: %v", err)
	}
}
