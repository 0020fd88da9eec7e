package access_test

import (
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"trellis/web/access"
)

func (x tenant) attempt() access.Attempt {
	return access.Attempt{Held: x.held, Groups: x.in.Groups, Connection: x.in.Connection}
}

// shortest is the paths of the model that have the fewest hops.
func shortest(paths []string) []string {
	length := func(p string) int { return strings.Count(p, " > ") }
	if len(paths) == 0 {
		return nil
	}
	fewest := length(slices.MinFunc(paths, func(a, b string) int { return length(a) - length(b) }))
	return slices.DeleteFunc(slices.Clone(paths), func(p string) bool { return length(p) > fewest })
}

// reachedNodes is what was reached, as positions.
func reachedNodes(lists ...[]access.Outcome) []access.Node {
	out := []access.Node{}
	for _, list := range lists {
		for _, r := range list {
			out = append(out, r.Node)
		}
	}
	return out
}

// What a trial reaches is what the rules give, by a path that is among the shortest,
// and it counts every hop that begins one.
func TestATrialAgreesWithTheRules(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := anyTenant(t)
		got := access.NewEngine(x.groups, x.roles, x.permissions).Try(x.attempt())
		want := []access.Node{}
		for kind, found := range [][]access.Sourced{x.groupSources(true), x.roleSources(true), x.permissionSources(true)} {
			for _, at := range positions(found) {
				want = append(want, access.Node{Kind: access.KindGroup + access.Kind(kind), Position: at})
			}
		}
		if d := gocmp.Diff(want, reachedNodes(got.Groups, got.Roles, got.Permissions)); d != "" {
			t.Fatalf("reached (-want +got):\n%s", d)
		}
		for _, r := range slices.Concat(got.Groups, got.Roles, got.Permissions) {
			if paths := shortest(x.paths("user", x.id(r.Node))); !slices.Contains(paths, x.text(r.Path)) {
				t.Fatalf("the path to %s is %q, none of %q", x.id(r.Node), x.text(r.Path), paths)
			}
			if n := x.ways(x.id(r.Node)); n != r.Entries {
				t.Fatalf("%s has %d ways in, want %d", x.id(r.Node), r.Entries, n)
			}
		}
	})
}

// ways is by how many memberships, mappings and roles of the user one comes to a target.
func (x tenant) ways(target string) int {
	n := 0
	leads := func(from string) {
		if from == target || len(x.paths(from, target)) > 0 {
			n++
		}
	}
	for i, g := range x.groups {
		if x.direct(i) {
			leads(g.ID)
			for to := range x.mappings(g.Name) {
				leads(to)
			}
		}
	}
	for _, name := range unique(x.in.Groups) {
		for to := range x.mappings(name) {
			leads(to)
		}
	}
	for _, r := range x.roles {
		if slices.Contains(x.held.Roles, r.ID) {
			leads(r.ID)
		}
	}
	return n
}

// One application is told what its policy says, and all connections together give
// what each of them gives.
func TestATrialOfOneApplicationAndOfEveryConnection(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := anyTenant(t)
		e := access.NewEngine(x.groups, x.roles, x.permissions)
		a := x.attempt()
		a.Application = &x.application
		got := e.Try(a)
		told := e.Policy(x.held, x.in, x.application)
		if d := gocmp.Diff(sortedNames(x.named(told)), sortedNames(x.reachedNames(got))); d != "" {
			t.Fatalf("the policy (-want +got):\n%s", d)
		}
		a.Connection = ""
		want := map[access.Node]bool{}
		for _, connection := range []string{"ad", "saml"} {
			one := a
			one.Connection = connection
			r := e.Try(one)
			for _, n := range reachedNodes(r.Groups, r.Roles, r.Permissions) {
				want[n] = true
			}
		}
		every := e.Try(a)
		all := reachedNodes(every.Groups, every.Roles, every.Permissions)
		for _, n := range all {
			if !want[n] {
				t.Fatalf("%s comes over no connection", x.id(n))
			}
		}
		if len(all) != len(want) {
			t.Fatalf("%d are reached over every connection, want %d", len(all), len(want))
		}
	})
}

func (x tenant) reachedNames(r access.Trial) names {
	at := func(list []access.Outcome) []int32 {
		var out []int32
		for _, r := range list {
			out = append(out, r.Node.Position)
		}
		return out
	}
	return x.named(access.Policy{Groups: at(r.Groups), Roles: at(r.Roles), Permissions: at(r.Permissions)})
}

