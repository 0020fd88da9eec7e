package snapshot_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"pgregory.net/rapid"

	"trellis/cmd/internal/snapshot"
	"trellis/cmd/internal/store"
	"trellis/cmd/internal/store/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// each runs test on every database, seen by two processes.
func each(t *testing.T, test func(t *testing.T, s, other *store.Store)) {
	for name, address := range map[string]func(t testing.TB) string{
		"sqlite":   func(t testing.TB) string { return filepath.Join(t.TempDir(), "trellis.db") },
		"postgres": pgtest.Database,
	} {
		t.Run(name, func(t *testing.T) {
			url := address(t)
			test(t, open(t, url), open(t, url))
		})
	}
}

func open(t *testing.T, url string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), store.Config{URL: url, AllowCycles: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// lists is a snapshot without its engine, to compare.
type lists struct {
	Version     int64
	Groups      []snapshot.Group
	Roles       []snapshot.Role
	Permissions []snapshot.Permission
}

func see(ctx context.Context, s *store.Store, c *snapshot.Cache) (lists, error) {
	var out lists
	err := s.View(ctx, func(tx *store.Tx) error {
		graph, err := c.Of(ctx, tx)
		if err == nil {
			out = lists{graph.Version, graph.GroupList, graph.RoleList, graph.PermissionList}
		}
		return err
	})
	return out, err
}

var asStored = cmp.Options{cmp.AllowUnexported(store.Mapping{}), cmp.FilterValues(
	func(a, b []string) bool { return len(a) == 0 && len(b) == 0 }, cmp.Comparer(func(_, _ []string) bool { return true }))}

// Whatever one process changes, the other one's memory says what the database
// says, and so does its own.
func TestWhatIsInMemoryIsWhatIsStored(t *testing.T) {
	each(t, func(t *testing.T, s, other *store.Store) {
		mine, theirs := snapshot.New(), snapshot.New()
		rapid.Check(t, func(r *rapid.T) {
			for range rapid.IntRange(1, 4).Draw(r, "changes") {
				change(r, s)
			}
			want, err := see(context.Background(), s, snapshot.New())
			if err != nil {
				r.Fatal(err)
			}
			for who, view := range map[string]func() (lists, error){
				"the same process": func() (lists, error) { return see(context.Background(), s, mine) },
				"another process":  func() (lists, error) { return see(context.Background(), other, theirs) },
			} {
				got, err := view()
				if err != nil {
					r.Fatal(err)
				}
				if d := cmp.Diff(want, got, asStored); d != "" {
					r.Fatalf("%s (-stored +memory):\n%s", who, d)
				}
			}
		})
	})
}

// change does one of the things that people do, to some of a few records.
func change(r *rapid.T, s *store.Store) {
	ctx := context.Background()
	err := s.Update(ctx, func(tx *store.Tx) error {
		groups, _, err := tx.Groups(ctx, store.Find{}, true)
		if err != nil {
			return err
		}
		roles, _, err := tx.Roles(ctx, store.Find{})
		if err != nil {
			return err
		}
		if len(groups) < 4 {
			_, err := tx.CreateGroup(ctx, store.GroupInput{Name: uuid.NewString(), Description: "d"})
			return err
		}
		if len(roles) < 3 {
			p, err := tx.CreatePermission(ctx, store.PermissionInput{Name: uuid.NewString(), Description: "d", ApplicationType: "client", ApplicationID: "app"})
			if err == nil {
				_, err = tx.CreateRole(ctx, store.RoleInput{Name: uuid.NewString(), Description: "d", ApplicationType: "client", ApplicationID: "app", Permissions: []string{p.ID}})
			}
			return err
		}
		g := rapid.SampledFrom(groups).Draw(r, "group")
		h := rapid.SampledFrom(groups).Draw(r, "other group")
		o := rapid.SampledFrom(roles).Draw(r, "role")
		doings := []func() error{
			func() error { return tx.AddNested(ctx, g.ID, []string{h.ID}) },
			func() error { return tx.RemoveNested(ctx, g.ID, []string{h.ID}) },
			func() error { return tx.AddGroupRoles(ctx, g.ID, []string{o.ID}) },
			func() error { return tx.RemoveGroupRoles(ctx, g.ID, []string{o.ID}) },
			func() error {
				return tx.AddMappings(ctx, g.ID, []store.MappingInput{{GroupName: "n", ConnectionName: "c"}})
			},
			func() error {
				if len(g.Mappings) == 0 {
					return nil
				}
				return tx.RemoveMappings(ctx, g.ID, []string{g.Mappings[0].ID})
			},
			func() error {
				_, err := tx.UpdateGroup(ctx, g.ID, store.GroupInput{Name: uuid.NewString(), Description: "new"})
				return err
			},
			func() error { return tolerated(tx.DeleteGroup(ctx, g.ID)) },
			func() error { return tolerated(tx.DeleteRole(ctx, o.ID)) },
			func() error {
				_, err := tx.UpdateRole(ctx, o.ID, store.RoleInput{Name: uuid.NewString(), Description: "new", ApplicationType: "client", ApplicationID: "app"})
				return err
			},
			func() error {
				d, err := tx.Export(ctx)
				if err == nil {
					d.Groups[0], d.Groups[1] = d.Groups[1], d.Groups[0]
					err = tx.Import(ctx, d)
				}
				return err
			},
		}
		return rapid.SampledFrom(doings).Draw(r, "does")()
	})
	if err != nil {
		r.Fatal(err)
	}
}

// tolerated is err, unless the record is in use.
func tolerated(err error) error {
	if _, used := errors.AsType[*store.InUseError](err); used {
		return nil
	}
	return err
}

// A new member changes nothing that is in memory.
func TestMembershipsLeaveTheGraphAlone(t *testing.T) {
	each(t, func(t *testing.T, s, _ *store.Store) {
		var id, role string
		update(t, s, func(tx *store.Tx) error {
			g, err := tx.CreateGroup(t.Context(), store.GroupInput{Name: "Team", Description: "d"})
			if err != nil {
				return err
			}
			r, err := tx.CreateRole(t.Context(), store.RoleInput{Name: "Role", Description: "d", ApplicationType: "client", ApplicationID: "app"})
			id, role = g.ID, r.ID
			return err
		})
		c := snapshot.New()
		before, err := see(t.Context(), s, c)
		if err != nil {
			t.Fatal(err)
		}
		update(t, s, func(tx *store.Tx) error {
			return errors.Join(tx.AddMembers(t.Context(), id, []string{"u1", "u2"}), tx.AddUserRoles(t.Context(), "u1", []string{role}))
		})
		after, err := see(t.Context(), s, c)
		if err != nil || after.Version != before.Version {
			t.Errorf("version %d became %d, %v", before.Version, after.Version, err)
		}
		err = s.View(t.Context(), func(tx *store.Tx) error {
			held, err := tx.Held(t.Context(), "u1")
			if held.GraphVersion != after.Version || len(held.Groups) != 1 || len(held.Roles) != 1 {
				t.Errorf("held = %+v", held)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// Who writes sees what it wrote, and nobody else does before it is done.
func TestWhatIsNotYetDoneStaysUnseen(t *testing.T) {
	each(t, func(t *testing.T, s, _ *store.Store) {
		c := snapshot.New()
		undone := errors.New("undone")
		err := s.Update(t.Context(), func(tx *store.Tx) error {
			if _, err := tx.CreateGroup(t.Context(), store.GroupInput{Name: "Draft", Description: "d"}); err != nil {
				return err
			}
			graph, err := c.Of(t.Context(), tx)
			if err == nil && len(graph.GroupList) != 1 {
				t.Errorf("the writer sees %d groups, want 1", len(graph.GroupList))
			}
			return errors.Join(err, undone)
		})
		if !errors.Is(err, undone) {
			t.Fatal(err)
		}
		update(t, s, func(tx *store.Tx) error {
			_, err := tx.CreateGroup(t.Context(), store.GroupInput{Name: "Kept", Description: "d"})
			return err
		})
		got, err := see(t.Context(), s, c)
		if err != nil || len(got.Groups) != 1 || got.Groups[0].Name != "Kept" {
			t.Errorf("groups = %+v, %v", got.Groups, err)
		}
	})
}

// Many readers beside a writer: nobody ever sees less than was done before it asked.
func TestNoReadIsStale(t *testing.T) {
	each(t, func(t *testing.T, s, other *store.Store) {
		const rounds, readers = 20, 8
		c := snapshot.New()
		for round := range rounds {
			update(t, s, func(tx *store.Tx) error {
				_, err := tx.CreateGroup(t.Context(), store.GroupInput{Name: fmt.Sprint("Group ", round), Description: "d"})
				return err
			})
			var wg sync.WaitGroup
			for range readers {
				wg.Go(func() {
					got, err := see(t.Context(), other, c)
					if err != nil || len(got.Groups) != round+1 {
						t.Errorf("round %d: %d groups, %v", round, len(got.Groups), err)
					}
				})
			}
			wg.Wait()
		}
	})
}

func update(t *testing.T, s *store.Store, fn func(tx *store.Tx) error) {
	t.Helper()
	if err := s.Update(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}
