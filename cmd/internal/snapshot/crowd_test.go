package snapshot_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"trellis/cmd/internal/snapshot"
	"trellis/cmd/internal/store"
	"trellis/web/access"
)

// holdings is who is in which group, in the order of adding, and who holds which
// role, as the database says.
type holdings struct{ members, holders map[string][]string }

func stored(ctx context.Context, tx *store.Tx) (h holdings, err error) {
	groups, _, err := tx.Groups(ctx, store.Find{}, false)
	if err != nil {
		return h, err
	}
	roles, _, err := tx.Roles(ctx, store.Find{})
	if err != nil {
		return h, err
	}
	var groupIDs, roleIDs []string
	for _, g := range groups {
		groupIDs = append(groupIDs, g.ID)
	}
	for _, r := range roles {
		roleIDs = append(roleIDs, r.ID)
	}
	if h.members, err = tx.MembersOf(ctx, groupIDs); err != nil {
		return h, err
	}
	h.holders, err = tx.UsersOfRoles(ctx, roleIDs)
	return h, err
}

// compare says in which way people differ from what tx sees.
func compare(ctx context.Context, tx *store.Tx, graph *snapshot.Snapshot, people *snapshot.People) (string, error) {
	want, err := stored(ctx, tx)
	if err != nil {
		return "", err
	}
	population := people.Population(graph)
	for i, g := range graph.GroupList {
		if d := cmp.Diff(want.members[g.ID], people.MemberIDs(g.ID), asStored); d != "" {
			return fmt.Sprintf("members of %s (-stored +memory):\n%s", g.Name, d), nil
		}
		if !slices.Equal(population.Members(int32(i)), people.Members(g.ID)) { //nolint:gosec // a few
			return "the population has other members", nil
		}
	}
	for i, r := range graph.RoleList {
		var holders []string
		for _, at := range population.Holders(int32(i)) { //nolint:gosec // a few
			holders = append(holders, people.IDs[at])
		}
		slices.Sort(holders)
		slices.Sort(want.holders[r.ID])
		if d := cmp.Diff(want.holders[r.ID], holders, asStored); d != "" {
			return fmt.Sprintf("holders of %s (-stored +memory):\n%s", r.Name, d), nil
		}
	}
	return "", nil
}

// handle changes who holds what, or the graph, or both.
func handle(r *rapid.T, s *store.Store) {
	ctx := context.Background()
	if rapid.IntRange(0, 4).Draw(r, "the graph") == 0 {
		change(r, s)
	}
	err := s.Update(ctx, func(tx *store.Tx) error {
		groups, _, err := tx.Groups(ctx, store.Find{}, false)
		if err != nil || len(groups) == 0 {
			return err
		}
		roles, _, err := tx.Roles(ctx, store.Find{})
		if err != nil {
			return err
		}
		g := rapid.SampledFrom(groups).Draw(r, "group").ID
		users := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"u1", "u2", "u3", "u4", "u5"}), 1, 3, rapid.ID).Draw(r, "users")
		doings := []func() error{
			func() error { return tx.AddMembers(ctx, g, users) },
			func() error { return tx.AddMembers(ctx, g, users) },
			func() error { return tx.RemoveMembers(ctx, g, users) },
			func() error { return tx.PutUser(ctx, store.User{UserID: users[0]}) },
			func() error { return unlessMissing(tx.DeleteUser(ctx, users[0])) },
			func() error {
				d, err := tx.Export(ctx)
				if err == nil {
					d.Groups[0].Members = users
					err = tx.Import(ctx, d)
				}
				return err
			},
		}
		if len(roles) > 0 {
			o := rapid.SampledFrom(roles).Draw(r, "role").ID
			doings = append(doings,
				func() error { return tx.AddRoleUsers(ctx, o, users) },
				func() error { return tx.RemoveRoleUsers(ctx, o, users) },
			)
		}
		return rapid.SampledFrom(doings).Draw(r, "does")()
	})
	if err != nil {
		r.Fatal(err)
	}
}

// unlessMissing is err, unless it says that a record does not exist.
func unlessMissing(err error) error {
	if _, missing := errors.AsType[*store.NotFoundError](err); missing {
		return nil
	}
	return err
}

// Whatever one process changes, the people in the other one's memory are those of
// the database, and so are its own; what a login would be told as well.
func TestThePeopleInMemoryAreThoseStored(t *testing.T) {
	each(t, func(t *testing.T, s, other *store.Store) {
		mine, theirs := newCrowd(s), newCrowd(other)
		rapid.Check(t, func(r *rapid.T) {
			for range rapid.IntRange(1, 4).Draw(r, "changes") {
				handle(r, s)
			}
			for who, c := range map[string]crowd{"the same process": mine, "another process": theirs} {
				said, err := c.check(context.Background())
				if err != nil || said != "" {
					r.Fatalf("%s: %s %v", who, said, err)
				}
			}
		})
	})
}

