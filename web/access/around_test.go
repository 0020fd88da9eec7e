package access_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"trellis/web/access"
)

// crowd is who is a member of which group and holds which role of x.
func (x tenant) crowd(t *rapid.T) *access.Population {
	users := rapid.SliceOfNDistinct(rapid.Int32Range(0, 5), 0, 6, rapid.ID[int32])
	members, holders := make([][]int32, len(x.groups)), make([][]int32, len(x.roles))
	for i := range members {
		members[i] = users.Draw(t, "members")
	}
	for i := range holders {
		holders[i] = users.Draw(t, "holders")
	}
	return access.NewPopulation(6, members, holders)
}

// levels is how far groups are from a group at most so far, by following nested
// over and over.
func (x tenant) levels(from int32, up bool) map[int32]int {
	out := map[int32]int{from: 0}
	for range x.groups {
		for i, outer := range x.groups {
			for j, inner := range x.groups {
				if !slices.Contains(outer.Nested, inner.ID) {
					continue
				}
				a, b := int32(i), int32(j)
				if up {
					a, b = b, a
				}
				if n, ok := out[a]; ok {
					if m, known := out[b]; !known || n+1 < m {
						out[b] = n + 1
					}
				}
			}
		}
	}
	return out
}

// A view of a group without folds or a limit has the groups of its levels, and no
// others, each at its distance.
func TestAViewHasTheGroupsOfItsLevels(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := anyTenant(t)
		if len(x.groups) == 0 {
			return
		}
		e := access.NewEngine(x.groups, x.roles, x.permissions)
		focus := int32(rapid.IntRange(0, len(x.groups)-1).Draw(t, "focus"))
		up, down := rapid.IntRange(-1, 4).Draw(t, "up"), rapid.IntRange(-1, 4).Draw(t, "down")
		got := map[int32]int{}
		for _, n := range e.Around(x.crowd(t), access.View{Focus: access.Node{Kind: access.KindGroup, Position: focus}, Up: up, Down: down, Limit: 1000}).Nodes {
			got[n.Position] = n.Level
		}
		want := map[int32]int{}
		for i, n := range x.levels(focus, false) {
			if down < 0 || n <= down {
				want[i] = n
			}
		}
		for i, n := range x.levels(focus, true) {
			if below, both := want[i]; (up < 0 || n <= up) && (!both || n <= below) {
				want[i] = -n // in a circle, what is on both sides is where it is nearer
			}
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Fatalf("levels of group %d (-want +got):\n%s", focus, d)
		}
	})
}

// Whatever is wanted: no more than the limit, everything beside something nearer,
// every hop between two of them, and what is left out is counted.
func TestAViewIsConnectedAndCounted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := anyTenant(t)
		e := access.NewEngine(x.groups, x.roles, x.permissions)
		v := access.View{
			Up: rapid.IntRange(-1, 3).Draw(t, "up"), Down: rapid.IntRange(-1, 3).Draw(t, "down"),
			Users: rapid.Bool().Draw(t, "users"), Roles: rapid.Bool().Draw(t, "roles"), Permissions: rapid.Bool().Draw(t, "permissions"),
			Limit: rapid.IntRange(1, 30).Draw(t, "limit"), Rows: rapid.IntRange(0, 3).Draw(t, "rows"),
		}
		v.Focus.Kind = access.Kind(rapid.IntRange(0, 3).Draw(t, "kind"))
		n := []int{6, len(x.groups), len(x.roles), len(x.permissions)}[v.Focus.Kind]
		if n == 0 {
			return
		}
		v.Focus.Position = int32(rapid.IntRange(0, n-1).Draw(t, "position"))
		got := e.Around(x.crowd(t), v)
		if len(got.Nodes) > v.Limit || got.Nodes[0].Node != v.Focus {
			t.Fatalf("%d vertices, the first is %v; want %d at most, and %v", len(got.Nodes), got.Nodes[0], v.Limit, v.Focus)
		}
		at, totals := map[access.Node]int{}, [access.KindPermission + 1]int{}
		for i, n := range got.Nodes {
			at[n.Node] = i
			totals[n.Kind]++
		}
		if len(at) != len(got.Nodes) {
			t.Fatalf("a vertex is there twice: %v", got.Nodes)
		}
		nearer := map[int]bool{0: true}
		for _, h := range got.Hops {
			from, ok := at[h.From]
			to, too := at[h.To]
			if !ok || !too {
				t.Fatalf("%v leads out of the view", h)
			}
			nearer[max(from, to)] = nearer[max(from, to)] || from != to
		}
		for i, n := range got.Nodes {
			if !nearer[i] {
				t.Fatalf("%v stands alone in %v, %v", n, got.Nodes, got.Hops)
			}
		}
		for _, f := range got.Folds {
			if _, in := at[f.Of]; !in || v.Rows == 0 || f.Count < 2 {
				t.Fatalf("fold %v", f)
			}
			totals[f.Kind] += f.Count
		}
		for kind, n := range totals {
			if n > got.Totals[kind] || v.Limit == 30 && n < got.Totals[kind] && len(got.Nodes) < 10 {
				t.Fatalf("%d of kind %d are there, of %d in all: %v", n, kind, got.Totals[kind], got)
			}
		}
	})
}

