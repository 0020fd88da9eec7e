package access_test

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"trellis/web/access"
)

// Thousands of tenants, unless -rapid.checks says otherwise.
func TestMain(m *testing.M) {
	flag.Parse()
	if checks := flag.Lookup("rapid.checks"); checks.Value.String() == checks.DefValue {
		if err := checks.Value.Set("2000"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// tenant is a small organisation, in which anything may be missing, twice or in
// a circle.
type tenant struct {
	groups      []access.Group
	roles       []access.Role
	permissions []access.Permission
	held        access.Held
	in          access.SignIn
	application string
}

func anyTenant(t *rapid.T) tenant {
	some := func(what, prefix string, n int) []string {
		return rapid.SliceOfN(rapid.Map(rapid.IntRange(0, n), func(i int) string { return fmt.Sprint(prefix, i) }), 0, 4).Draw(t, what)
	}
	connection := rapid.SampledFrom([]string{"ad", "saml"})
	application := rapid.SampledFrom([]string{"app1", "app2"})
	var x tenant
	for i := range rapid.IntRange(0, 8).Draw(t, "groups") {
		g := access.Group{
			ID: fmt.Sprint("g", i), Name: fmt.Sprint("G", rapid.IntRange(0, 8).Draw(t, "name")),
			Nested: some("nested", "g", 9), Roles: some("roles of a group", "r", 6),
		}
		for _, name := range some("mappings", "G", 9) {
			g.Mappings = append(g.Mappings, access.Mapping{Connection: connection.Draw(t, "connection"), Group: name})
		}
		x.groups = append(x.groups, g)
	}
	for i := range rapid.IntRange(0, 5).Draw(t, "roles") {
		x.roles = append(x.roles, access.Role{
			ID: fmt.Sprint("r", i), Name: fmt.Sprint("R", rapid.IntRange(0, 3).Draw(t, "name")),
			Application: application.Draw(t, "application"), Permissions: some("permissions of a role", "p", 5),
		})
	}
	for i := range rapid.IntRange(0, 5).Draw(t, "permissions") {
		x.permissions = append(x.permissions, access.Permission{
			ID: fmt.Sprint("p", i), Name: fmt.Sprint("P", rapid.IntRange(0, 3).Draw(t, "name")),
		})
	}
	x.held = access.Held{Groups: some("held groups", "g", 9), Roles: some("held roles", "r", 6)}
	x.in = access.SignIn{Connection: connection.Draw(t, "signs in over"), Groups: some("sent names", "G", 9)}
	x.application = application.Draw(t, "asks")
	return x
}

// The methods below are the reference: the rules word for word, by closure and
// by looking at everything, without a thought of speed.

// containing is which groups contain which, at any depth, themselves included.
func (x tenant) containing() [][]bool {
	n := len(x.groups)
	up := make([][]bool, n)
	for i := range up {
		up[i] = make([]bool, n)
		for j := range up[i] {
			up[i][j] = i == j || slices.Contains(x.groups[j].Nested, x.groups[i].ID)
		}
	}
	for k := range n {
		for i := range n {
			for j := range n {
				up[i][j] = up[i][j] || up[i][k] && up[k][j]
			}
		}
	}
	return up
}

func (x tenant) direct(i int) bool { return slices.Contains(x.held.Groups, x.groups[i].ID) }

func (x tenant) mapped(i int) bool {
	names := slices.Clone(x.in.Groups)
	for j, g := range x.groups {
		if x.direct(j) {
			names = append(names, g.Name)
		}
	}
	return slices.ContainsFunc(x.groups[i].Mappings, func(m access.Mapping) bool {
		return m.Connection == x.in.Connection && slices.Contains(names, m.Group)
	})
}

// groupSources is the groups that contain an entry, with all entries.
func (x tenant) groupSources(mappings bool) []access.Sourced {
	up := x.containing()
	var out []access.Sourced
	for i, g := range x.groups {
		s := access.Sourced{Position: int32(i)}
		for _, pass := range []struct {
			enters func(int) bool
			mapped bool
		}{{x.direct, false}, {x.mapped, true}} {
			for j, from := range x.groups {
				if up[j][i] && pass.enters(j) && (mappings || !pass.mapped) {
					s.Sources = append(s.Sources, access.Source{Group: g.ID, Entry: from.ID, Mapped: pass.mapped})
				}
			}
		}
		if len(s.Sources) > 0 {
			out = append(out, s)
		}
	}
	return out
}

func (x tenant) roleSources(mappings bool) []access.Sourced {
	var out []access.Sourced
	for i, role := range x.roles {
		s := access.Sourced{Position: int32(i)}
		if slices.Contains(x.held.Roles, role.ID) {
			s.Sources = append(s.Sources, access.Source{})
		}
		for _, g := range x.groupSources(mappings) {
			if slices.Contains(x.groups[g.Position].Roles, role.ID) {
				s.Sources = append(s.Sources, g.Sources...)
			}
		}
		if len(s.Sources) > 0 {
			out = append(out, s)
		}
	}
	return out
}

func (x tenant) permissionSources(mappings bool) []access.Sourced {
	var out []access.Sourced
	for i, permission := range x.permissions {
		s := access.Sourced{Position: int32(i)}
		for _, role := range x.roleSources(mappings) {
			if slices.Contains(x.roles[role.Position].Permissions, permission.ID) {
				for _, way := range role.Sources {
					way.Role = x.roles[role.Position].ID
					s.Sources = append(s.Sources, way)
				}
			}
		}
		if len(s.Sources) > 0 {
			out = append(out, s)
		}
	}
	return out
}

// inheritedFirst is the roles that have a group among their sources, then the others.
func inheritedFirst(roles []access.Sourced) []access.Sourced {
	out := slices.Clone(roles)
	slices.SortStableFunc(out, func(a, b access.Sourced) int {
		inherited := func(s access.Sourced) int {
			if slices.ContainsFunc(s.Sources, func(w access.Source) bool { return w.Group != "" }) {
				return 0
			}
			return 1
		}
		return cmp.Compare(inherited(a), inherited(b))
	})
	return out
}

// names is a policy in words.
type names struct{ Groups, Roles, Permissions []string }

func (x tenant) named(p access.Policy) names {
	out := names{[]string{}, []string{}, []string{}}
	for _, i := range p.Groups {
		out.Groups = append(out.Groups, x.groups[i].Name)
	}
	for _, i := range p.Roles {
		out.Roles = append(out.Roles, x.roles[i].Name)
	}
	for _, i := range p.Permissions {
		out.Permissions = append(out.Permissions, x.permissions[i].Name)
	}
	return out
}

func (x tenant) policy() names {
	out := names{[]string{}, []string{}, []string{}}
	once := func(list *[]string, name string) {
		if !slices.Contains(*list, name) {
			*list = append(*list, name)
		}
	}
	for _, g := range x.groupSources(true) {
		once(&out.Groups, x.groups[g.Position].Name)
	}
	var theirs []string
	for _, r := range inheritedFirst(x.roleSources(true)) {
		if role := x.roles[r.Position]; role.Application == x.application {
			once(&out.Roles, role.Name)
			theirs = append(theirs, role.Permissions...)
		}
	}
	for _, p := range x.permissions {
		if slices.Contains(theirs, p.ID) {
			once(&out.Permissions, p.Name)
		}
	}
	return out
}

func positions(list []access.Sourced) []int32 {
	out := make([]int32, 0, len(list))
	for _, s := range list {
		out = append(out, s.Position)
	}
	return out
}

// Whatever a tenant looks like, the engine says what the rules say, and says it
// again when it is asked again.
func TestAgreesWithTheRules(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := anyTenant(t)
		e := access.NewEngine(x.groups, x.roles, x.permissions)
		none := access.SignIn{}
		for range 2 {
			for _, c := range []struct {
				what      string
				got, want any
			}{
				{"groups", e.Groups(x.held), positions(x.groupSources(false))},
				{"roles", e.Roles(x.held), positions(inheritedFirst(x.roleSources(false)))},
				{"permissions", e.Permissions(x.held), positions(x.permissionSources(false))},
				{"policy", x.named(e.Policy(x.held, x.in, x.application)), x.policy()},
				{"sources of groups", e.GroupSources(x.held, none), x.groupSources(false)},
				{"sources of groups at sign-in", e.GroupSources(x.held, x.in), x.groupSources(true)},
				{"sources of roles", e.RoleSources(x.held, none), x.roleSources(false)},
				{"sources of roles at sign-in", e.RoleSources(x.held, x.in), x.roleSources(true)},
				{"sources of permissions", e.PermissionSources(x.held, none), x.permissionSources(false)},
				{"sources of permissions at sign-in", e.PermissionSources(x.held, x.in), x.permissionSources(true)},
			} {
				if d := gocmp.Diff(c.want, c.got, equalWhenEmpty); d != "" {
					t.Fatalf("%s (-want +got):\n%s", c.what, d)
				}
			}
		}
	})
}

// Every source can be shown as a way: from the group that grants down to the
// one by which the user came.
func TestEverySourceHasAWay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := anyTenant(t)
		e := access.NewEngine(x.groups, x.roles, x.permissions)
		for _, s := range e.GroupSources(x.held, x.in) {
			for _, way := range s.Sources {
				path := e.Path(way.Group, way.Entry)
				if len(path) == 0 || path[0] != way.Group || path[len(path)-1] != way.Entry {
					t.Fatalf("the way from %s to %s is %q", way.Group, way.Entry, path)
				}
			}
		}
	})
}

var equalWhenEmpty = gocmp.FilterValues(
	func(a, b any) bool { return lengthOf(a) == 0 && lengthOf(b) == 0 },
	gocmp.Comparer(func(_, _ any) bool { return true }),
)

func lengthOf(v any) int {
	switch v := v.(type) {
	case []int32:
		return len(v)
	case []access.Sourced:
		return len(v)
	}
	return -1
}
