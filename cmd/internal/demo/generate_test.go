package demo_test

import (
	"errors"
	"path/filepath"
	"testing"
	"time"

	"trellis/cmd/internal/demo"
	"trellis/cmd/internal/store"
)

var genesis = time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC)

func generated(t *testing.T, size demo.Size) (*store.Store, store.Document) {
	t.Helper()
	s, err := store.Open(t.Context(), store.Config{URL: filepath.Join(t.TempDir(), "trellis.db"), Now: func() time.Time { return genesis }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if err := demo.Generate(t.Context(), s, size, genesis); err != nil {
		t.Fatal(err)
	}
	var d store.Document
	err = s.View(t.Context(), func(tx *store.Tx) (err error) {
		d, err = tx.Export(t.Context())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return s, d
}

func TestAGeneratedOrganisationHasItsSize(t *testing.T) {
	size := demo.Size{Groups: 300, Users: 500, Memberships: 2501, Depth: 12, Seed: 1}
	s, d := generated(t, size)
	memberships := 0
	for _, g := range d.Groups {
		memberships += len(g.Members)
	}
	if len(d.Groups) != 300 || len(d.Users) != 500 || memberships != 2501 {
		t.Errorf("%d groups, %d users, %d memberships, want %+v", len(d.Groups), len(d.Users), memberships, size)
	}
	if got := deepest(d.Groups); got != 12 {
		t.Errorf("%d groups stand above one another, want 12", got)
	}
	if err := demo.Generate(t.Context(), s, size, genesis); !errors.Is(err, store.ErrNotEmpty) {
		t.Errorf("a second time: %v, want %v", err, store.ErrNotEmpty)
	}
	if err := s.Update(t.Context(), func(tx *store.Tx) error { return tx.Import(t.Context(), d) }); err != nil {
		t.Errorf("its export cannot be imported: %v", err)
	}
}

func TestOneSeedMakesOneOrganisation(t *testing.T) {
	size := demo.Size{Groups: 40, Users: 30, Memberships: 100, Depth: 5, Seed: 7}
	_, a := generated(t, size)
	_, b := generated(t, size)
	size.Seed = 8
	_, c := generated(t, size)
	if a.Groups[7].ID != b.Groups[7].ID || a.Users[7]["email"] != b.Users[7]["email"] {
		t.Error("one seed made two organisations")
	}
	if a.Groups[7].ID == c.Groups[7].ID {
		t.Error("two seeds made one organisation")
	}
}

func TestSizesThatCannotBe(t *testing.T) {
	for name, size := range map[string]demo.Size{
		"no groups":              {Users: 1, Depth: 1},
		"deeper than it has any": {Groups: 2, Users: 1, Depth: 3},
		"more than everybody":    {Groups: 2, Users: 2, Memberships: 5, Depth: 1},
	} {
		if err := demo.Generate(t.Context(), nil, size, genesis); err == nil {
			t.Errorf("%s: it was made", name)
		}
	}
}

// deepest is how many groups stand above one another at most; a cycle would
// never end.
func deepest(groups []store.Group) int {
	byID := map[string]store.Group{}
	for _, g := range groups {
		byID[g.ID] = g
	}
	known := map[string]int{}
	var below func(id string) int
	below = func(id string) int {
		if n, ok := known[id]; ok {
			return n
		}
		deepest := 0
		for _, inner := range byID[id].Nested {
			deepest = max(deepest, below(inner))
		}
		known[id] = deepest + 1
		return deepest + 1
	}
	out := 0
	for id := range byID {
		out = max(out, below(id))
	}
	return out
}