func TestFoldsAndWhatIsBeyond(t *testing.T) {
	group := func(id string, roles []string, nested ...string) access.Group {
		return access.Group{ID: id, Name: id, Nested: nested, Roles: roles}
	}
	e := access.NewEngine([]access.Group{
		group("root", []string{"r"}, "a", "b", "c", "d", "e"),
		group("e", nil, "deep"), group("d", nil), group("c", nil), group("b", nil), group("a", nil),
		group("deep", nil), group("other", nil, "a"),
	}, []access.Role{{ID: "r", Name: "r", Permissions: []string{"p"}}}, []access.Permission{{ID: "p", Name: "p"}})
	people := access.NewPopulation(4, [][]int32{{0, 1, 2, 3}, nil, nil, nil, nil, nil, nil, nil}, [][]int32{{0}})
	root := access.Node{Kind: access.KindGroup}
	names := func(a access.Around) (out []string) {
		for _, n := range a.Nodes {
			out = append(out, map[access.Kind]string{access.KindUser: "user", access.KindGroup: "group", access.KindRole: "role", access.KindPermission: "permission"}[n.Kind])
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	for name, c := range map[string]struct {
		view   access.View
		nodes  int
		folds  []access.Fold
		kinds  []string
		above  int // of the focus
		below  int
		groups int
	}{
		"one level": {access.View{Focus: root, Down: 1, Limit: 9}, 6, nil, []string{"group"}, 0, 0, 6},
		"folded":    {access.View{Focus: root, Down: 1, Limit: 9, Rows: 3}, 3, []access.Fold{{Of: root, Count: 3, Kind: access.KindGroup}}, []string{"group"}, 0, 0, 6},
		"only leaves fold": {
			access.View{Focus: root, Down: 2, Limit: 9, Rows: 3},
			5,
			[]access.Fold{{Of: root, Count: 2, Kind: access.KindGroup}},
			[]string{"group"},
			0, 0, 7,
		},
		"unfolded":       {access.View{Focus: root, Down: 1, Limit: 9, Rows: 3, Unfolded: map[access.Node]bool{root: true}}, 6, nil, []string{"group"}, 0, 0, 6},
		"cut":            {access.View{Focus: root, Down: -1, Limit: 4}, 4, nil, []string{"group"}, 0, 2, 7},
		"every layer":    {access.View{Focus: root, Limit: 20, Users: true, Permissions: true}, 7, nil, []string{"group", "permission", "role", "user"}, 0, 5, 1},
		"a permission":   {access.View{Focus: access.Node{Kind: access.KindPermission}, Down: 1, Limit: 20}, 3, nil, []string{"group", "permission", "role"}, 0, 0, 1},
		"a role's users": {access.View{Focus: access.Node{Kind: access.KindRole}, Limit: 20, Users: true}, 2, nil, []string{"role", "user"}, 0, 1, 0},
		"a user":         {access.View{Focus: access.Node{Kind: access.KindUser}, Up: 1, Limit: 20, Roles: true}, 3, nil, []string{"group", "role", "user"}, 0, 0, 1},
		"nobody":         {access.View{Focus: access.Node{Kind: access.KindUser, Position: 9}, Up: 1, Limit: 20}, 1, nil, []string{"user"}, 0, 0, 0},
	} {
		got := e.Around(people, c.view)
		if len(got.Nodes) != c.nodes || !cmp.Equal(got.Folds, c.folds) || !slices.Equal(names(got), c.kinds) ||
			got.Nodes[0].Above != c.above || got.Nodes[0].Below != c.below || got.Totals[access.KindGroup] != c.groups {
			t.Errorf("%s: %+v; want %d vertices, %v, %v, %d above, %d below, of %d groups", name, got, c.nodes, c.folds, c.kinds, c.above, c.below, c.groups)
		}
	}
}