// crowd is a process's memory of a tenant.
type crowd struct {
	*snapshot.Crowd

	store *store.Store
	cache *snapshot.Cache
}

func newCrowd(s *store.Store) crowd {
	c := snapshot.New()
	return crowd{snapshot.NewCrowd(s, c), s, c}
}

// check says in which way the memory is wrong. Nobody writes meanwhile.
func (c crowd) check(ctx context.Context) (said string, err error) {
	now, err := c.Now(ctx)
	if err != nil {
		return "", err
	}
	if said, err = c.checkNow(ctx, now); said != "" || err != nil {
		return said, err
	}
	err = c.store.View(ctx, func(tx *store.Tx) error {
		graph, err := c.cache.Of(ctx, tx)
		if err != nil {
			return err
		}
		near, err := c.Near(ctx, tx)
		if err != nil {
			return err
		}
		people, err := c.Of(ctx, tx)
		if err != nil {
			return err
		}
		if near != nil {
			if said, err = compare(ctx, tx, graph, near); said != "" || err != nil {
				return err
			}
		}
		said, err = compare(ctx, tx, graph, people)
		return err
	})
	return said, err
}

// checkNow says what a login would be told wrongly; nil tells nothing.
func (c crowd) checkNow(ctx context.Context, now *snapshot.Moment) (string, error) {
	if now == nil {
		return "", nil
	}
	for _, user := range []string{"u1", "u2", "u3", "u4", "u5", "nobody"} {
		held, err := c.store.Held(ctx, user)
		if err != nil {
			return "", err
		}
		if held.GraphVersion != now.Graph.Version {
			return "another version of the graph", nil
		}
		stored, told := access.Held{Groups: held.Groups, Roles: held.Roles}, now.Held(user)
		if !slices.Equal(now.Graph.Groups(stored), now.Graph.Groups(told)) || !slices.Equal(now.Graph.Roles(stored), now.Graph.Roles(told)) {
			return fmt.Sprintf("%s holds %+v, and is said to hold %+v", user, stored, told), nil
		}
	}
	return "", nil
}

// Memory catches up by itself once nobody changes anything, and knows at once
// when somebody does, also in another process.
func TestMemoryCatchesUp(t *testing.T) {
	each(t, func(t *testing.T, s, other *store.Store) {
		id := ""
		update(t, s, func(tx *store.Tx) error {
			g, err := tx.CreateGroup(t.Context(), store.GroupInput{Name: "Team", Description: "d"})
			id = g.ID
			return err
		})
		c := newCrowd(s)
		for n, writer := range []*store.Store{s, other, s} {
			waitForMemory(t, c)
			update(t, writer, func(tx *store.Tx) error { return tx.AddMembers(t.Context(), id, []string{fmt.Sprint("u", n+1)}) })
			if now, err := c.Now(t.Context()); now != nil || err != nil {
				t.Errorf("after change %d memory is said to be as new as the tenant, %v", n, err)
			}
		}
		now := waitForMemory(t, c)
		if said, err := c.checkNow(t.Context(), now); said != "" || err != nil {
			t.Error(said, err)
		}
		if got := now.Held("u3").GroupsAt; len(got) != 1 {
			t.Errorf("u3 is in %v", got)
		}
	})
}

func waitForMemory(t *testing.T, c crowd) *snapshot.Moment {
	t.Helper()
	for until := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
		now, err := c.Now(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if now != nil {
			return now
		}
		if time.Now().After(until) {
			t.Fatal("a minute after the last change memory knows nothing")
		}
	}
}

