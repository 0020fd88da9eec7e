package access

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestRedundant(t *testing.T) {
	tests := []struct {
		name   string
		groups []Group
		want   string
	}{
		{"a chain", []Group{{ID: "a", Nested: []string{"b"}}, {ID: "b", Nested: []string{"c"}}, {ID: "c"}}, "[]"},
		{"a short cut", []Group{{ID: "a", Nested: []string{"c", "b"}}, {ID: "b", Nested: []string{"c"}}, {ID: "c"}}, "[{0 2}]"},
		{"a long way round", []Group{{ID: "a", Nested: []string{"b", "d"}}, {ID: "b", Nested: []string{"c"}}, {ID: "c", Nested: []string{"d"}}, {ID: "d"}}, "[{0 3}]"},
		{"two ways that both lead through others", []Group{{ID: "a", Nested: []string{"b", "c"}}, {ID: "b", Nested: []string{"d"}}, {ID: "c", Nested: []string{"d"}}, {ID: "d"}}, "[]"},
		{"a cycle below", []Group{{ID: "a", Nested: []string{"b", "x"}}, {ID: "b", Nested: []string{"c"}}, {ID: "c", Nested: []string{"b"}}, {ID: "x"}}, "[]"},
		{"a cycle through itself", []Group{{ID: "a", Nested: []string{"b", "c"}}, {ID: "b", Nested: []string{"a"}}, {ID: "c"}}, "[]"},
		{"what is gone", []Group{{ID: "a", Nested: []string{"b", "gone"}}, {ID: "b", Nested: []string{"gone"}}}, "[]"},
		{"nothing", nil, "[]"},
	}
	for _, tt := range tests {
		if got := fmt.Sprint(New(tt.groups).Redundant()); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

// Without a redundant nesting a group reaches what it reached; without any other
// it does not.
func TestRedundantIsExact(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		groups := make([]Group, 8)
		for i := range groups {
			groups[i].ID = fmt.Sprint(i)
			for j := i + 1; j < len(groups); j++ {
				if random.IntN(3) == 0 {
					groups[i].Nested = append(groups[i].Nested, fmt.Sprint(j))
				}
			}
		}
		found := New(groups).Redundant()
		for from, g := range groups {
			for _, nested := range g.Nested {
				var to int32
				_, _ = fmt.Sscan(nested, &to)
				less := slices.Clone(groups)
				less[from].Nested = slices.DeleteFunc(slices.Clone(g.Nested), func(id string) bool { return id == nested })
				same := slices.Contains(New(less).Descendants(g.ID), nested)
				if got := slices.Contains(found, Edge{int32(from), to}); got != same {
					t.Fatalf("%v: the nesting of %s in %s is redundant: %t, want %t", groups, nested, g.ID, got, same)
				}
			}
		}
	}
}

func TestUnheld(t *testing.T) {
	groups := []Group{
		{ID: "top", Nested: []string{"team"}, Roles: []string{"through"}},
		{ID: "team"},
		{ID: "hollow", Roles: []string{"hollow", "direct"}},
	}
	roles := []Role{{ID: "through"}, {ID: "hollow"}, {ID: "direct"}, {ID: "nowhere"}}
	e := NewEngine(groups, roles, nil)
	is := func(want string) func(string) bool { return func(id string) bool { return id == want } }
	if got := fmt.Sprint(e.Unheld(is("direct"), is("team"))); got != "[1 3]" {
		t.Errorf("unheld = %s, want [1 3]", got)
	}
}
