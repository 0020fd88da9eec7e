package access_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"trellis/web/access"
)

// The reference, part two: every walk tried, every set of removals tried.

// origin is where the tenant's user begins.
func (x tenant) origin() access.Origin {
	return access.Origin{Node: access.Node{Kind: access.KindUser}, Held: x.held, In: x.in}
}

// targets is everything that somebody may have.
func (x tenant) targets() []access.Node {
	var out []access.Node
	for kind, n := range map[access.Kind]int{access.KindGroup: len(x.groups), access.KindRole: len(x.roles), access.KindPermission: len(x.permissions)} {
		for i := range n {
			out = append(out, access.Node{Kind: kind, Position: int32(i)})
		}
	}
	slices.SortFunc(out, func(a, b access.Node) int {
		return int(a.Kind)*100 + int(a.Position) - int(b.Kind)*100 - int(b.Position)
	})
	return out
}

func (x tenant) id(n access.Node) string {
	switch n.Kind {
	case access.KindGroup:
		return x.groups[n.Position].ID
	case access.KindRole:
		return x.roles[n.Position].ID
	case access.KindPermission:
		return x.permissions[n.Position].ID
	}
	return "user"
}

// paths is every simple path to a target, as texts, by trying every edge.
func (x tenant) paths(from, target string) []string {
	var out []string
	var walk func(at string, visited, texts []string)
	step := func(visited, texts []string, to, text string) {
		if slices.Contains(visited, to) {
			return
		}
		texts = append(slices.Clone(texts), text)
		if to == target {
			out = append(out, strings.Join(texts, " > "))
			return
		}
		walk(to, append(slices.Clone(visited), to), texts)
	}
	walk = func(at string, visited, texts []string) {
		for _, g := range x.groups {
			if slices.Contains(g.Nested, at) {
				step(visited, texts, g.ID, "nesting "+g.ID)
			}
			if g.ID == at {
				for _, r := range x.roles {
					if slices.Contains(g.Roles, r.ID) {
						step(visited, texts, r.ID, "group role "+r.ID)
					}
				}
			}
			if at == "user" && slices.Contains(x.held.Groups, g.ID) {
				step(visited, texts, g.ID, "member "+g.ID)
				for to, m := range x.mappings(g.Name) {
					step(append(slices.Clone(visited), "held "+g.ID), append(slices.Clone(texts), "member "+g.ID), to, "mapped "+m+" "+to)
				}
			}
		}
		for _, r := range x.roles {
			if at == "user" && slices.Contains(x.held.Roles, r.ID) {
				step(visited, texts, r.ID, "direct role "+r.ID)
			}
			if r.ID == at {
				for _, p := range x.permissions {
					if slices.Contains(r.Permissions, p.ID) {
						step(visited, texts, p.ID, "inclusion "+p.ID)
					}
				}
			}
		}
		if at == "user" {
			for _, name := range unique(x.in.Groups) {
				for to, m := range x.mappings(name) {
					step(visited, texts, to, "mapped "+m+" "+to)
				}
			}
		}
	}
	walk(from, []string{from}, nil)
	slices.Sort(out)
	return out
}

// mappings is the groups that a name leads to at the tenant's sign-in, and by which name.
func (x tenant) mappings(name string) map[string]string {
	out := map[string]string{}
	for _, g := range x.groups {
		if slices.Contains(g.Mappings, access.Mapping{Connection: x.in.Connection, Group: name}) {
			out[g.ID] = name
		}
	}
	return out
}

func unique(texts []string) []string {
	sorted := slices.Clone(texts)
	slices.Sort(sorted)
	return slices.Compact(sorted)
}

func (x tenant) text(p access.Path) string {
	words := map[access.HopKind]string{
		access.Membership: "member ", access.Nesting: "nesting ", access.GroupRole: "group role ",
		access.DirectRole: "direct role ", access.Inclusion: "inclusion ",
	}
	var texts []string
	for _, h := range p {
		if h.Kind == access.Mapped {
			texts = append(texts, "mapped "+h.Mapping.Group+" "+x.id(h.To))
			continue
		}
		texts = append(texts, words[h.Kind]+x.id(h.To))
	}
	return strings.Join(texts, " > ")
}

// without is the tenant after hops were taken away.
func (x tenant) without(hops []access.Hop) tenant {
	out := x
	out.groups, out.roles = slices.Clone(x.groups), slices.Clone(x.roles)
	drop := func(list []string, id string) []string {
		return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return s == id })
	}
	for _, h := range hops {
		switch h.Kind {
		case access.Membership:
			out.held.Groups = drop(out.held.Groups, x.id(h.To))
		case access.DirectRole:
			out.held.Roles = drop(out.held.Roles, x.id(h.To))
		case access.Nesting:
			g := &out.groups[h.To.Position]
			g.Nested = drop(g.Nested, x.id(h.From))
		case access.GroupRole:
			g := &out.groups[h.From.Position]
			g.Roles = drop(g.Roles, x.id(h.To))
		case access.Inclusion:
			r := &out.roles[h.From.Position]
			r.Permissions = drop(r.Permissions, x.id(h.To))
		case access.Mapped:
			g := &out.groups[h.To.Position]
			g.Mappings = slices.DeleteFunc(slices.Clone(g.Mappings), func(m access.Mapping) bool { return m == h.Mapping })
		}
	}
	return out
}

