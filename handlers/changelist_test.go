package handlers_test

import (
	"testing"
	"time"

	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/upstream"
)

// The filters of the list stand in its address, go to the API, and stay in the
// links to the neighbouring parts.
func TestChangesAreFiltered(t *testing.T) {
	day := func(d int) time.Time { return time.Date(2026, 11, d, 0, 0, 0, 0, time.UTC) }
	tests := []struct {
		name, target string
		want         authz.ChangeQuery
		wantOlder    string
		wantAbout    string
	}{
		{"none", "/changes", authz.ChangeQuery{}, "/changes?before=77", ""},
		{"all", "/changes?kind=group&who=Ada&since=2026-11-01&until=2026-11-20&before=99", authz.ChangeQuery{Kind: "group", Actor: "Ada", Since: day(1), Until: day(21), Before: 99}, "/changes?before=77&kind=group&since=2026-11-01&until=2026-11-20&who=Ada", ""},
		{"one group", urls.ToChangesOf("group", "eng"), authz.ChangeQuery{Kind: "group", Object: "eng"}, "/changes?before=77&kind=group&object=eng", "Only what happened to Engineering , and what added it somewhere or removed it. Show the changes of everything"},
		{"something that has no name", urls.ToChangesOf("role", "r0"), authz.ChangeQuery{Kind: "role", Object: "r0"}, "/changes?before=77&kind=role&object=r0", "Only what happened to r0 , and what added it somewhere or removed it. Show the changes of everything"},
		{"what cannot be read", "/changes?kind=secret&since=yesterday&until=1&before=-4", authz.ChangeQuery{}, "/changes?before=77", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWatched()
			p := watch(w).get(t, tt.target, "")
			w.part.PerPage = 0
			if w.part != tt.want {
				t.Errorf("asked for %+v, want %+v", w.part, tt.want)
			}
			if got := p.doc.Find(".pager a[rel=next]").AttrOr("href", ""); got != tt.wantOlder {
				t.Errorf("older: %q, want %q", got, tt.wantOlder)
			}
			if got := p.text("main .aside"); got != tt.wantAbout {
				t.Errorf("about %q, want %q", got, tt.wantAbout)
			}
		})
	}
	w := newWatched()
	w.changes = authz.Changes{}
	if got := watch(w).get(t, "/changes?who=nobody", "").text("#list"); got != "No change passes these filters." {
		t.Errorf("an empty list says %q", got)
	}
	w.fail["Changes"] = &upstream.Error{Status: 404}
	if got := watch(w).get(t, "/changes?who=nobody", "").text("#list"); got != "This tenant's API keeps no journal that could be read here." {
		t.Errorf("a tenant without a journal says %q", got)
	}
}
