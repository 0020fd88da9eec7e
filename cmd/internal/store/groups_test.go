package store

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// update runs fn in a transaction that must succeed.
func update(t *testing.T, s *Store, fn func(tx *Tx) error) {
	t.Helper()
	if err := s.Update(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

// view runs fn in a transaction that must succeed.
func view(t *testing.T, s *Store, fn func(tx *Tx) error) {
	t.Helper()
	if err := s.View(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

// newGroups makes a group of each name, described as "about" its name, and returns their ids.
func newGroups(t *testing.T, s *Store, names ...string) []string {
	t.Helper()
	ids := make([]string, len(names))
	update(t, s, func(tx *Tx) error {
		for i, name := range names {
			g, err := tx.CreateGroup(t.Context(), GroupInput{Name: name, Description: "about " + name})
			if err != nil {
				return err
			}
			ids[i] = g.ID
		}
		return nil
	})
	return ids
}

func wholeGroup(t *testing.T, s *Store, id string) (g Group) {
	t.Helper()
	view(t, s, func(tx *Tx) (err error) {
		g, err = tx.wholeGroup(t.Context(), id)
		return err
	})
	return g
}

var ignoreBits = cmp.Options{cmpopts.IgnoreUnexported(Group{}, Role{}, Mapping{})}

func TestGroupNamesAreUniqueInAnyCase(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		ids := newGroups(t, s, "Ärzte", "Nurses")
		for _, name := range []string{"Ärzte", "äRZTE", "A\u0308rzte"} {
			err := s.Update(t.Context(), func(tx *Tx) error {
				_, err := tx.CreateGroup(t.Context(), GroupInput{Name: name, Description: "d"})
				return err
			})
			if e, ok := errors.AsType[*TakenError](err); !ok || e.Kind != Groups || e.Name != name {
				t.Errorf("creating %q: %v, want it taken", name, err)
			}
		}
		update(t, s, func(tx *Tx) error {
			_, err := tx.UpdateGroup(t.Context(), ids[0], GroupInput{Name: "ÄRZTE", Description: "d"})
			return err
		})
		for _, id := range []string{ids[0], "unknown"} {
			err := s.Update(t.Context(), func(tx *Tx) error {
				_, err := tx.UpdateGroup(t.Context(), id, GroupInput{Name: "nurses", Description: "d"})
				return err
			})
			if _, ok := errors.AsType[*TakenError](err); !ok {
				t.Errorf("renaming %q: %v, want the name taken", id, err)
			}
		}
		if n := count(t, s, "groups"); n != 2 {
			t.Errorf("%d groups are there, want 2", n)
		}
	})
}

func TestFindGroups(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		ids := newGroups(t, s, "Finance", "100%", "under_score", "Émile", "HR")
		update(t, s, func(tx *Tx) error { return tx.AddMembers(t.Context(), ids[4], []string{"u1", "u2"}) })
		update(t, s, func(tx *Tx) error { return tx.AddMembers(t.Context(), ids[1], []string{"u1"}) })
		tests := []struct {
			name  string
			find  Find
			want  []string
			found int
		}{
			{"all, in the order of making", Find{}, []string{"Finance", "100%", "under_score", "Émile", "HR"}, 5},
			{"any case", Find{Search: "FIN", Field: "name"}, []string{"Finance"}, 1},
			{"any case beyond ASCII", Find{Search: "éMI"}, []string{"Émile"}, 1},
			{"wildcards are letters", Find{Search: "%", Field: "name"}, []string{"100%"}, 1},
			{"underscores too", Find{Search: "r_s", Field: "name"}, []string{"under_score"}, 1},
			{"a quote is a letter", Find{Search: "'; drop table groups"}, nil, 0},
			{"in descriptions", Find{Search: "about h", Field: "description"}, []string{"HR"}, 1},
			{"by id", Find{Search: ids[3], Field: "_id"}, []string{"Émile"}, 1},
			{"by name", Find{Sort: "name"}, []string{"100%", "Finance", "HR", "under_score", "Émile"}, 5},
			{"largest first", Find{Sort: "member_count", Down: true, Limit: 2}, []string{"HR", "100%"}, 5},
			{"the best match first", Find{Search: "u", Sort: ByMatch}, []string{"under_score", "100%", "Finance", "HR", "Émile"}, 5},
			{"a page of the best matches", Find{Search: "h", Sort: ByMatch, Limit: 1}, []string{"HR"}, 1},
			{"a page of what was found", Find{Search: "about", Limit: 2, Offset: 4}, []string{"HR"}, 5},
		}
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				view(t, s, func(tx *Tx) error {
					groups, totals, err := tx.Groups(t.Context(), tt.find, false)
					var got []string
					for _, g := range groups {
						got = append(got, g.Name)
					}
					if !cmp.Equal(got, tt.want) {
						t.Errorf("got %q, want %q", got, tt.want)
					}
					if want := (Totals{Found: tt.found, All: 5}); totals != want {
						t.Errorf("totals = %+v, want %+v", totals, want)
					}
					return err
				})
			})
		}
		view(t, s, func(tx *Tx) error {
			for _, f := range []Find{{Sort: "name; drop table groups"}, {Search: "x", Field: "nope"}} {
				if _, _, err := tx.Groups(t.Context(), f, false); err == nil {
					t.Errorf("%+v was accepted", f)
				}
			}
			return nil
		})
	})
}

