package authz_test

import (
	"testing"
	"time"

	"trellis/web/authz"
	"trellis/web/upstream"
)

func TestOverview(t *testing.T) {
	client := serve(t,
		exchange{method: "GET", url: "/counts", answer: `{"users":1,"groups":2,"roles":3,"permissions":4,"memberships":5}`},
		exchange{method: "GET", url: "/findings", answer: `{"groups":{"empty":{"records":1},"gone-members":{"records":0,"cases":0},"redundant-nesting":{"records":2,"cases":3},"missing-references":{"records":0,"cases":0}},"roles":{"unheld":{"records":0},"missing-permissions":{"records":0}},"permissions":{"unused":{"records":0}}}`},
		exchange{method: "GET", url: "/changes?before=9&per_page=2", answer: `{"changes":[{"seq":8,"at":"2026-11-23T09:00:00.000Z","actor":{"name":"Ada"},"action":"group.create","object":{"kind":"group","id":"g","name":"G"}}],"next":8}`},
		exchange{method: "GET", url: "/changes?actor=ada&kind=group&object=g&per_page=1&since=2026-11-01T00%3A00%3A00Z&until=2026-11-02T00%3A00%3A00Z", answer: `{"changes":[]}`},
		exchange{method: "GET", url: "/groups?finding=empty&include_totals=true", answer: `{"groups":[],"total":0,"start":0,"limit":0,"length":0}`},
	)
	if got, err := client.Counts(t.Context()); err != nil || got != (authz.Counts{Users: 1, Groups: 2, Roles: 3, Permissions: 4, Memberships: 5}) {
		t.Errorf("counts = %+v, %v", got, err)
	}
	if got, err := client.Findings(t.Context()); err != nil || got.Groups[authz.RedundantNesting] != (authz.FindingCount{Records: 2, Cases: 3}) {
		t.Errorf("findings = %+v, %v", got, err)
	}
	if got, err := client.Changes(t.Context(), authz.ChangeQuery{Before: 9, PerPage: 2}); err != nil || got.Next != 8 || len(got.Changes) != 1 || got.Changes[0].Object.Name != "G" {
		t.Errorf("changes = %+v, %v", got, err)
	}
	day := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	if _, err := client.Changes(t.Context(), authz.ChangeQuery{Kind: "group", Object: "g", Actor: "ada", Since: day, Until: day.AddDate(0, 0, 1), PerPage: 1}); err != nil {
		t.Error(err)
	}
	if _, err := client.ListGroups(t.Context(), authz.ListQuery{Finding: authz.EmptyGroups}); err != nil {
		t.Error(err)
	}
}

// An answer without its numbers is no answer: it would tell people that there is
// nothing.
func TestAnOverviewOfNothing(t *testing.T) {
	client := serve(t, exchange{method: "GET", url: "/counts", answer: `{}`}, exchange{method: "GET", url: "/findings", answer: `{}`}, exchange{method: "GET", url: "/changes?per_page=1", answer: `{}`})
	_, counts := client.Counts(t.Context())
	_, findings := client.Findings(t.Context())
	_, changes := client.Changes(t.Context(), authz.ChangeQuery{PerPage: 1})
	for name, err := range map[string]error{"counts": counts, "findings": findings, "changes": changes} {
		if upstream.StatusOf(err) != 502 {
			t.Errorf("%s: err = %v, want a 502", name, err)
		}
	}
}
