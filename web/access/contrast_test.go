package access_test

import (
	"fmt"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"trellis/web/access"
)

// The reference, part four: what one leads to and another one does not, by asking of
// each vertex by itself whether there is a way.

// leavers is where the edges of an origin end.
func (x tenant) leavers(from access.Origin) (groups, roles, permissions []string) {
	switch from.Node.Kind {
	case access.KindUser:
		return from.Held.Groups, from.Held.Roles, nil
	case access.KindGroup:
		own := x.groups[from.Node.Position]
		for _, g := range x.groups {
			if slices.Contains(g.Nested, own.ID) {
				groups = append(groups, g.ID)
			}
		}
		return groups, own.Roles, nil
	}
	return nil, nil, x.roles[from.Node.Position].Permissions
}

// leads reports whether a vertex is another one, or leads to it.
func (x tenant) leads(from, to access.Node) bool {
	if from == to {
		return true
	}
	if from.Kind == access.KindRole {
		return to.Kind == access.KindPermission && slices.Contains(x.roles[from.Position].Permissions, x.id(to))
	}
	if from.Kind != access.KindGroup {
		return false
	}
	up := x.containing()
	for j, g := range x.groups {
		if !up[from.Position][j] {
			continue
		}
		if to.Kind == access.KindGroup && to.Position == int32(j) {
			return true
		}
		for i, r := range x.roles {
			if slices.Contains(g.Roles, r.ID) && x.leads(access.Node{Kind: access.KindRole, Position: int32(i)}, to) {
				return true
			}
		}
	}
	return false
}

// nodes is every group, role and permission.
func (x tenant) nodes() []access.Node {
	var out []access.Node
	for kind, n := range map[access.Kind]int{access.KindGroup: len(x.groups), access.KindRole: len(x.roles), access.KindPermission: len(x.permissions)} {
		for i := range n {
			out = append(out, access.Node{Kind: kind, Position: int32(i)})
		}
	}
	slices.SortFunc(out, func(a, b access.Node) int {
		return (int(a.Kind)-int(b.Kind))*1000 + int(a.Position-b.Position)
	})
	return out
}

func (x tenant) reached(from access.Origin) []access.Reached {
	groups, roles, permissions := x.leavers(from)
	var exits, out []access.Reached
	for _, n := range x.nodes() {
		ids := map[access.Kind][]string{access.KindGroup: groups, access.KindRole: roles, access.KindPermission: permissions}[n.Kind]
		if slices.Contains(ids, x.id(n)) {
			exits = append(exits, access.Reached{Node: n})
		}
	}
	for _, n := range x.nodes() {
		r := access.Reached{Node: n}
		for _, exit := range exits {
			if x.leads(exit.Node, n) {
				r.By = append(r.By, exit.Node)
			}
		}
		if len(r.By) > 0 && n != from.Node {
			out = append(out, r)
		}
	}
	return out
}

// anyOrigin is a user, a group or a role of the tenant.
func (x tenant) anyOrigin(t *rapid.T) access.Origin {
	users := access.Origin{Held: access.Held{
		Groups: unique(rapid.SliceOfN(rapid.Map(rapid.IntRange(0, 7), func(i int) string { return fmt.Sprint("g", i) }), 0, 3).Draw(t, "in")),
		Roles:  unique(rapid.SliceOfN(rapid.Map(rapid.IntRange(0, 4), func(i int) string { return fmt.Sprint("r", i) }), 0, 3).Draw(t, "has")),
	}}
	all := []access.Origin{users}
	for _, n := range x.nodes() {
		if n.Kind != access.KindPermission {
			all = append(all, access.Origin{Node: n})
		}
	}
	return rapid.SampledFrom(all).Draw(t, "origin")
}

func TestWhatTwoHaveIsSetApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := anyTenant(t)
		e := access.NewEngine(x.groups, x.roles, x.permissions)
		from, other := x.anyOrigin(t), x.anyOrigin(t)
		left, right := e.Reach(from), e.Reach(other)
		if d := gocmp.Diff(x.reached(from), left, noReached); d != "" {
			t.Fatalf("what %+v leads to (-want +got):\n%s", from, d)
		}
		var want []access.Contrasted
		for _, n := range x.nodes() {
			of := func(list []access.Reached) []access.Node {
				for _, r := range list {
					if r.Node == n {
						return r.By
					}
				}
				return nil
			}
			if l, r := of(left), of(right); l != nil || r != nil {
				want = append(want, access.Contrasted{Node: n, Left: l, Right: r})
			}
		}
		if d := gocmp.Diff(want, access.Contrast(left, right), noContrast); d != "" {
			t.Fatalf("apart (-want +got):\n%s", d)
		}
		for _, r := range access.Directly(left) {
			if !r.Direct() || len(r.By) != 1 || !slices.ContainsFunc(left, func(all access.Reached) bool { return all.Node == r.Node && all.Direct() }) {
				t.Fatalf("directly it has %+v", r)
			}
		}
	})
}