// has reports by the rules whether the tenant's user has a target at sign-in.
func (x tenant) has(n access.Node) bool {
	var sources []access.Sourced
	switch n.Kind {
	case access.KindGroup:
		sources = x.groupSources(true)
	case access.KindRole:
		sources = x.roleSources(true)
	default:
		sources = x.permissionSources(true)
	}
	return slices.ContainsFunc(sources, func(s access.Sourced) bool { return s.Position == n.Position })
}

func TestPathsAreAllOfThemShortestFirst(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := anyTenant(t)
		if targets := x.targets(); len(targets) > 0 {
			x.checkPaths(t, x.origin(), rapid.SampledFrom(targets).Draw(t, "target"))
		}
		if len(x.groups) > 0 {
			from := access.Node{Kind: access.KindGroup, Position: int32(rapid.IntRange(0, len(x.groups)-1).Draw(t, "from"))}
			x.checkPaths(t, access.Origin{Node: from}, rapid.SampledFrom(x.targets()).Draw(t, "target of a group"))
		}
	})
}

func (x tenant) checkPaths(t *rapid.T, from access.Origin, target access.Node) {
	w := access.NewEngine(x.groups, x.roles, x.permissions).Ways(from, target)
	want := x.paths(x.id(from.Node), x.id(target))
	if w.Exist() != (len(want) > 0) {
		t.Fatalf("a way exists: %t, but there are %d", w.Exist(), len(want))
	}
	all := w.Paths(0, len(want)+1)
	if all.Total != len(want) || !all.Exact {
		t.Fatalf("%d paths, exact: %t; want %d", all.Total, all.Exact, len(want))
	}
	var got []string
	for i, p := range all.Paths {
		if got = append(got, x.text(p)); i > 0 && len(p) < len(all.Paths[i-1]) {
			t.Fatalf("a shorter path comes after %q", got[i-1])
		}
	}
	size := rapid.IntRange(1, 4).Draw(t, "size of a page")
	for offset := 0; offset <= len(all.Paths); offset += size {
		page := w.Paths(offset, size)
		if d := gocmp.Diff(all.Paths[offset:min(offset+size, len(all.Paths))], page.Paths, equalPaths); d != "" || page.Total != all.Total {
			t.Fatalf("the page from %d of %d (-want +got):\n%s", offset, page.Total, d)
		}
	}
	slices.Sort(got)
	if d := gocmp.Diff(want, got); d != "" {
		t.Fatalf("paths (-want +got):\n%s", d)
	}
}

var equalPaths = gocmp.FilterValues(func(a, b []access.Path) bool { return len(a) == 0 && len(b) == 0 },
	gocmp.Comparer(func(_, _ []access.Path) bool { return true }))

// Every set that is found ends the access and needs all that is in it, and of
// those with up to two removals none is missing.
func TestRemovalsAreTheSmallestSetsThatEndAnAccess(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := anyTenant(t)
		targets := x.targets()
		if len(targets) == 0 {
			return
		}
		target := rapid.SampledFrom(targets).Draw(t, "target")
		w := access.NewEngine(x.groups, x.roles, x.permissions).Ways(x.origin(), target)
		const several = 20
		got := w.Removals(several)
		if (len(got.Sets) > 0) != x.has(target) {
			t.Fatalf("has it: %t; %d sets, sure: %t", x.has(target), len(got.Sets), got.Sure)
		}
		found := map[string]bool{}
		for i, set := range got.Sets {
			if i > 0 && len(set) < len(got.Sets[i-1]) {
				t.Fatalf("a smaller set comes after %v", got.Sets[i-1])
			}
			if x.without(set).has(target) {
				t.Fatalf("%v does not end it", set)
			}
			for j := range set {
				if !x.without(slices.Delete(slices.Clone(set), j, j+1)).has(target) {
					t.Fatalf("%v needs no %v", set, set[j])
				}
			}
			found[keyOf(set)] = true
		}
		for key, size := range x.minimal(w, target) {
			missed := len(got.Sets) < several || size < len(got.Sets[several-1])
			if got.Sure && missed && !found[key] {
				t.Fatalf("%s would end it and was not found", key)
			}
		}
		if first := w.Removals(1); len(first.Sets) != min(1, len(got.Sets)) || len(first.Sets) == 1 && keyOf(first.Sets[0]) != keyOf(got.Sets[0]) {
			t.Fatalf("asked for one, got %v", first.Sets)
		}
	})
}

