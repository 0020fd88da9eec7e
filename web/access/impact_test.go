package access_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"trellis/web/access"
)

// The reference, part three: a tenant with several users, every one of whom is
// looked at before and after.

// crowd is what each user of a tenant holds.
type crowd []access.Held

func anyCrowd(t *rapid.T) crowd {
	out := make(crowd, rapid.IntRange(0, 5).Draw(t, "users"))
	for i := range out {
		some := func(what, prefix string, n int) []string {
			return unique(rapid.SliceOfN(rapid.Map(rapid.IntRange(0, n), func(i int) string { return fmt.Sprint(prefix, i) }), 0, 3).Draw(t, what))
		}
		out[i] = access.Held{Groups: some("member of", "g", 7), Roles: some("holds", "r", 4)}
	}
	return out
}

func (x tenant) population(c crowd) *access.Population {
	members, holders := make([][]int32, len(x.groups)), make([][]int32, len(x.roles))
	for u, h := range c {
		for i, g := range x.groups {
			if slices.Contains(h.Groups, g.ID) {
				members[i] = append(members[i], int32(u))
			}
		}
		for i, r := range x.roles {
			if slices.Contains(h.Roles, r.ID) {
				holders[i] = append(holders[i], int32(u))
			}
		}
	}
	return access.NewPopulation(len(c), members, holders)
}

// anyChange is some change to a tenant that has groups, roles and permissions.
func (x tenant) anyChange(t *rapid.T, users int) access.Change {
	some := func(kind access.Kind, n int) access.Node {
		return access.Node{Kind: kind, Position: int32(rapid.IntRange(0, n-1).Draw(t, "position"))}
	}
	user := func() access.Node { return some(access.KindUser, users+1) }
	group := func() access.Node { return some(access.KindGroup, len(x.groups)) }
	role := func() access.Node { return some(access.KindRole, len(x.roles)) }
	permission := func() access.Node { return some(access.KindPermission, len(x.permissions)) }
	c := access.Change{Removed: rapid.Bool().Draw(t, "removed")}
	switch rapid.IntRange(0, 8).Draw(t, "change") {
	case 0:
		c.Hop = access.Hop{Kind: access.Membership, From: user(), To: group()}
	case 1:
		c.Hop = access.Hop{Kind: access.Nesting, From: group(), To: group()}
	case 2:
		c.Hop = access.Hop{Kind: access.GroupRole, From: group(), To: role()}
	case 3:
		c.Hop = access.Hop{Kind: access.DirectRole, From: user(), To: role()}
	case 4:
		c.Hop = access.Hop{Kind: access.Inclusion, From: role(), To: permission()}
	case 5:
		c.Hop = access.Hop{Kind: access.Mapped, To: group(), Mapping: access.Mapping{Connection: "ad", Group: "G1"}}
	case 6:
		c = access.Change{Hop: access.Hop{To: group()}, Deleted: true}
	case 7:
		c = access.Change{Hop: access.Hop{To: role()}, Deleted: true}
	case 8:
		c = access.Change{Hop: access.Hop{To: permission()}, Deleted: true}
	}
	return c
}

// after is the tenant and its users after changes; what was deleted stays away.
func (x tenant) after(c crowd, changes []access.Change) (tenant, crowd) {
	c = slices.Clone(append(slices.Clone(c), access.Held{}))
	gone := map[string]bool{}
	for _, ch := range changes {
		if ch.Deleted {
			gone[x.id(ch.To)] = true
			continue
		}
		if ch.Removed {
			one := x
			if ch.From.Kind == access.KindUser {
				one.held = c[ch.From.Position]
			}
			one = one.without([]access.Hop{ch.Hop})
			x.groups, x.roles = one.groups, one.roles
			if ch.From.Kind == access.KindUser && ch.Kind != access.Mapped {
				c[ch.From.Position] = one.held
			}
			continue
		}
		x.groups, x.roles = slices.Clone(x.groups), slices.Clone(x.roles)
		add := func(list *[]string, id string) { *list = append(slices.Clone(*list), id) }
		switch ch.Kind {
		case access.Membership:
			add(&c[ch.From.Position].Groups, x.id(ch.To))
		case access.DirectRole:
			add(&c[ch.From.Position].Roles, x.id(ch.To))
		case access.Nesting:
			add(&x.groups[ch.To.Position].Nested, x.id(ch.From))
		case access.GroupRole:
			add(&x.groups[ch.From.Position].Roles, x.id(ch.To))
		case access.Inclusion:
			add(&x.roles[ch.From.Position].Permissions, x.id(ch.To))
		}
	}
	alive := func(ids []string) []string {
		return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return gone[id] })
	}
	x.groups, x.roles = slices.Clone(x.groups), slices.Clone(x.roles)
	for i := range x.groups {
		g := &x.groups[i]
		if g.Nested, g.Roles = alive(g.Nested), alive(g.Roles); gone[g.ID] {
			g.Nested, g.Roles = nil, nil
		}
	}
	for i := range x.roles {
		if x.roles[i].Permissions = alive(x.roles[i].Permissions); gone[x.roles[i].ID] {
			x.roles[i].Permissions = nil
		}
	}
	for i := range c {
		c[i] = access.Held{Groups: alive(c[i].Groups), Roles: alive(c[i].Roles)}
	}
	return x, c
}