var (
	noReached  = gocmp.FilterValues(func(a, b []access.Reached) bool { return len(a)+len(b) == 0 }, gocmp.Comparer(func(_, _ []access.Reached) bool { return true }))
	noContrast = gocmp.FilterValues(func(a, b []access.Contrasted) bool { return len(a)+len(b) == 0 }, gocmp.Comparer(func(_, _ []access.Contrasted) bool { return true }))
)

// What is below a group, and what gives a role, is what leads there.
func TestWhatLeadsToAGroupAndToARole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := anyTenant(t)
		e := access.NewEngine(x.groups, x.roles, x.permissions)
		ways := func(by []int, self int) (out []access.Reached) {
			for i := range x.groups {
				n := access.Node{Kind: access.KindGroup, Position: int32(i)}
				r := access.Reached{Node: n}
				for _, j := range by {
					if x.leads(n, access.Node{Kind: access.KindGroup, Position: int32(j)}) {
						r.By = append(r.By, access.Node{Kind: access.KindGroup, Position: int32(j)})
					}
				}
				if len(r.By) > 0 && i != self {
					out = append(out, r)
				}
			}
			return out
		}
		for i, g := range x.groups {
			var by []int
			for j, inner := range x.groups {
				if slices.Contains(g.Nested, inner.ID) {
					by = append(by, j)
				}
			}
			if d := gocmp.Diff(ways(by, i), e.Within(int32(i)), noReached); d != "" {
				t.Fatalf("within %s (-want +got):\n%s", g.ID, d)
			}
		}
		for i, r := range x.roles {
			var by []int
			for j, g := range x.groups {
				if slices.Contains(g.Roles, r.ID) {
					by = append(by, j)
				}
			}
			if d := gocmp.Diff(ways(by, -1), e.Givers(int32(i)), noReached); d != "" {
				t.Fatalf("giving %s (-want +got):\n%s", r.ID, d)
			}
		}
	})
}

func TestWhoHasItIsWhoLeadsThere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := anyTenant(t)
		c := anyCrowd(t)
		e, people := access.NewEngine(x.groups, x.roles, x.permissions), x.population(c)
		for _, n := range x.nodes() {
			if n.Kind == access.KindPermission {
				continue
			}
			var all, direct []int32
			for u, h := range c {
				own := map[access.Kind][]string{access.KindGroup: h.Groups, access.KindRole: h.Roles}[n.Kind]
				if slices.Contains(own, x.id(n)) {
					direct = append(direct, int32(u))
				}
				if slices.ContainsFunc(x.reached(access.Origin{Held: h}), func(r access.Reached) bool { return r.Node == n }) {
					all = append(all, int32(u))
				}
			}
			if got := e.Having(n, people, false); !slices.Equal(got, all) {
				t.Fatalf("%v: %v, want %v", n, got, all)
			}
			if got := e.Having(n, people, true); !slices.Equal(got, direct) {
				t.Fatalf("%v directly: %v, want %v", n, got, direct)
			}
		}
	})
}

func TestSetsAreApart(t *testing.T) {
	tests := []struct{ left, right, onlyLeft, both, onlyRight []int32 }{
		{nil, nil, nil, nil, nil},
		{[]int32{1, 2}, nil, []int32{1, 2}, nil, nil},
		{nil, []int32{1, 2}, nil, nil, []int32{1, 2}},
		{[]int32{1, 3, 4, 9}, []int32{2, 3, 9, 10}, []int32{1, 4}, []int32{3, 9}, []int32{2, 10}},
	}
	for _, tt := range tests {
		got := access.Apart(tt.left, tt.right)
		if !slices.Equal(got.OnlyLeft, tt.onlyLeft) || !slices.Equal(got.Both, tt.both) || !slices.Equal(got.OnlyRight, tt.onlyRight) {
			t.Errorf("%v and %v: %+v", tt.left, tt.right, got)
		}
	}
}

// What is usual is found by looking at every user, one after the other.
func TestUsualIsWhatMostOfThemHave(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := anyTenant(t)
		c := anyCrowd(t)
		e, people := access.NewEngine(x.groups, x.roles, x.permissions), x.population(c)
		var users []int32
		for u := range c {
			if rapid.Bool().Draw(t, "counts") {
				users = append(users, int32(u))
			}
		}
		percent, directly := rapid.IntRange(1, 100).Draw(t, "percent"), rapid.Bool().Draw(t, "directly")
		got := e.Usual(people, users, percent, directly)
		held := access.Held{}
		counts, own := map[access.Node]int{}, map[access.Node]int{}
		for _, u := range users {
			for _, r := range x.reached(access.Origin{Held: c[u]}) {
				if r.Direct() {
					own[r.Node]++
				}
				if r.Direct() || !directly {
					counts[r.Node]++
				}
			}
		}
		for n, times := range own {
			if times*100 < percent*len(users) {
				continue
			}
			if n.Kind == access.KindGroup {
				held.Groups = append(held.Groups, x.id(n))
			} else {
				held.Roles = append(held.Roles, x.id(n))
			}
		}
		var want []access.Reached
		for _, n := range x.nodes() {
			if got.Of(n) != counts[n] {
				t.Fatalf("%d have %v, want %d", got.Of(n), n, counts[n])
			}
			if counts[n] == 0 || counts[n]*100 < percent*len(users) {
				continue
			}
			r := access.Reached{Node: n, By: []access.Node{}}
			for _, most := range x.reached(access.Origin{Held: held}) {
				if most.Node == n {
					r.By = most.By
				}
			}
			if directly {
				r.By = []access.Node{n}
			}
			want = append(want, r)
		}
		if d := gocmp.Diff(want, got.Reached, noReached); d != "" || got.Users != len(users) {
			t.Fatalf("of %d users (-want +got):\n%s", got.Users, d)
		}
	})
}