// A list that was never used is nil; one that was emptied is empty. Adding is a
// set operation, and the journal tells what changed and nothing else.
func TestListsOfAGroup(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		ids := newGroups(t, s, "A", "B")
		a := ids[0]
		if g := wholeGroup(t, s, a); g.Members != nil || g.Mappings != nil {
			t.Errorf("a new group has lists: %+v", g)
		}
		steps := []func(*Tx) error{
			func(tx *Tx) error { return tx.AddMembers(t.Context(), a, []string{"u3", "u1", "u3"}) },
			func(tx *Tx) error { return tx.AddMembers(t.Context(), a, []string{"u1", "u2"}) },
			func(tx *Tx) error { return tx.AddMembers(t.Context(), a, []string{"u1"}) },
			func(tx *Tx) error { return tx.RemoveMembers(t.Context(), a, []string{"u3", "nobody"}) },
			func(tx *Tx) error { return tx.AddNested(t.Context(), a, []string{a, ids[1]}) },
			func(tx *Tx) error { return tx.RemoveNested(t.Context(), a, []string{ids[1]}) },
			func(tx *Tx) error {
				return tx.AddMappings(t.Context(), a, []MappingInput{{"Staff", "ad"}, {"Staff", "ad"}})
			},
		}
		for _, step := range steps {
			update(t, s, step)
		}
		g := wholeGroup(t, s, a)
		mappings := g.Mappings
		g.Mappings = nil
		want := Group{ID: a, Name: "A", Description: "about A", Members: []string{"u1", "u2"}, Nested: []string{}}
		if d := cmp.Diff(want, g, ignoreBits); d != "" {
			t.Errorf("group (-want +got):\n%s", d)
		}
		if len(mappings) != 2 || mappings[0].ID == mappings[1].ID {
			t.Fatalf("mappings = %+v, want two", mappings)
		}
		update(t, s, func(tx *Tx) error {
			return tx.RemoveMappings(t.Context(), a, []string{mappings[0].ID, "unknown"})
		})
		got := journal(t, s, a)
		wantLines := []string{
			`group.create null`,
			`group.members.add ["u3","u1"]`, `group.members.add ["u2"]`, `group.members.remove null`,
			`group.nested.add ["` + ids[1] + `"]`, `group.nested.remove null`,
		}
		for i, want := range wantLines {
			if i == 0 {
				continue // its after is the group
			}
			if got[i] != want {
				t.Errorf("entry %d = %q, want %q", i, got[i], want)
			}
		}
		if len(got) != len(wantLines)+2 {
			t.Errorf("%d entries, want %d: %q", len(got), len(wantLines)+2, got)
		}
	})
}

