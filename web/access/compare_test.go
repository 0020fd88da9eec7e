package access_test

import (
	"fmt"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"trellis/web/access"
)

// whole is a tenant with what each of its users holds.
func (x tenant) whole(c crowd) access.Tenant {
	out := access.Tenant{Groups: x.groups, Roles: x.roles, Permissions: x.permissions, Members: make([][]int32, len(x.groups)), Holders: make([][]int32, len(x.roles))}
	for u, h := range c {
		for i, g := range x.groups {
			if slices.Contains(h.Groups, g.ID) {
				out.Members[i] = append(out.Members[i], int32(u))
			}
		}
		for i, r := range x.roles {
			if slices.Contains(h.Roles, r.ID) {
				out.Holders[i] = append(out.Holders[i], int32(u))
			}
		}
	}
	return out
}

// mixUp gives each list another order, and some users twice: a document may be so.
func mixUp(t *rapid.T, lists [][]int32) {
	for i, list := range lists {
		list = rapid.Permutation(list).Draw(t, "order")
		twice := rapid.IntRange(0, len(list)).Draw(t, "twice")
		lists[i] = rapid.Permutation(slices.Concat(list, list[:twice])).Draw(t, "order of all")
	}
}

// names is every access of somebody by kind and id, in order.
func (x tenant) names(a access.Access) []string {
	var out []string
	for kind, positions := range map[access.Kind][]int32{access.KindGroup: a.Groups, access.KindRole: a.Roles, access.KindPermission: a.Permissions} {
		for _, i := range positions {
			out = append(out, fmt.Sprint(kind, x.id(access.Node{Kind: kind, Position: i})))
		}
	}
	slices.Sort(out)
	return out
}

func namesIn(e *access.Engine, a access.Access) []string {
	var out []string
	for kind, positions := range map[access.Kind][]int32{access.KindGroup: a.Groups, access.KindRole: a.Roles, access.KindPermission: a.Permissions} {
		for _, i := range positions {
			id, _ := e.Label(access.Node{Kind: kind, Position: i})
			out = append(out, fmt.Sprint(kind, id))
		}
	}
	slices.Sort(out)
	return out
}

func only(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return slices.Contains(b, s) })
}

// Whatever tenant takes the place of another, each user gains and loses what the
// rules say.
func TestCompareIsTheDifference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		was, is := anyTenant(t), anyTenant(t)
		before, after := anyCrowd(t), anyCrowd(t)
		users := max(len(before), len(after))
		for len(before) < users {
			before = append(before, access.Held{})
		}
		for len(after) < users {
			after = append(after, access.Held{})
		}
		document := is.whole(after)
		mixUp(t, document.Members)
		mixUp(t, document.Holders)
		got := access.Compare(was.whole(before), document, users)
		told := map[int32]access.Effect{}
		for _, e := range got.Effects(0, users) {
			told[e.User] = e
		}
		affected := 0
		for u := range users {
			had, has := was.names(was.everything(before[u])), is.names(is.everything(after[u]))
			e := told[int32(u)]
			if d := gocmp.Diff(only(has, had), namesIn(got.After, e.Gained), sameIfEmpty); d != "" {
				t.Fatalf("user %d gains (-want +got):\n%s", u, d)
			}
			if d := gocmp.Diff(only(had, has), namesIn(got.After, e.Lost), sameIfEmpty); d != "" {
				t.Fatalf("user %d loses (-want +got):\n%s", u, d)
			}
			if !slices.Equal(had, has) {
				affected++
			}
		}
		if got.Affected != affected {
			t.Fatalf("%d are affected, want %d", got.Affected, affected)
		}
	})
}

var sameIfEmpty = gocmp.FilterValues(func(a, b []string) bool { return len(a) == 0 && len(b) == 0 },
	gocmp.Comparer(func(_, _ []string) bool { return true }))

// BenchmarkCompare is for an import that takes one group and one role out of ten
// thousand groups with a hundred thousand users.
func BenchmarkCompare(b *testing.B) {
	groups, roles, permissions := organisation()
	people := manyPeople(len(groups), 100_000, 10)
	before := access.Tenant{Groups: groups, Roles: roles, Permissions: permissions}
	for i := range int32(len(groups)) {
		before.Members = append(before.Members, people.Members(i))
	}
	for i := range int32(len(roles)) {
		before.Holders = append(before.Holders, people.Holders(i))
	}
	after := before
	after.Groups, after.Members, after.Roles, after.Holders = groups[:len(groups)-1], before.Members[:len(groups)-1], roles[1:], before.Holders[1:]
	b.ReportAllocs()
	for b.Loop() {
		i := access.Compare(before, after, 100_000)
		b.ReportMetric(float64(i.Affected), "affected")
	}
}
