package access_test

import (
	"fmt"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"trellis/web/access"
)

// anyForest is a small nesting, in which anything may be missing, twice or in a
// circle, with the groups by name as their siblings stand.
func anyForest(t *rapid.T) ([]access.Group, *access.Graph, *access.Outline) {
	groups := make([]access.Group, rapid.IntRange(0, 9).Draw(t, "groups"))
	for i := range groups {
		groups[i].ID = fmt.Sprint("g", i)
		for _, n := range rapid.SliceOfN(rapid.IntRange(0, 10), 0, 3).Draw(t, "nested") {
			groups[i].Nested = append(groups[i].Nested, fmt.Sprint("g", n))
		}
	}
	graph := access.New(groups)
	rank := make([]int32, len(groups))
	for i := range rank {
		rank[i] = int32(len(groups) - i)
	}
	return groups, graph, access.NewOutline(graph, rank)
}

// Whatever the nesting, every group is at the top or below a group at the top, and
// without any of those one would be lost.
func TestNoGroupIsLostAndNoTopIsNeedless(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		groups, graph, _ := anyForest(t)
		tops := graph.Tops()
		reached := func(starts []int32) int {
			seen := map[string]bool{}
			for _, top := range starts {
				seen[groups[top].ID] = true
				for _, id := range graph.Descendants(groups[top].ID) {
					seen[id] = true
				}
			}
			return len(seen)
		}
		if got := reached(tops); got != len(groups) {
			t.Fatalf("%v reach %d of %+v", tops, got, groups)
		}
		for i := range tops {
			if reached(slices.Delete(slices.Clone(tops), i, i+1)) == len(groups) {
				t.Fatalf("%v: %d is needless in %+v", tops, tops[i], groups)
			}
		}
		for i, g := range groups {
			if len(slices.DeleteFunc(graph.Parents(g.ID), func(id string) bool { return id == g.ID })) == 0 && !slices.Contains(tops, int32(i)) {
				t.Fatalf("%s is in no other group, and not among %v", g.ID, tops)
			}
		}
	})
}

// A search shows exactly the groups that were found and those above them, and each
// of them below all that contain it.
func TestASearchOpensEveryWay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		groups, graph, outline := anyForest(t)
		if len(groups) == 0 {
			return
		}
		found := rapid.SliceOfDistinct(rapid.Int32Range(0, int32(len(groups)-1)), func(i int32) int32 { return i }).Draw(t, "found")
		out := outline.Unfold(access.Unfold{Below: access.None, Reveal: access.None, In: access.None, Limit: 50, Searching: true, Found: found})
		if !out.Complete || out.Found != len(found) {
			t.Fatalf("complete = %t, found %d of %d", out.Complete, out.Found, len(found))
		}
		wanted := func(i int32) bool {
			return slices.ContainsFunc(found, func(f int32) bool {
				return f == i || slices.Contains(graph.Descendants(groups[i].ID), groups[f].ID)
			})
		}
		told := map[int32][]int32{}
		for _, b := range out.Branches {
			if _, twice := told[b.Parent]; twice {
				t.Fatalf("the branch of %d is there twice", b.Parent)
			}
			told[b.Parent] = []int32{}
			for _, n := range b.Nodes {
				told[b.Parent] = append(told[b.Parent], n.Group)
				if n.Found != slices.Contains(found, n.Group) {
					t.Fatalf("%+v of %v", n, found)
				}
			}
		}
		for i := range int32(len(groups)) {
			for _, parent := range graph.ParentsOf(i) {
				if wanted(i) != slices.Contains(told[parent], i) {
					t.Fatalf("%d in %d: found is %v, shown %v of %+v", i, parent, found, told, groups)
				}
			}
		}
	})
}

// The way to a group is made of nestings, is in the branches, and none is shorter.
func TestAPlaceIsRevealed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		groups, graph, outline := anyForest(t)
		if len(groups) == 0 {
			return
		}
		to := rapid.Int32Range(0, int32(len(groups)-1)).Draw(t, "to")
		in := rapid.Int32Range(-1, int32(len(groups)-1)).Draw(t, "in")
		out := outline.Unfold(access.Unfold{Below: access.None, Reveal: to, In: in, Limit: 1})
		if len(out.Way) == 0 || out.Way[len(out.Way)-1] != to {
			t.Fatalf("the way to %d is %v", to, out.Way)
		}
		if in != access.None && slices.Contains(graph.ParentsOf(to), in) && (len(out.Way) < 2 || out.Way[len(out.Way)-2] != in) {
			t.Fatalf("the way to %d in %d is %v", to, in, out.Way)
		}
		for i, group := range out.Way {
			parent := access.None
			if i > 0 {
				parent = out.Way[i-1]
			}
			shown := slices.ContainsFunc(out.Branches, func(b access.Branch) bool {
				return b.Parent == parent && slices.ContainsFunc(b.Nodes, func(n access.Twig) bool { return n.Group == group })
			})
			if !shown {
				t.Fatalf("%d below %d is not among %+v", group, parent, out.Branches)
			}
		}
	})
}

func TestPagesOfABranch(t *testing.T) {
	groups := []access.Group{{ID: "a", Nested: []string{"b", "c", "d", "c"}}, {ID: "b"}, {ID: "c"}, {ID: "d"}}
	outline := access.NewOutline(access.New(groups), []int32{0, 3, 2, 1})
	ask := access.Unfold{Below: 0, Start: 1, Limit: 1, Keep: []int32{1}, Reveal: access.None, In: access.None}
	want := []access.Branch{{Parent: 0, Total: 3, Nodes: []access.Twig{{Group: 2, Position: 2}, {Group: 1, Position: 3}}}}
	if d := gocmp.Diff(want, outline.Unfold(ask).Branches); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestEachMemberCountsOnce(t *testing.T) {
	groups := []access.Group{{ID: "a", Nested: []string{"b", "c"}}, {ID: "b", Nested: []string{"c", "a"}}, {ID: "c"}}
	graph := access.New(groups)
	people := access.NewPopulation(5, [][]int32{{0, 1}, {1, 2}, {2, 4}}, nil)
	for group, want := range []int{4, 4, 2} {
		if got := graph.MemberCount(int32(group), people); got != want {
			t.Errorf("%s has %d members, want %d", groups[group].ID, got, want)
		}
	}
}
