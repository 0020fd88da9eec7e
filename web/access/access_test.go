package access_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"trellis/web/access"
)

// company is
//
//	all ─┬─ eng ─┬─ web ── ui
//	     │       └─ db
//	     └─ ops ─── db
//
// and lonely, whose only nested group does not exist.
var company = []access.Group{
	{ID: "ui", Name: "UI"},
	{ID: "all", Name: "Everyone", Nested: []string{"eng", "ops"}},
	{ID: "eng", Name: "Engineering", Nested: []string{"web", "db"}},
	{ID: "web", Name: "Web", Nested: []string{"ui"}},
	{ID: "ops", Name: "Operations", Nested: []string{"db"}},
	{ID: "db", Name: "Databases"},
	{ID: "lonely", Name: "Lonely", Nested: []string{"gone"}},
}

func TestWalks(t *testing.T) {
	g := access.New(company)
	tests := []struct {
		name      string
		got, want []string
	}{
		{"below the top", g.Descendants("all"), []string{"ui", "eng", "web", "ops", "db"}},
		{"below a leaf", g.Descendants("db"), []string{}},
		{"below a group whose nested one is gone", g.Descendants("lonely"), []string{}},
		{"above a group with two parents", g.Ancestors("db"), []string{"all", "eng", "ops"}},
		{"above an unknown group", g.Ancestors("nope"), []string{}},
		{"parents", g.Parents("db"), []string{"eng", "ops"}},
		{"the way down", g.Path("all", "ui"), []string{"all", "eng", "web", "ui"}},
		{"of two ways the first nested", g.Path("all", "db"), []string{"all", "eng", "db"}},
		{"from a group to itself", g.Path("db", "db"), []string{"db"}},
		{"no way up", g.Path("ui", "all"), nil},
		{"no way to what does not exist", g.Path("all", "nope"), nil},
		{"a cycle, by name", g.Cycle("ui", "eng"), []string{"UI", "Engineering", "Web", "UI"}},
		{"a group in itself", g.Cycle("ui", "ui"), []string{"UI", "UI"}},
		{"a second parent is no cycle", g.Cycle("ops", "web"), nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if !slices.Equal(tt.got, tt.want) || (tt.got == nil) != (tt.want == nil) && len(tt.want) > 0 {
				t.Errorf("got %q, want %q", tt.got, tt.want)
			}
		})
	}
}

func TestGrantsTellEveryGroupTheFirstInStoreOrderFirst(t *testing.T) {
	direct := map[string][]string{"ui": {"u1"}, "all": {"u2", "u1"}, "eng": {"u3", "u2"}, "db": {"u4"}}
	of := func(group string) []string { return direct[group] }
	g := access.New(company)

	members := []access.Grant{{ID: "u1", Group: "ui", Also: []string{"all"}}, {ID: "u2", Group: "all", Also: []string{"eng"}}, {ID: "u3", Group: "eng"}, {ID: "u4", Group: "db"}}
	if d := cmp.Diff(members, g.Members("all", of)); d != "" {
		t.Errorf("members (-want +got):\n%s", d)
	}
	roles := []access.Grant{{ID: "u2", Group: "all", Also: []string{"eng"}}, {ID: "u1", Group: "all"}, {ID: "u3", Group: "eng"}, {ID: "u4", Group: "db"}}
	if d := cmp.Diff(roles, g.Roles("db", of)); d != "" {
		t.Errorf("roles (-want +got):\n%s", d)
	}
	if got := g.Members("nope", of); got != nil {
		t.Errorf("members of an unknown group = %v", got)
	}
}

// A ring of a thousand groups, each also nested in itself.
func TestRingsEnd(t *testing.T) {
	const n = 1000
	var ring []access.Group
	for i := range n {
		ring = append(ring, access.Group{ID: fmt.Sprint(i), Name: fmt.Sprint(i), Nested: []string{fmt.Sprint(i), fmt.Sprint((i + 1) % n)}})
	}
	g := access.New(ring)
	if got := len(g.Descendants("0")); got != n-1 {
		t.Errorf("%d groups below, want %d", got, n-1)
	}
	if got := len(g.Ancestors("0")); got != n-1 {
		t.Errorf("%d groups above, want %d", got, n-1)
	}
	if got := len(g.Path("1", "0")); got != n {
		t.Errorf("the way round has %d groups, want %d", got, n)
	}
}

// Whatever the nesting, the graph agrees with a model that knows only "x is
// nested in y" and closes it under composition (Warshall's algorithm).
func TestAgreesWithTheClosure(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		groups := anyGroups(t)
		below := closure(groups)
		g := access.New(groups)
		for i, a := range groups {
			var down, up []string
			for j, b := range groups {
				if i != j && below[i][j] {
					down = append(down, b.ID)
				}
				if i != j && below[j][i] {
					up = append(up, b.ID)
				}
				way := g.Path(a.ID, b.ID)
				if (way != nil) != (below[i][j] || i == j) {
					t.Fatalf("path %s to %s = %q, below = %t", a.ID, b.ID, way, below[i][j])
				}
				for k := 1; k < len(way); k++ {
					if parent := groups[slices.IndexFunc(groups, func(x access.Group) bool { return x.ID == way[k-1] })]; !slices.Contains(parent.Nested, way[k]) {
						t.Fatalf("path %q takes a step that is not there", way)
					}
				}
			}
			if got := g.Descendants(a.ID); !slices.Equal(got, down) {
				t.Fatalf("below %s: %q, want %q", a.ID, got, down)
			}
			if got := g.Ancestors(a.ID); !slices.Equal(got, up) {
				t.Fatalf("above %s: %q, want %q", a.ID, got, up)
			}
		}
	})
}

func anyGroups(t *rapid.T) []access.Group {
	n := rapid.IntRange(0, 9).Draw(t, "groups")
	groups := make([]access.Group, n)
	for i := range groups {
		groups[i] = access.Group{ID: fmt.Sprint("g", i), Name: fmt.Sprint("G", i)}
		for _, to := range rapid.SliceOfN(rapid.IntRange(0, 10), 0, 4).Draw(t, "nested") {
			groups[i].Nested = append(groups[i].Nested, fmt.Sprint("g", to)) // some are gone
		}
	}
	return groups
}

func closure(groups []access.Group) [][]bool {
	n := len(groups)
	below := make([][]bool, n)
	for i := range below {
		below[i] = make([]bool, n)
		for j := range below[i] {
			below[i][j] = slices.Contains(groups[i].Nested, groups[j].ID)
		}
	}
	for k := range n {
		for i := range n {
			for j := range n {
				below[i][j] = below[i][j] || below[i][k] && below[k][j]
			}
		}
	}
	return below
}

func BenchmarkMembers(b *testing.B) {
	var groups []access.Group
	for i := range 2000 {
		groups = append(groups, access.Group{ID: fmt.Sprint(i), Nested: []string{fmt.Sprint(2*i + 1), fmt.Sprint(2*i + 2)}})
	}
	g := access.New(groups)
	members := []string{"a", "b", "c"}
	b.ReportAllocs()
	for b.Loop() {
		if len(g.Members("0", func(string) []string { return members })) != 3 {
			b.Fatal("three members were there")
		}
	}
}