// everything is all that somebody has who holds h, by the rules.
func (x tenant) everything(h access.Held) access.Access {
	x.held = h
	return access.Access{Groups: positions(x.groupSources(false)), Roles: positions(x.roleSources(false)), Permissions: positions(x.permissionSources(false))}
}

func minus(a, b access.Access) access.Access {
	only := func(a, b []int32) []int32 {
		return slices.DeleteFunc(slices.Clone(a), func(i int32) bool { return slices.Contains(b, i) })
	}
	return access.Access{Groups: only(a.Groups, b.Groups), Roles: only(a.Roles, b.Roles), Permissions: only(a.Permissions, b.Permissions)}
}

func (a nodes) shifted(list access.Access, gained bool) {
	for kind, positions := range map[access.Kind][]int32{access.KindGroup: list.Groups, access.KindRole: list.Roles, access.KindPermission: list.Permissions} {
		for _, i := range positions {
			n := access.Node{Kind: kind, Position: i}
			s := a[n]
			if s.Node = n; gained {
				s.Gained++
			} else {
				s.Lost++
			}
			a[n] = s
		}
	}
}

type nodes map[access.Node]access.Shift

// Whatever is changed, the impact says of every user what the rules say.
func TestImpactIsTheDifference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, people := anyTenant(t), anyCrowd(t)
		if len(x.groups)*len(x.roles)*len(x.permissions) == 0 {
			return
		}
		var changes []access.Change
		for range rapid.IntRange(1, 4).Draw(t, "changes") {
			changes = append(changes, x.anyChange(t, len(people)))
		}
		got, err := access.NewEngine(x.groups, x.roles, x.permissions).Impact(x.population(people), changes)
		if closes, ok := errors.AsType[*access.CycleError](err); ok {
			if len(closes.Path) < 2 || closes.Path[0] != closes.Path[len(closes.Path)-1] {
				t.Fatalf("no cycle: %q", closes.Path)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		x.checkImpact(t, got, people, changes)
	})
}

func (x tenant) checkImpact(t *rapid.T, got *access.Impact, people crowd, changes []access.Change) {
	later, then := x.after(people, changes)
	shifts, effects := nodes{}, []access.Effect(nil)
	gaining, losing := 0, 0
	for u := range then {
		var was access.Access
		if u < len(people) {
			was = x.everything(people[u])
		}
		is := later.everything(then[u])
		e := access.Effect{User: int32(u), Gained: minus(is, was), Lost: minus(was, is)}
		more, less := sizeOf(e.Gained), sizeOf(e.Lost)
		if more+less == 0 {
			continue
		}
		effects = append(effects, e)
		gaining, losing = gaining+min(more, 1), losing+min(less, 1)
		shifts.shifted(e.Gained, true)
		shifts.shifted(e.Lost, false)
	}
	if got.Affected != len(effects) || got.Gaining != gaining || got.Losing != losing || got.Reached < got.Affected {
		t.Fatalf("%d reached, %d affected, %d gaining, %d losing; want %d, %d and %d", got.Reached, got.Affected, got.Gaining, got.Losing, len(effects), gaining, losing)
	}
	if d := gocmp.Diff(effects, got.Effects(0, 100), emptyIsNil); d != "" {
		t.Fatalf("effects (-want +got):\n%s", d)
	}
	if len(effects) > 1 {
		if d := gocmp.Diff(effects[1:2], got.Effects(1, 1), emptyIsNil); d != "" {
			t.Fatalf("the second effect (-want +got):\n%s", d)
		}
	}
	told := nodes{}
	for _, s := range got.Shifts {
		told[s.Node] = s
	}
	if d := gocmp.Diff(shifts, told); d != "" {
		t.Fatalf("shifts (-want +got):\n%s", d)
	}
}

