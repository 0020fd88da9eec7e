package access_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"trellis/web/access"
)

// staff is the users of a tenant, and the connections that each comes over.
type staff struct {
	tenant

	users crowd
	over  [][]string
}

func anyStaff(t *rapid.T) staff {
	x := staff{tenant: anyTenant(t), users: anyCrowd(t)}
	for range x.users {
		x.over = append(x.over, rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"ad", "saml"}), 0, 2, rapid.ID).Draw(t, "comes over"))
	}
	return x
}

func (x staff) comes(user int32, connection string) bool {
	return slices.Contains(x.over[user], connection)
}

// at is the population of some groups and roles alone.
func (x staff) at(groups, roles []int32) *access.Population {
	some := crowd{}
	for _, held := range x.users {
		one := access.Held{}
		for _, g := range groups {
			if id := x.groups[g].ID; slices.Contains(held.Groups, id) {
				one.Groups = append(one.Groups, id)
			}
		}
		for _, r := range roles {
			if id := x.roles[r].ID; slices.Contains(held.Roles, id) {
				one.Roles = append(one.Roles, id)
			}
		}
		some = append(some, one)
	}
	return x.population(some)
}

// targets is everything that somebody can have.
func (x staff) targets() []access.Node {
	var out []access.Node
	for kind, n := range map[access.Kind]int{access.KindGroup: len(x.groups), access.KindRole: len(x.roles), access.KindPermission: len(x.permissions)} {
		for i := range n {
			out = append(out, access.Node{Kind: kind, Position: int32(i)})
		}
	}
	return out
}

// kinds is by which kinds of sources a user has something, as the rules have it:
// by the list of all sources, at a sign-in over each connection in turn.
func (x staff) kinds(user int, to access.Node) []access.SourceKind {
	one := x.tenant
	one.held = x.users[user]
	found := map[access.SourceKind]bool{}
	for _, connection := range append(slices.Clone(x.over[user]), "") {
		one.in = access.SignIn{Connection: connection}
		sources, id := map[access.Kind]func(bool) []access.Sourced{
			access.KindGroup: one.groupSources, access.KindRole: one.roleSources, access.KindPermission: one.permissionSources,
		}[to.Kind](connection != ""), ""
		if to.Kind == access.KindGroup {
			id = x.groups[to.Position].ID
		}
		for _, s := range sources {
			if s.Position != to.Position {
				continue
			}
			for _, way := range s.Sources {
				found[kindOf(way, to, id)] = true
			}
		}
	}
	var out []access.SourceKind
	for _, k := range access.Kinds() {
		if found[k] {
			out = append(out, k)
		}
	}
	return out
}

func kindOf(s access.Source, to access.Node, id string) access.SourceKind {
	switch {
	case s.Mapped:
		return access.ByMapping
	case to.Kind == access.KindGroup && s.Entry == id, to.Kind == access.KindRole && s.Group == "":
		return access.Directly
	case s.Group == "":
		return access.ByRole
	default:
		return access.ByGroup
	}
}

// Whoever has something is among its holders, by the kinds of sources that the
// rules name, and nobody else is.
func TestHoldersHaveItByTheKindsThatTheRulesName(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := anyStaff(t)
		e := access.NewEngine(x.groups, x.roles, x.permissions)
		p := x.population(x.users)
		for _, to := range x.targets() {
			toward := e.Toward(to)
			if d := gocmp.Diff(toward.Holders(p, x.comes), toward.Holders(x.at(toward.Places()), x.comes)); d != "" {
				t.Fatalf("%v, of everybody (-) and of those at its places (+):\n%s", to, d)
			}
			asked := toward.MappedByName(p)
			got := make([][]access.SourceKind, len(x.users))
			for _, h := range toward.Holders(p, func(user int32, connection string) bool {
				if !slices.Contains(asked, user) {
					t.Fatalf("%v: asks for user %d, who is not among %v", to, user, asked)
				}
				return slices.Contains(x.over[user], connection)
			}) {
				if got[h.User] != nil {
					t.Fatalf("%v: user %d is listed twice", to, h.User)
				}
				got[h.User] = []access.SourceKind{}
				for _, k := range access.Kinds() {
					if h.Kinds.Has(k) {
						got[h.User] = append(got[h.User], k)
					}
					if h.Kinds.Only(k) != (h.Kinds.Has(k) && h.Kinds == 1<<k) {
						t.Fatalf("%v: %b has only %d: %t", to, h.Kinds, k, h.Kinds.Only(k))
					}
				}
			}
			for user := range x.users {
				if d := gocmp.Diff(x.kinds(user, to), got[user]); d != "" {
					t.Fatalf("%v, user %d (-rules +holders):\n%s", to, user, d)
				}
			}
		}
	})
}

