package urls_test

import (
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"trellis/views/urls"
)

func TestWhatIsOpenIsWrittenInTheOrderOfTheRows(t *testing.T) {
	for words, open := range map[string][]urls.Branch{
		"":                 nil,
		"a":                {{ID: "a"}},
		"a.b*3":            {{ID: "a"}, {ID: "b", Pages: 3}},
		"a~b~c..d":         {{ID: "a", Open: []urls.Branch{{ID: "b", Open: []urls.Branch{{ID: "c"}}}, {ID: "d"}}}},
		"a~b.c..d":         {{ID: "a", Open: []urls.Branch{{ID: "b"}, {ID: "c"}}}, {ID: "d"}},
		"a%2Eb~%7E.50%25x": {{ID: "a.b", Open: []urls.Branch{{ID: "~"}, {ID: "50%x"}}}},
	} {
		if got := urls.WordBranches(open); got != words {
			t.Errorf("%+v is written %q, want %q", open, got, words)
		}
		if d := cmp.Diff(open, urls.ReadBranches(words)); d != "" {
			t.Errorf("%q (-want +got):\n%s", words, d)
		}
	}
}

func branches(t *rapid.T, depth int) []urls.Branch {
	var out []urls.Branch
	for range rapid.IntRange(0, 3).Draw(t, "siblings") {
		b := urls.Branch{ID: rapid.StringN(1, 5, -1).Draw(t, "id")}
		if rapid.Bool().Draw(t, "more") {
			b.Pages = rapid.IntRange(2, 1000).Draw(t, "pages")
		}
		if depth > 0 {
			b.Open = branches(t, depth-1)
		}
		out = append(out, b)
	}
	return out
}

// Whatever is open and whatever its ids hold, an address brings it back.
func TestAnAddressBringsBackWhatIsOpen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := urls.TreeView{Open: branches(t, 3), Focus: rapid.SliceOfN(rapid.StringN(1, 5, -1), 0, 4).Draw(t, "way")}
		u, err := url.Parse(at.To())
		if err != nil {
			t.Fatal(err)
		}
		if got := urls.ReadBranches(u.Query().Get("open")); !reflect.DeepEqual(at.Open, got) {
			t.Fatalf("%s opens %+v, want %+v", u, got, at.Open)
		}
		if got := urls.ReadWay(u.Query().Get("focus")); strings.Join(got, "\x00") != strings.Join(at.Focus, "\x00") {
			t.Fatalf("%s leads to %q, want %q", u, got, at.Focus)
		}
	})
}

// Somebody may write anything into an address.
func FuzzReadBranches(f *testing.F) {
	for _, words := range []string{"a~b..c", "~~~", "...", "%zz", "a*-1.b*99999999999", strings.Repeat("a~", 1000)} {
		f.Add(words)
	}
	f.Fuzz(func(t *testing.T, words string) {
		open := urls.ReadBranches(words)
		if again := urls.ReadBranches(urls.WordBranches(open)); !reflect.DeepEqual(open, again) {
			t.Errorf("%q is read as %+v, and that as %+v", words, open, again)
		}
	})
}

func TestTheTreeBelowAGroupStandsOnItsPage(t *testing.T) {
	for want, at := range map[string]urls.TreeView{
		"/groups/tree":                                {},
		"/groups/tree?q=sre":                          {Search: "sre"},
		"/groups/g/nested?view=tree":                  {Root: "g"},
		"/groups/tree?in=b&reveal=a":                  {Reveal: "a", In: "b"},
		"/groups/g/nested?focus=a~b&open=a&view=tree": {Root: "g", Open: []urls.Branch{{ID: "a"}}, Focus: []string{"a", "b"}},
	} {
		if got := at.To(); got != want {
			t.Errorf("%+v is at %s, want %s", at, got, want)
		}
	}
}
