package authzapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"trellis/cmd/internal/store"
	"trellis/web/authz"
)

func treeID(i int) string { return fmt.Sprintf("44444444-0000-4000-8000-%012d", i) }

// forest is Staff > Engineering > SRE, On-call > SRE, and Ring > Round > Ring, which
// nothing contains. Somebody is in Engineering and in SRE, and Engineering nests a
// group that is gone.
func forest() store.Document {
	group := func(i int, name string, members []string, nested ...int) store.Group {
		g := store.Group{ID: treeID(i), Name: name, Description: "About " + name, Members: members}
		for _, n := range nested {
			g.Nested = append(g.Nested, treeID(n))
		}
		return g
	}
	return store.Document{Groups: []store.Group{
		group(1, "staff", []string{"auth0|1"}, 2),
		group(2, "Engineering", []string{"auth0|2", "auth0|3"}, 3, 99),
		group(3, "SRE", []string{"auth0|3", "auth0|4"}),
		group(4, "On-call", nil, 3),
		group(5, "Round", nil, 6),
		group(6, "Ring", []string{"auth0|5"}, 5),
	}}
}

func (tn *tenant) tree(t *testing.T, query string) authz.Tree {
	t.Helper()
	got := tn.send(t, "GET", "/groups/tree"+query, "")
	var out authz.Tree
	if got.status != http.StatusOK {
		t.Fatalf("%s: %d %s", query, got.status, got.body)
	}
	if err := json.Unmarshal([]byte(got.body), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// branches is a tree in words: each branch with the names in it, their places
// where there is a gap, and what a search said of them.
func branches(tree authz.Tree) string {
	var lines []string
	for _, b := range tree.Branches {
		var names []string
		for i, g := range b.Groups {
			name := g.Name
			if g.Position != i+1 {
				name += fmt.Sprint("@", g.Position)
			}
			if g.Matches {
				name += "!"
			}
			if g.Leads {
				name += ">"
			}
			names = append(names, name)
		}
		parent := "top"
		if b.Parent != "" {
			parent = strings.TrimLeft(b.Parent[len(b.Parent)-2:], "0")
		}
		lines = append(lines, fmt.Sprintf("%s/%d: %s", parent, b.Total, strings.Join(names, " ")))
	}
	return strings.Join(lines, "; ")
}

func TestTheTreeOfGroups(t *testing.T) {
	each(t, func(t *testing.T, tn *tenant) {
		tn.load(t, forest())
		for query, want := range map[string]string{
			"":                              "top/3: On-call Round staff",
			"?parent=" + treeID(2):          "2/1: SRE",
			"?per_page=1&page=1":            "top/3: Round@2",
			"?per_page=1&keep=" + treeID(1): "top/3: On-call staff@3",
			"?open=" + treeID(1) + "&open=" + treeID(2) + "&open=gone": "top/3: On-call Round staff; 1/1: Engineering; 2/1: SRE",
			"?q=SRE":                     "top/2: On-call> staff>; 4/1: SRE!; 1/1: Engineering>; 2/1: SRE!",
			"?q=about%20rou":             "top/1: Round!>; 5/1: Ring>; 6/1: Round!>",
			"?q=nothing":                 "top/0: ",
			"?q=sre&parent=" + treeID(1): "1/1: Engineering>; 2/1: SRE!",
			"?reveal=" + treeID(3):       "top/3: On-call Round staff; 4/1: SRE",
			"?reveal=" + treeID(3) + "&in=" + treeID(2) + "&per_page=1":           "top/3: On-call staff@3; 1/1: Engineering; 2/1: SRE",
			"?reveal=" + treeID(3) + "&in=" + treeID(2) + "&parent=" + treeID(1):  "1/1: Engineering; 2/1: SRE",
			"?reveal=" + treeID(6) + "&in=" + treeID(3):                           "top/3: On-call Round staff; 5/1: Ring",
			"?reveal=" + treeID(98) + "&open=" + treeID(5) + "&open=" + treeID(6): "top/3: On-call Round staff; 5/1: Ring; 6/1: Round",
		} {
			if got := branches(tn.tree(t, query)); got != want {
				t.Errorf("%s:\n%s, want\n%s", query, got, want)
			}
		}
		tree := tn.tree(t, "?parent="+treeID(1)+"&open="+treeID(2)+"&reveal="+treeID(3))
		if !slices.Equal(tree.Way, []string{treeID(2), treeID(3)}) {
			t.Errorf("the way = %q", tree.Way)
		}
		if got := tree.Branches[1].Missing; !slices.Equal(got, []string{treeID(99)}) {
			t.Errorf("gone: %q", got)
		}
		eng, sre := tree.Branches[0].Groups[0], tree.Branches[1].Groups[0]
		if eng.MemberCount != 2 || eng.AllMemberCount != 3 || eng.NestedCount != 2 || eng.ParentCount != 1 {
			t.Errorf("Engineering: %+v", eng)
		}
		if len(sre.Parents) != 2 || sre.Parents[0].Name != "Engineering" || sre.Parents[1].ID != treeID(4) {
			t.Errorf("SRE is in %+v", sre.Parents)
		}
		if found := tn.tree(t, "?q=sre"); found.Found != 1 || !found.Complete {
			t.Errorf("the search: %+v", found)
		}
		if found := tn.tree(t, "?q=about&per_page=1"); found.Found != 6 || found.Complete {
			t.Errorf("a search that does not fit: found %d, complete = %t", found.Found, found.Complete)
		}
	})
}

// A member that comes or goes, in whichever group below, is in the next answer.
func TestTheTreeCountsWhoIsThereNow(t *testing.T) {
	each(t, func(t *testing.T, tn *tenant) {
		tn.load(t, forest())
		count := func() int {
			return tn.tree(t, "?keep="+treeID(1)+"&per_page=200").Branches[0].Groups[2].AllMemberCount
		}
		for _, step := range []struct {
			method, user string
			want         int
		}{{"", "", 4}, {"PATCH", "auth0|9", 5}, {"PATCH", "auth0|2", 5}, {"DELETE", "auth0|2", 5}, {"DELETE", "auth0|4", 4}} {
			if step.method != "" {
				tn.send(t, step.method, "/groups/"+treeID(3)+"/members", `["`+step.user+`"]`)
			}
			if got := count(); got != step.want {
				t.Errorf("after %s %s: %d members, want %d", step.method, step.user, got, step.want)
			}
		}
		tn.send(t, "DELETE", "/groups/"+treeID(2)+"/nested", `["`+treeID(3)+`"]`)
		if got := count(); got != 3 {
			t.Errorf("without SRE: %d members, want 3", got)
		}
	})
}

func TestTreesThatThereAreNot(t *testing.T) {
	tn := onSQLite(t)
	tn.load(t, forest())
	for query, want := range map[string]int{
		"?parent=" + treeID(98):              http.StatusNotFound,
		"?parent=":                           http.StatusBadRequest,
		"?per_page=201":                      http.StatusBadRequest,
		"?per_page=0":                        http.StatusBadRequest,
		"?sort=name:1":                       http.StatusBadRequest,
		"?" + strings.Repeat("open=x&", 201): http.StatusBadRequest,
		"?page=1000000&per_page=200":         http.StatusOK,
		"?q=":                                http.StatusOK,
	} {
		if got := tn.send(t, "GET", "/groups/tree"+query, ""); got.status != want {
			t.Errorf("%.60s: %d %s, want %d", query, got.status, got.body, want)
		}
	}
}