// A comparison is the parts of what two have, and where both are groups or roles also
// of what leads to them.
func TestAComparisonIsOfWhatLeadsFromAndTo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := anyTenant(t)
		c := anyCrowd(t)
		e, people := access.NewEngine(x.groups, x.roles, x.permissions), x.population(c)
		left, right := x.anyOrigin(t), x.anyOrigin(t)
		if left.Node.Kind != right.Node.Kind {
			return
		}
		directly := rapid.Bool().Draw(t, "directly")
		got := e.Comparison(people, access.Compared{Origin: left}, access.Compared{Origin: right}, directly)
		has := func(o access.Origin, n access.Node) bool {
			return slices.ContainsFunc(x.reached(o), func(r access.Reached) bool { return r.Node == n && (r.Direct() || !directly) })
		}
		for _, n := range x.nodes() {
			l, r := has(left, n), has(right, n)
			if left.Node.Kind == access.KindRole && n.Kind == access.KindGroup {
				gives := func(role access.Node) bool {
					if directly {
						return slices.Contains(x.groups[n.Position].Roles, x.id(role))
					}
					return x.leads(n, role)
				}
				l, r = gives(left.Node), gives(right.Node)
			}
			parts := map[access.Kind]access.Parts[access.Contrasted]{access.KindGroup: got.Groups, access.KindRole: got.Roles, access.KindPermission: got.Permissions}[n.Kind]
			for _, part := range []struct {
				in   []access.Contrasted
				want bool
			}{{parts.OnlyLeft, l && !r}, {parts.Both, l && r}, {parts.OnlyRight, r && !l}} {
				if slices.ContainsFunc(part.in, func(c access.Contrasted) bool { return c.Node == n }) != part.want {
					t.Fatalf("%v of %v and %v is not where it belongs: %+v", n, left.Node, right.Node, parts)
				}
			}
		}
		if left.Node.Kind != access.KindUser {
			want := access.Apart(e.Having(left.Node, people, directly), e.Having(right.Node, people, directly))
			if d := gocmp.Diff(want, got.Users); d != "" {
				t.Fatalf("users (-want +got):\n%s", d)
			}
		}
	})
}

func TestMappingsAreSetApart(t *testing.T) {
	okta, ad := access.Mapping{Connection: "okta", Group: "Staff"}, access.Mapping{Connection: "ad", Group: "Staff"}
	e := access.NewEngine([]access.Group{
		{ID: "a", Mappings: []access.Mapping{okta, ad}}, {ID: "b", Mappings: []access.Mapping{ad, {Connection: "ad", Group: "All"}}},
	}, nil, nil)
	side := func(at int32) access.Compared {
		return access.Compared{Origin: access.Origin{Node: access.Node{Kind: access.KindGroup, Position: at}}}
	}
	got := e.Comparison(access.NewPopulation(0, make([][]int32, 2), nil), side(0), side(1), false).Mappings
	want := access.Parts[access.Mapping]{OnlyLeft: []access.Mapping{okta}, Both: []access.Mapping{ad}, OnlyRight: []access.Mapping{{Connection: "ad", Group: "All"}}}
	if d := gocmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// BenchmarkUsual measures what is usual among a hundred thousand users of ten
// thousand groups.
func BenchmarkUsual(b *testing.B) {
	groups, roles, permissions := organisation()
	e := access.NewEngine(groups, roles, permissions)
	members, holders := make([][]int32, len(groups)), make([][]int32, len(roles))
	users := make([]int32, 100_000)
	for u := range users {
		users[u] = int32(u)
		for k := range 5 {
			group := (u*7919 + k*104_729) % len(groups)
			members[group] = append(members[group], int32(u))
		}
		holders[u%len(roles)] = append(holders[u%len(roles)], int32(u))
	}
	people := access.NewPopulation(len(users), members, holders)
	b.ReportAllocs()
	for b.Loop() {
		found := e.Usual(people, users, 80, false)
		b.ReportMetric(float64(len(found.Reached)), "usual")
	}
}