// Many read while somebody writes: nobody sees less than was done before it asked.
func TestNoPeopleAreStale(t *testing.T) {
	each(t, func(t *testing.T, s, other *store.Store) {
		const rounds, readers = 20, 8
		id := ""
		update(t, s, func(tx *store.Tx) error {
			g, err := tx.CreateGroup(t.Context(), store.GroupInput{Name: "Team", Description: "d"})
			id = g.ID
			return err
		})
		c := newCrowd(other)
		for round := range rounds {
			update(t, s, func(tx *store.Tx) error { return tx.AddMembers(t.Context(), id, []string{fmt.Sprint("u", round)}) })
			var wg sync.WaitGroup
			for range readers {
				wg.Go(func() {
					err := other.View(t.Context(), func(tx *store.Tx) error {
						people, err := c.Of(t.Context(), tx)
						if err == nil && len(people.Members(id)) != round+1 {
							t.Errorf("round %d: %d members", round, len(people.Members(id)))
						}
						return err
					})
					now, failed := c.Now(t.Context())
					if now != nil {
						if at := now.Held(fmt.Sprint("u", round)).GroupsAt; len(at) != 1 {
							t.Errorf("round %d: a login is told of %d groups", round, len(at))
						}
					}
					if err := errors.Join(err, failed); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
		}
	})
}

// What a transaction sees of its own changes is not remembered.
func TestPeopleNotYetThere(t *testing.T) {
	each(t, func(t *testing.T, s, _ *store.Store) {
		id := ""
		update(t, s, func(tx *store.Tx) error {
			g, err := tx.CreateGroup(t.Context(), store.GroupInput{Name: "Team", Description: "d"})
			id = g.ID
			return err
		})
		c, undone := newCrowd(s), errors.New("undone")
		count := func(tx *store.Tx) (int, error) {
			people, err := c.Of(t.Context(), tx)
			if err != nil {
				return 0, err
			}
			return len(people.Members(id)), nil
		}
		err := s.Update(t.Context(), func(tx *store.Tx) error {
			if err := tx.AddMembers(t.Context(), id, []string{"u1", "u2"}); err != nil {
				return err
			}
			if n, err := count(tx); n != 2 || err != nil {
				t.Errorf("the writer sees %d members, %v", n, err)
			}
			return undone
		})
		if !errors.Is(err, undone) {
			t.Fatal(err)
		}
		update(t, s, func(tx *store.Tx) error { return tx.AddMembers(t.Context(), id, []string{"u3"}) })
		err = s.View(t.Context(), func(tx *store.Tx) error {
			if n, err := count(tx); n != 1 || err != nil {
				t.Errorf("%d members are remembered, %v", n, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// Who waits for memory goes when its own request does.
func TestWhoAsksOfPeopleMayGo(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "trellis.db"))
	c := newCrowd(s)
	gone, cancel := context.WithCancel(t.Context())
	err := s.View(t.Context(), func(tx *store.Tx) error {
		cancel()
		_, err := c.Of(gone, tx)
		return err
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v, want %v", err, context.Canceled)
	}
}

// However many groups changed, memory follows what the journal says of them, also
// of groups that are gone.
func TestMemoryFollowsTheJournal(t *testing.T) {
	each(t, func(t *testing.T, s, other *store.Store) {
		const many = 600
		ids := make([]string, many)
		update(t, s, func(tx *store.Tx) (err error) {
			for i := range ids {
				var g store.Group
				if g, err = tx.CreateGroup(t.Context(), store.GroupInput{Name: fmt.Sprint("Group ", i), Description: "d"}); err != nil {
					return err
				}
				if ids[i] = g.ID; i < 4 {
					err = errors.Join(err, tx.AddMembers(t.Context(), g.ID, []string{"u1", "u2", "u3", "u4"}))
				}
			}
			return errors.Join(err, tx.PutUser(t.Context(), store.User{UserID: "u2"}))
		})
		c := newCrowd(other)
		if said, err := c.check(t.Context()); said != "" || err != nil {
			t.Fatal(said, err)
		}
		update(t, s, func(tx *store.Tx) (err error) {
			for _, id := range ids {
				err = errors.Join(err, tx.AddMembers(t.Context(), id, []string{"u2", "new"}))
			}
			return errors.Join(err, tx.RemoveMembers(t.Context(), ids[0], []string{"u1", "u3", "nobody"}), tx.RemoveMembers(t.Context(), ids[1], []string{"u4"}),
				tx.AddMembers(t.Context(), ids[1], []string{"u4", "u5", "u5"}), tx.DeleteGroup(t.Context(), ids[2]), tx.DeleteUser(t.Context(), "u2"))
		})
		err := other.View(t.Context(), func(tx *store.Tx) error {
			near, err := c.Near(t.Context(), tx)
			if err != nil || near == nil {
				return fmt.Errorf("memory does not know: %w", err)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
		if said, err := c.check(t.Context()); said != "" || err != nil {
			t.Error(said, err)
		}
	})
}

// JSON has no form for what is no text, and so the journal has it only nearly.
func TestMemoryKnowsMembersWhoseIDsAreNoText(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "trellis.db")) // PostgreSQL refuses them
	peopled(t, s)
	c := newCrowd(s)
	of := func() (p *snapshot.People) {
		err := s.View(t.Context(), func(tx *store.Tx) (err error) {
			p, err = c.Of(t.Context(), tx)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	of()
	update(t, s, func(tx *store.Tx) error {
		groups, _, err := tx.Groups(t.Context(), store.Find{}, false)
		if err != nil {
			return err
		}
		return tx.AddMembers(t.Context(), groups[0].ID, []string{"odd\xff"})
	})
	if _, ok := of().Position("odd\xff"); !ok {
		t.Error("memory has the member under another id")
	}
}
