package access_test

import (
	"cmp"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"trellis/web/access"
)

// The reference, part four: every step tried, and everything counted before and
// after it.

// with is the tenant after one more hop.
func (x tenant) with(h access.Hop) tenant {
	out := x
	out.groups = slices.Clone(x.groups)
	switch h.Kind {
	case access.Membership:
		out.held.Groups = append(slices.Clone(x.held.Groups), x.id(h.To))
	case access.DirectRole:
		out.held.Roles = append(slices.Clone(x.held.Roles), x.id(h.To))
	case access.Nesting:
		g := &out.groups[h.To.Position]
		g.Nested = append(slices.Clone(g.Nested), x.id(h.From))
	case access.GroupRole:
		g := &out.groups[h.From.Position]
		g.Roles = append(slices.Clone(g.Roles), x.id(h.To))
	}
	return out
}

// counts is how many groups, roles and permissions the tenant's user has.
func (x tenant) counts() (groups, roles, permissions int) {
	return len(x.groupSources(true)), len(x.roleSources(true)), len(x.permissionSources(true))
}

// steps is every single hop by which somebody would have a target.
func (x tenant) steps(from access.Origin, target access.Node) []access.Step {
	if x.has(target) {
		return nil
	}
	member, role := access.Membership, access.DirectRole
	if from.Node.Kind == access.KindGroup {
		member, role = access.Nesting, access.GroupRole
	}
	var hops []access.Hop
	for i := range x.groups {
		to := access.Node{Kind: access.KindGroup, Position: int32(i)}
		if member == access.Membership || !x.containing()[i][from.Node.Position] {
			hops = append(hops, access.Hop{Kind: member, From: from.Node, To: to})
		}
	}
	for i := range x.roles {
		hops = append(hops, access.Hop{Kind: role, From: from.Node, To: access.Node{Kind: access.KindRole, Position: int32(i)}})
	}
	var out []access.Step
	groups, roles, permissions := x.counts()
	for _, h := range hops {
		after := x.with(h)
		if !after.has(target) {
			continue
		}
		s := access.Step{Hop: h}
		s.Groups, s.Roles, s.Permissions = after.counts()
		s.Groups, s.Roles, s.Permissions = s.Groups-groups, s.Roles-roles, s.Permissions-permissions
		*map[access.Kind]*int{access.KindGroup: &s.Groups, access.KindRole: &s.Roles, access.KindPermission: &s.Permissions}[target.Kind]--
		out = append(out, s)
	}
	slices.SortStableFunc(out, func(a, b access.Step) int {
		return cmp.Or(cmp.Compare(a.Roles+a.Permissions, b.Roles+b.Permissions), cmp.Compare(a.Groups, b.Groups))
	})
	return out
}

// What would give an access is found whole, with what else it gives, the least first.
func TestWhyNotIsEveryStepThatIsEnough(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := anyTenant(t)
		targets := x.targets()
		if len(targets) == 0 {
			return
		}
		x.checkWhyNot(t, x.origin(), rapid.SampledFrom(targets).Draw(t, "target"))
		if len(x.groups) > 0 {
			at := rapid.IntRange(0, len(x.groups)-1).Draw(t, "from")
			x.held, x.in = access.Held{Groups: []string{x.groups[at].ID}}, access.SignIn{}
			from := access.Origin{Node: access.Node{Kind: access.KindGroup, Position: int32(at)}}
			x.checkWhyNot(t, from, rapid.SampledFrom(targets).Draw(t, "target of a group"))
		}
	})
}

func (x tenant) checkWhyNot(t *rapid.T, from access.Origin, target access.Node) {
	e := access.NewEngine(x.groups, x.roles, x.permissions)
	want := x.steps(from, target)
	for _, n := range []int{len(want) + 1, rapid.IntRange(0, 3).Draw(t, "wanted")} {
		got := e.WhyNot(from, target, n)
		if got.Total != len(want) || len(got.Steps) != min(n, len(want)) {
			t.Fatalf("%d steps of %d, want %d of %d", len(got.Steps), got.Total, min(n, len(want)), len(want))
		}
		for i, s := range got.Steps {
			if !slices.Contains(want, s) || slices.Contains(got.Steps[:i], s) {
				t.Fatalf("%+v is no step, or there twice; want %+v", s, want)
			}
			if s.Roles+s.Permissions != want[i].Roles+want[i].Permissions || s.Groups != want[i].Groups {
				t.Fatalf("%+v stands where %+v should", s, want[i])
			}
		}
	}
}

var equalSteps = gocmp.FilterValues(func(a, b []access.Step) bool { return len(a) == 0 && len(b) == 0 },
	gocmp.Comparer(func(_, _ []access.Step) bool { return true }))

func TestNearestSteps(t *testing.T) {
	groups := []access.Group{
		{ID: "staff", Name: "Staff", Nested: []string{"team"}, Roles: []string{"reader"}},
		{ID: "team", Name: "Team", Roles: []string{"writer"}},
		{ID: "guests", Name: "Guests"},
		{ID: "mapped", Name: "Mapped", Mappings: []access.Mapping{{Connection: "ad", Group: "Guests"}}, Roles: []string{"reader"}},
	}
	roles := []access.Role{{ID: "reader", Permissions: []string{"read"}}, {ID: "writer", Permissions: []string{"read", "write"}}}
	e := access.NewEngine(groups, roles, []access.Permission{{ID: "read"}, {ID: "write"}})
	group := func(i int32) access.Node { return access.Node{Kind: access.KindGroup, Position: i} }
	role := func(i int32) access.Node { return access.Node{Kind: access.KindRole, Position: i} }
	nobody := access.Node{}
	member := func(i int32) access.Hop { return access.Hop{Kind: access.Membership, To: group(i)} }
	tests := []struct {
		name string
		from access.Origin
		to   access.Node
		want []access.Step
	}{
		{"a role: the group that gives the least else, then the role itself", access.Origin{Node: nobody}, role(1), []access.Step{
			{access.Hop{Kind: access.DirectRole, To: role(1)}, 0, 0, 2}, {member(1), 2, 1, 2},
		}},
		{"a permission", access.Origin{Node: nobody}, access.Node{Kind: access.KindPermission}, []access.Step{
			{access.Hop{Kind: access.DirectRole, To: role(0)}, 0, 1, 0},
			{member(0), 1, 1, 0},
			{member(3), 1, 1, 0},
			{access.Hop{Kind: access.DirectRole, To: role(1)}, 0, 1, 1},
			{member(1), 2, 2, 1},
		}},
		{"a group whose name is mapped", access.Origin{Node: nobody, In: access.SignIn{Connection: "ad"}}, group(3), []access.Step{
			{member(3), 0, 1, 1}, {member(2), 1, 1, 1},
		}},
		{"a group, nested without a cycle", access.Origin{Node: group(0)}, role(1), []access.Step{
			{access.Hop{Kind: access.GroupRole, From: group(0), To: role(1)}, 0, 0, 1},
		}},
		{"what is there already", access.Origin{Node: group(1)}, role(0), nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if d := gocmp.Diff(tt.want, e.WhyNot(tt.from, tt.to, 10).Steps, equalSteps); d != "" {
				t.Errorf("steps (-want +got):\n%s", d)
			}
		})
	}
}