// sortedNames is n with each name once: of two with one name a policy tells one.
func sortedNames(n names) names {
	return names{unique(n.Groups), unique(n.Roles), unique(n.Permissions)}
}

// Every name that is sent is told of once, with each mapping that has it; one without
// has near misses, which are none of its matches.
func TestATrialTellsOfEveryName(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := anyTenant(t)
		got := access.NewEngine(x.groups, x.roles, x.permissions).Try(x.attempt())
		if len(got.Names) != len(unique(x.in.Groups)) {
			t.Fatalf("%d names, of %q", len(got.Names), x.in.Groups)
		}
		for _, sent := range got.Names {
			want := x.mappings(sent.Name)
			for _, m := range sent.Matches {
				if _, ok := want[x.groups[m.Group].ID]; !ok || m.Mapping.Group != sent.Name || m.Mapping.Connection != x.in.Connection {
					t.Fatalf("%q matches %v", sent.Name, m)
				}
			}
			if len(sent.Matches) != len(want) || len(want) > 0 && len(sent.Near) > 0 {
				t.Fatalf("%q has %d matches and %d near misses, want %d", sent.Name, len(sent.Matches), len(sent.Near), len(want))
			}
			for _, n := range sent.Near {
				if !n.Connection && !n.Spelling && !n.Part {
					t.Fatalf("%q does not nearly match %v: it matches", sent.Name, n)
				}
			}
		}
	})
}

// Every mapping is listed where it stands, and what is said of it is so.
func TestEveryMappingIsListed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := anyTenant(t)
		got := access.NewEngine(x.groups, x.roles, x.permissions).Mappings()
		for i, g := range x.groups {
			for at, m := range g.Mappings {
				namesake := slices.ContainsFunc(x.groups, func(o access.Group) bool { return o.Name == m.Group })
				want := access.Laid{Group: int32(i), At: at, Mapping: m, Twice: slices.Index(g.Mappings, m) < at, ByName: namesake}
				if len(got) == 0 || got[0] != want {
					t.Fatalf("%+v, want %+v first", got, want)
				}
				got = got[1:]
			}
		}
		if len(got) > 0 {
			t.Fatalf("%+v besides", got)
		}
	})
}

func TestWhatANameNearlyMatches(t *testing.T) {
	e := access.NewEngine([]access.Group{
		{ID: "g", Mappings: []access.Mapping{{"ad", "Domain Users"}, {"ad", "Finance"}, {"saml", "Sales"}, {"ad", "CN=Staff,OU=Groups"}, {"ad", ""}}},
	}, nil, nil)
	for name, want := range map[string][]access.NearMiss{
		"domain  users":            {near("ad", "Domain Users", access.NearMiss{Spelling: true})},
		"DOMAIN_USERS ":            {near("ad", "Domain Users", access.NearMiss{Spelling: true})},
		"Sales":                    {near("saml", "Sales", access.NearMiss{Connection: true})},
		"sales":                    {near("saml", "Sales", access.NearMiss{Connection: true, Spelling: true})},
		"CN=Finance,OU=EU,DC=corp": {near("ad", "Finance", access.NearMiss{Part: true})},
		"/company/finance":         {near("ad", "Finance", access.NearMiss{Part: true})},
		`CORP\Finance`:             {near("ad", "Finance", access.NearMiss{Part: true})},
		"Staff":                    {near("ad", "CN=Staff,OU=Groups", access.NearMiss{Part: true})},
		"Marketing":                nil,
		"Finances":                 nil,
	} {
		got := e.Try(access.Attempt{Groups: []string{name}, Connection: "ad"}).Names[0].Near
		if d := gocmp.Diff(want, got); d != "" {
			t.Errorf("%q (-want +got):\n%s", name, d)
		}
	}
}

func near(connection, group string, differs access.NearMiss) access.NearMiss {
	differs.Mapping = access.Mapping{Connection: connection, Group: group}
	return differs
}

// BenchmarkTry tries a thousand names against ten thousand groups.
func BenchmarkTry(b *testing.B) {
	groups, roles, permissions := organisation()
	a := access.Attempt{Connection: "ad"}
	for i := range groups {
		groups[i].Mappings = []access.Mapping{{Connection: "ad", Group: groups[i].Name}}
	}
	for _, g := range groups[:1000] {
		a.Groups = append(a.Groups, g.Name)
	}
	e := access.NewEngine(groups, roles, permissions)
	b.ReportAllocs()
	for b.Loop() {
		e.Try(a)
	}
}
