package views_test

import (
	"fmt"
	"strings"
	"testing"

	"trellis/views"
)

// In a tangle of groups there are hundreds of ways to one thing: a list of 25 of them
// was a third of a megabyte.
func TestOfManyWaysTheFirstAreShown(t *testing.T) {
	for _, tt := range []struct {
		ways, shown  int
		folded, last string
	}{
		{2, 2, "", ""},
		{3, 3, "1 more way", ""},
		{10, 10, "8 more ways", ""},
		{11, 10, "9 more ways", "and 1 more way"},
		{300, 10, "298 more ways", "and 290 more ways"},
	} {
		var sources []views.Source
		for i := range tt.ways {
			sources = append(sources, views.Source{Trail: []views.Link{{Label: fmt.Sprintf("Group %d", i), URL: "/groups/g"}}})
		}
		page := render(t, views.UserGroups(views.HeldList{Rows: []views.HeldRow{{Name: "Payments", URL: "/groups/p", Sources: sources}}}))
		folded, last := page.Find(".sources summary").Text(), strings.TrimSpace(page.Find(".sources .sources > .muted").Text())
		if shown := page.Find(".sources .trail").Length(); shown != tt.shown || folded != tt.folded || last != tt.last {
			t.Errorf("of %d ways: %d, %q, %q", tt.ways, shown, folded, last)
		}
	}
}