// journal is the action and the after of each entry about an object.
func journal(t *testing.T, s *Store, object string) []string {
	t.Helper()
	var out []string
	view(t, s, func(tx *Tx) error {
		entries, err := tx.Journal(t.Context(), 0, 1000)
		for _, e := range entries {
			if e.ObjectID == object {
				out = append(out, e.Action+" "+string(e.After))
			}
		}
		return err
	})
	return out
}

func TestDeletingAGroup(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		ids := newGroups(t, s, "Inner", "A", "B")
		update(t, s, func(tx *Tx) error { return tx.AddNested(t.Context(), ids[2], ids[:1]) })
		update(t, s, func(tx *Tx) error { return tx.AddNested(t.Context(), ids[1], ids[:1]) })
		update(t, s, func(tx *Tx) error { return tx.AddMembers(t.Context(), ids[1], []string{"u"}) })

		err := s.Update(t.Context(), func(tx *Tx) error { return tx.DeleteGroup(t.Context(), ids[0]) })
		if e, ok := errors.AsType[*InUseError](err); !ok || !cmp.Equal(e.Names, []string{"A", "B"}) {
			t.Fatalf("err = %v, want in use by A, B", err)
		}
		for _, id := range []string{ids[1], ids[2], ids[0], ids[0], "unknown"} {
			update(t, s, func(tx *Tx) error { return tx.DeleteGroup(t.Context(), id) })
		}
		for _, table := range []string{"groups", "group_members", "group_nested"} {
			if n := count(t, s, table); n != 0 {
				t.Errorf("%d rows are left in %s", n, table)
			}
		}
	})
}

func TestUnknownAndCyclicNesting(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		ids := newGroups(t, s, "A", "B", "C")
		nest := func(into, what string) error {
			return s.Update(t.Context(), func(tx *Tx) error { return tx.AddNested(t.Context(), into, []string{what}) })
		}
		if err := errors.Join(nest(ids[0], ids[1]), nest(ids[1], ids[2])); err != nil {
			t.Fatal(err)
		}
		err := nest(ids[2], ids[0])
		if e, ok := errors.AsType[*CycleError](err); !ok || !cmp.Equal(e.Path, []string{"C", "A", "B", "C"}) {
			t.Errorf("err = %v, want the cycle C > A > B > C", err)
		}
		err = nest(ids[2], "nope")
		if e, ok := errors.AsType[*UnknownError](err); !ok || !cmp.Equal(e.IDs, []string{"nope"}) {
			t.Errorf("err = %v, want nope unknown", err)
		}
		if err := nest("nope", "nope2"); !missing(err) {
			t.Errorf("err = %v, want the group not found", err)
		}
		s.allowCycles = true
		if err := nest(ids[2], ids[0]); err != nil {
			t.Errorf("with cycles allowed: %v", err)
		}
	})
}

// Two requests that nest A in B and B in A at once: exactly one succeeds.
func TestCyclesDoNotSlipThroughTogether(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		for round := range 20 {
			ids := newGroups(t, s, fmt.Sprint("A", round), fmt.Sprint("B", round))
			errs := together(2, func(i int) error {
				return s.Update(context.Background(), func(tx *Tx) error {
					return tx.AddNested(context.Background(), ids[i], []string{ids[1-i]})
				})
			})
			_, first := errors.AsType[*CycleError](errs[0])
			_, second := errors.AsType[*CycleError](errs[1])
			if first == second || (errs[0] == nil) == (errs[1] == nil) {
				t.Fatalf("round %d: %v and %v, want one cycle and one success", round, errs[0], errs[1])
			}
		}
	})
}