func sizeOf(a access.Access) int { return len(a.Groups) + len(a.Roles) + len(a.Permissions) }

var emptyIsNil = gocmp.FilterValues(func(a, b []int32) bool { return len(a) == 0 && len(b) == 0 },
	gocmp.Comparer(func(_, _ []int32) bool { return true }))

func TestImpactRefusesANewCycleAlone(t *testing.T) {
	e := access.NewEngine([]access.Group{{ID: "a", Name: "A", Nested: []string{"b"}}, {ID: "b", Name: "B"}, {ID: "c", Name: "C", Nested: []string{"c"}}}, nil, nil)
	nobody := access.NewPopulation(0, make([][]int32, 3), nil)
	nest := func(inner, outer int32) access.Change {
		return access.Change{Hop: access.Hop{Kind: access.Nesting, From: access.Node{Kind: access.KindGroup, Position: inner}, To: access.Node{Kind: access.KindGroup, Position: outer}}}
	}
	_, err := e.Impact(nobody, []access.Change{nest(0, 1)})
	if closes, ok := errors.AsType[*access.CycleError](err); !ok || !slices.Equal(closes.Path, []string{"B", "A", "B"}) {
		t.Errorf("A in B: %v", err)
	}
	member := access.NewPopulation(1, [][]int32{nil, {0}, nil}, nil)
	switch i, err := e.Impact(member, []access.Change{nest(2, 1), nest(1, 2)}); {
	case err == nil:
		t.Error("B in C in B is no cycle")
	case i.Affected != 1 || i.Gaining != 1:
		t.Errorf("beside the cycle: %d affected, %d gaining, want the member of B to gain C", i.Affected, i.Gaining)
	}
	swap := nest(1, 0)
	swap.Removed = true
	for name, changes := range map[string][]access.Change{"taken out before": {swap, nest(0, 1)}, "there already": {nest(2, 2)}, "and out again": {nest(0, 1), swap}} {
		if _, err := e.Impact(nobody, changes); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// manyPeople gives each of n users some of an organisation's groups.
func manyPeople(groups, users, each int) *access.Population {
	chance := rand.New(rand.NewPCG(3, 4))
	members := make([][]int32, groups)
	for u := range users {
		for range each {
			g := chance.IntN(groups)
			members[g] = append(members[g], int32(u))
		}
	}
	for g := range members {
		slices.Sort(members[g])
		members[g] = slices.Compact(members[g])
	}
	holders := make([][]int32, 1000)
	for u := range users {
		r := chance.IntN(len(holders))
		holders[r] = append(holders[r], int32(u))
	}
	return access.NewPopulation(users, members, holders)
}

// BenchmarkImpact is for ten thousand groups, a hundred thousand users and a
// million memberships; the changes reach from one user to all of them.
func BenchmarkImpact(b *testing.B) {
	groups, roles, permissions := organisation()
	e := access.NewEngine(groups, roles, permissions)
	people := manyPeople(len(groups), 100_000, 10)
	group := func(i int32) access.Node { return access.Node{Kind: access.KindGroup, Position: i} }
	role := func(i int32) access.Node { return access.Node{Kind: access.KindRole, Position: i} }
	top, _ := e.Role(groups[0].Roles[0])
	child := slices.IndexFunc(groups, func(g access.Group) bool { return g.ID == groups[0].Nested[0] })
	all := make([]access.Change, 0, 1000)
	for i := range int32(1000) {
		all = append(all, access.Change{Hop: access.Hop{To: role(i)}, Deleted: true})
	}
	for name, changes := range map[string][]access.Change{
		"RemoveMember":    {{Hop: access.Hop{Kind: access.Membership, From: access.Node{}, To: group(9000)}, Removed: true}},
		"Unnest":          {{Hop: access.Hop{Kind: access.Nesting, From: group(int32(child)), To: group(0)}, Removed: true}},
		"TakeRoleFromAll": {{Hop: access.Hop{Kind: access.GroupRole, From: group(0), To: role(top)}, Removed: true}},
		"DeleteGroup":     {{Hop: access.Hop{To: group(1)}, Deleted: true}},
		"DeleteAllRoles":  all,
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				i, err := e.Impact(people, changes)
				if err != nil {
					b.Fatal(err)
				}
				i.Effects(0, 25)
				b.ReportMetric(float64(i.Affected), "affected")
				b.ReportMetric(float64(i.Reached), "reached")
			}
		})
	}
}