// minimal is the minimal sets of up to two removals and their sizes, by trying all.
func (x tenant) minimal(w *access.Ways, target access.Node) map[string]int {
	var all []access.Hop
	for _, p := range w.Paths(0, 1000).Paths {
		for _, h := range p {
			if h.Kind == access.Mapped {
				h.From = access.Node{}
			}
			if !slices.Contains(all, h) {
				all = append(all, h)
			}
		}
	}
	out := map[string]int{}
	ends := make([]bool, len(all))
	for i, h := range all {
		if ends[i] = !x.without([]access.Hop{h}).has(target); ends[i] {
			out[keyOf([]access.Hop{h})] = 1
		}
	}
	if len(all) > 12 {
		return out // of larger ones pairs are too many to try thousands of times
	}
	for i := range all {
		for j := range i {
			if pair := []access.Hop{all[j], all[i]}; !ends[i] && !ends[j] && !x.without(pair).has(target) {
				out[keyOf(pair)] = 2
			}
		}
	}
	return out
}

func keyOf(set []access.Hop) string {
	var out []string
	for _, h := range set {
		out = append(out, fmt.Sprint(h))
	}
	slices.Sort(out)
	return strings.Join(out, "; ")
}

// ladder is n pairs of groups, each pair within both of the next: 2^n paths lead
// from the bottom to the top.
func ladder(n int) []access.Group {
	groups := []access.Group{{ID: "bottom"}}
	below := []string{"bottom"}
	for i := range n {
		left, right := fmt.Sprint("l", i), fmt.Sprint("r", i)
		groups = append(groups, access.Group{ID: left, Nested: below}, access.Group{ID: right, Nested: below})
		below = []string{left, right}
	}
	return append(groups, access.Group{ID: "top", Nested: below})
}

func TestPathsBeyondCounting(t *testing.T) {
	between := func(groups []access.Group) *access.Ways {
		return access.NewEngine(groups, nil, nil).Ways(access.Origin{Node: access.Node{Kind: access.KindGroup}},
			access.Node{Kind: access.KindGroup, Position: int32(len(groups) - 1)})
	}
	if got := between(ladder(50)).Paths(1_000_000, 3); got.Total != 1<<50 || !got.Exact || len(got.Paths) != 3 {
		t.Errorf("%d paths (exact: %t), %d on the page; want %d and 3", got.Total, got.Exact, len(got.Paths), 1<<50)
	}
	if got := between(ladder(60)).Paths(0, 1); got.Total != 1<<53 || got.Exact || len(got.Paths) != 1 {
		t.Errorf("%d paths (exact: %t), %d on the page; want at least %d and 1", got.Total, got.Exact, len(got.Paths), 1<<53)
	}
	if got := between(ladder(50)).Removals(3); !got.Sure || len(got.Sets) != 3 || len(got.Sets[1]) != 2 || len(got.Sets[2]) != 3 {
		t.Errorf("removals of a ladder: %v", got)
	}
	long := []access.Group{{ID: "0"}}
	for i := range 300 {
		long = append(long, access.Group{ID: fmt.Sprint(i + 1), Nested: []string{fmt.Sprint(i)}})
	}
	if got := between(long).Paths(0, 1); got.Total != 1 || len(got.Paths) != 0 {
		t.Errorf("a path too long to list: %+v", got)
	}
	ring := ladder(30)
	ring[1].Nested = []string{"bottom", "l9"}
	if got := between(ring).Paths(5, 2); got.Exact || got.Total < 7 || len(got.Paths) != 2 {
		t.Errorf("with a cycle: %d paths (exact: %t), %d on the page", got.Total, got.Exact, len(got.Paths))
	}
}

// wide is so many groups that somebody holds, each in another one with the role.
func wide(n int) (*access.Engine, access.Origin) {
	var groups []access.Group
	var held []string
	for i := range n {
		a, b := fmt.Sprint("a", i), fmt.Sprint("b", i)
		groups = append(groups, access.Group{ID: a}, access.Group{ID: b, Nested: []string{a}, Roles: []string{"r"}})
		held = append(held, a)
	}
	return access.NewEngine(groups, []access.Role{{ID: "r"}}, nil), access.Origin{Held: access.Held{Groups: held}}
}

// Of twelve ways with three hops each, 3^12 sets take one hop of each.
func TestRemovalsOfAWideGraph(t *testing.T) {
	e, from := wide(12)
	got := e.Ways(from, access.Node{Kind: access.KindRole}).Removals(10)
	if !got.Sure || len(got.Sets) != 10 || len(got.Sets[0]) != 12 || len(got.Sets[9]) != 12 || got.Sets[0][0].Kind != access.Membership {
		t.Errorf("sure: %t, %v", got.Sure, got.Sets)
	}
}

// Where the search gives up, what it says still ends the access.
func TestRemovalsOfTooWideAGraph(t *testing.T) {
	e, from := wide(2000)
	got := e.Ways(from, access.Node{Kind: access.KindRole}).Removals(5)
	if got.Sure || len(got.Sets) != 2 || len(got.Sets[0]) != 2000 || len(got.Sets[1]) != 2000 || got.Sets[0][0].Kind != access.Membership || got.Sets[1][0].Kind != access.GroupRole {
		t.Errorf("sure: %t, %d sets", got.Sure, len(got.Sets))
	}
}