// The ways of a holder are the shortest of all paths that begin so, each of them
// leads from the user to the target, and without cycles all paths are counted.
func TestWaysOfHoldersAreTheShortestPaths(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := anyStaff(t)
		e := access.NewEngine(x.groups, x.roles, x.permissions)
		p := x.population(x.users)
		for _, to := range x.targets() {
			toward := e.Toward(to)
			for user, held := range x.users {
				connection := x.over[user][:min(1, len(x.over[user]))]
				from := access.Origin{Node: access.Node{Position: int32(user)}, Held: held}
				if len(connection) > 0 {
					from.In.Connection = connection[0]
				}
				all := e.Ways(from, to).Paths(0, 100_000)
				ways, total, exact := toward.Held(int32(user), p, connection)
				if d := gocmp.Diff(shortest(all.Paths), ways); d != "" {
					t.Fatalf("%v, user %d (-of all paths +ways):\n%s", to, user, d)
				}
				if total > all.Total || exact && total != all.Total || total < len(ways) {
					t.Fatalf("%v, user %d: %d ways (exact: %t), want %d", to, user, total, exact, all.Total)
				}
			}
		}
	})
}

// shortest is the first path that begins with each kind of source.
func shortest(paths []access.Path) []access.Way {
	var out []access.Way
	for _, k := range access.Kinds() {
		at := slices.IndexFunc(paths, func(p access.Path) bool { return beginsWith(p) == k })
		if at >= 0 {
			out = append(out, access.Way{Kind: k, Path: paths[at]})
		}
	}
	return out
}

func beginsWith(p access.Path) access.SourceKind {
	switch {
	case slices.ContainsFunc(p, func(h access.Hop) bool { return h.Kind == access.Mapped }):
		return access.ByMapping
	case len(p) == 1:
		return access.Directly
	case p[0].Kind == access.DirectRole:
		return access.ByRole
	default:
		return access.ByGroup
	}
}

// The counts of a large acyclic tenant are exact, and those of a circle say that
// they are not.
func TestWaysAreCountedUnlessInACircle(t *testing.T) {
	const depth = 40
	var groups []access.Group
	for i := range depth { // two ways from each layer to the next one
		next := []string{fmt.Sprint("a", i+1), fmt.Sprint("b", i+1)}
		groups = append(groups, access.Group{ID: fmt.Sprint("a", i), Nested: next}, access.Group{ID: fmt.Sprint("b", i), Nested: next})
	}
	groups = append(groups, access.Group{ID: fmt.Sprint("a", depth)})
	members := make([][]int32, len(groups))
	members[len(groups)-1] = []int32{0}
	p := access.NewPopulation(1, members, nil)
	held := func(e *access.Engine) (int, bool) {
		_, total, exact := e.Toward(access.Node{Kind: access.KindGroup}).Held(0, p, nil)
		return total, exact
	}
	if total, exact := held(access.NewEngine(groups, nil, nil)); total != 1<<(depth-1) || !exact {
		t.Errorf("%d ways, exact: %t, want %d", total, exact, 1<<(depth-1))
	}
	groups[len(groups)-1].Nested = []string{"b7"}
	if total, exact := held(access.NewEngine(groups, nil, nil)); total != 1 || exact {
		t.Errorf("%d ways, exact: %t, want at least 1", total, exact)
	}
}

// BenchmarkToward measures who has a role that a top group gives: everybody.
func BenchmarkToward(b *testing.B) {
	groups, roles, permissions := organisation()
	groups[0].Roles = []string{"r3"}
	e := access.NewEngine(groups, roles, permissions)
	chance := rand.New(rand.NewPCG(3, 4))
	const users = 100_000
	members := make([][]int32, len(groups))
	for user := range int32(users) {
		for range 10 {
			at := chance.IntN(len(groups))
			members[at] = append(members[at], user)
		}
	}
	p := access.NewPopulation(users, members, make([][]int32, len(roles)))
	b.ReportAllocs()
	for b.Loop() {
		toward := e.Toward(access.Node{Kind: access.KindRole, Position: 3})
		found := toward.Holders(p, nil)
		for _, h := range found[:25] {
			toward.Held(h.User, p, nil)
		}
		b.ReportMetric(float64(len(found)), "holders")
	}
}
