package access_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"trellis/web/access"
)

// organisation is ten thousand groups of which each is in one or two of those
// before it, a thousand roles of twenty applications and three thousand permissions.
func organisation() ([]access.Group, []access.Role, []access.Permission) {
	chance := rand.New(rand.NewPCG(1, 2))
	groups, roles, permissions := make([]access.Group, 10_000), make([]access.Role, 1000), make([]access.Permission, 3000)
	for i := range groups {
		groups[i].ID, groups[i].Name = fmt.Sprint("g", i), fmt.Sprint("Group ", i)
		if i%3 == 0 {
			groups[i].Roles = []string{fmt.Sprint("r", chance.IntN(len(roles)))}
		}
		for range min(i, 1+i%2) {
			outer := &groups[i/4+chance.IntN(i-i/4)]
			outer.Nested = append(outer.Nested, groups[i].ID)
		}
	}
	for i := range roles {
		roles[i] = access.Role{ID: fmt.Sprint("r", i), Name: fmt.Sprint("Role ", i), Application: fmt.Sprint("app", i%20)}
		for range 3 {
			roles[i].Permissions = append(roles[i].Permissions, fmt.Sprint("p", chance.IntN(len(permissions))))
		}
	}
	for i := range permissions {
		permissions[i] = access.Permission{ID: fmt.Sprint("p", i), Name: fmt.Sprint("do:", i)}
	}
	return groups, roles, permissions
}

// BenchmarkEngine measures what a login waits for, and what a change of the graph costs.
func BenchmarkEngine(b *testing.B) {
	groups, roles, permissions := organisation()
	e := access.NewEngine(groups, roles, permissions)
	held := access.Held{Roles: []string{"r7"}}
	for i := range 20 {
		held.Groups = append(held.Groups, groups[len(groups)-1-i*331].ID)
	}
	b.Run("Policy", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			p := e.Policy(held, access.SignIn{Connection: "ad", Groups: []string{"CN=Staff"}}, "app7")
			b.ReportMetric(float64(len(p.Groups)), "groups")
		}
	})
	b.Run("Groups", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			e.Groups(held)
		}
	})
	b.Run("Build", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			access.NewEngine(groups, roles, permissions)
		}
	})
}

// BenchmarkWhyNot measures what a missing access is explained with, where most of
// the groups would give it: once the closures of groups are known, and before.
func BenchmarkWhyNot(b *testing.B) {
	groups, roles, permissions := organisation()
	groups[0].Roles = []string{"r3"}
	ask := func(b *testing.B, e *access.Engine) {
		b.Helper()
		from := access.Origin{Held: access.Held{Roles: []string{"r7"}}, In: access.SignIn{Connection: "ad"}}
		got := e.WhyNot(from, access.Node{Kind: access.KindRole, Position: 3}, 10)
		b.ReportMetric(float64(got.Total), "steps")
	}
	b.Run("Known", func(b *testing.B) {
		e := access.NewEngine(groups, roles, permissions)
		ask(b, e)
		for b.Loop() {
			ask(b, e)
		}
	})
	b.Run("Fresh", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			e := access.NewEngine(groups, roles, permissions)
			b.StartTimer()
			ask(b, e)
		}
	})
}