// together runs fn n times at once.
func together(n int, fn func(i int) error) []error {
	errs := make([]error, n)
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		wg.Go(func() {
			<-start
			errs[i] = fn(i)
		})
	}
	close(start)
	wg.Wait()
	return errs
}

// More ids than one statement names.
func TestManyMembers(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		id := newGroups(t, s, "Everyone")[0]
		var users []string
		for i := range 3*batch + 1 {
			users = append(users, fmt.Sprint("auth0|", i))
		}
		update(t, s, func(tx *Tx) error { return tx.AddMembers(t.Context(), id, users) })
		if g := wholeGroup(t, s, id); !cmp.Equal(g.Members, users) {
			t.Errorf("%d members in some order, want %d in the order of adding", len(g.Members), len(users))
		}
		update(t, s, func(tx *Tx) error { return tx.RemoveMembers(t.Context(), id, users[1:]) })
		if g := wholeGroup(t, s, id); !cmp.Equal(g.Members, users[:1]) {
			t.Errorf("members = %q, want the first alone", g.Members)
		}
	})
}

// However groups nest, an edge is refused when a way leads back, and the way
// that is told is one.
func TestNestingIsRefusedJustWhenItClosesACycle(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		names := []string{"A", "B", "C", "D", "E", "F", "G"}
		ids := newGroups(t, s, names...)
		inside := map[string]map[string]bool{}
		var leads func(from, to string) bool
		leads = func(from, to string) bool {
			for next := range inside[from] {
				if next == to || leads(next, to) {
					return true
				}
			}
			return false
		}
		chance := rand.New(rand.NewPCG(3, 4))
		refused := 0
		for range 80 {
			outer, inner := chance.IntN(len(ids)), chance.IntN(len(ids))
			err := s.Update(t.Context(), func(tx *Tx) error { return tx.AddNested(t.Context(), ids[outer], []string{ids[inner]}) })
			o, i := names[outer], names[inner]
			e, cyclic := errors.AsType[*CycleError](err)
			if cyclic != (o != i && leads(i, o)) || !cyclic && err != nil {
				t.Fatalf("%s in %s: %v, with %v", i, o, err, inside)
			}
			if !cyclic {
				if o != i {
					if inside[o] == nil {
						inside[o] = map[string]bool{}
					}
					inside[o][i] = true
				}
				continue
			}
			refused++
			if e.Path[0] != o || e.Path[1] != i || e.Path[len(e.Path)-1] != o {
				t.Fatalf("%s in %s closes %v", i, o, e.Path)
			}
			for n := 1; n+1 < len(e.Path); n++ {
				if !inside[e.Path[n]][e.Path[n+1]] {
					t.Fatalf("%v is no way: %v", e.Path, inside)
				}
			}
		}
		if refused == 0 {
			t.Error("nothing was refused")
		}
	})
}

func TestTheBestMatchComesFirst(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		for _, name := range []string{"Presreview", "core-sre", "Core SRE", "SRE_x", "SRE EMEA", "sre%", "SRE"} {
			update(t, s, func(tx *Tx) error {
				_, err := tx.CreateGroup(t.Context(), GroupInput{Name: name, Description: "about SRE"})
				return err
			})
		}
		for search, want := range map[string][]string{
			"sre":  {"SRE", "SRE EMEA", "sre%", "SRE_x", "Core SRE", "core-sre", "Presreview"},
			"SRE_": {"SRE_x"},
			"":     {"Core SRE", "core-sre", "Presreview", "SRE", "SRE EMEA", "sre%", "SRE_x"},
		} {
			view(t, s, func(tx *Tx) error {
				groups, _, err := tx.Groups(t.Context(), Find{Search: search, Sort: ByMatch, Limit: 10}, false)
				var got []string
				for _, g := range groups {
					got = append(got, g.Name)
				}
				if !cmp.Equal(got, want) {
					t.Errorf("%q: got %q, want %q", search, got, want)
				}
				return err
			})
		}
	})
}
