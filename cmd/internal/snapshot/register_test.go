package snapshot_test

import (
	stdcmp "cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"trellis/cmd/internal/snapshot"
	"trellis/cmd/internal/store"
)

// Whatever one process changes, users are found and sorted in the other one's
// memory by what the database says, and in its own.
func TestTheRegisterSaysWhatIsStored(t *testing.T) {
	each(t, func(t *testing.T, s, other *store.Store) {
		mine, theirs := snapshot.NewRegistry(), snapshot.NewRegistry()
		myPeople, theirPeople := snapshot.NewCrowd(s, snapshot.New()), snapshot.NewCrowd(other, snapshot.New())
		rapid.Check(t, func(r *rapid.T) {
			for range rapid.IntRange(1, 3).Draw(r, "changes") {
				rename(r, s)
			}
			for who, view := range map[string]struct {
				store    *store.Store
				people   *snapshot.Crowd
				registry *snapshot.Registry
			}{"the same process": {s, myPeople, mine}, "another process": {other, theirPeople, theirs}} {
				said, err := different(view.store, view.people, view.registry)
				if err != nil || said != "" {
					r.Fatalf("%s: %s %v", who, said, err)
				}
			}
		})
	})
}

var everyone = []string{"u1", "u2", "u3", "u4", "u5"}

// rename changes a user, deletes one, or changes who is in a group, which is no
// business of the register.
func rename(r *rapid.T, s *store.Store) {
	id := rapid.SampledFrom(everyone).Draw(r, "user")
	if rapid.IntRange(0, 3).Draw(r, "holdings") == 0 {
		handle(r, s)
		return
	}
	ctx := context.Background()
	err := s.Update(ctx, func(tx *store.Tx) error {
		if rapid.IntRange(0, 3).Draw(r, "goes") == 0 {
			return unlessMissing(tx.DeleteUser(ctx, id))
		}
		name := fmt.Sprint("Name ", rapid.IntRange(0, 9).Draw(r, "name"))
		return tx.PutUser(ctx, store.User{UserID: id, Profile: map[string]any{"name": name, "email": name + "@x.example"}})
	})
	if err != nil {
		r.Fatal(err)
	}
}

// different says in which way the register differs from the database.
func different(s *store.Store, people *snapshot.Crowd, registry *snapshot.Registry) (said string, err error) {
	ctx := context.Background()
	err = s.View(ctx, func(tx *store.Tx) error {
		register, err := registry.Of(ctx, tx)
		if err != nil {
			return err
		}
		want, err := tx.UserKeys(ctx, everyone)
		got := map[string]store.UserKeys{}
		for _, id := range everyone {
			if k, known := register.Keys(id); known {
				got[id] = k
			}
		}
		if said = cmp.Diff(want, got, cmp.AllowUnexported(store.UserKeys{})); said == "" && err == nil {
			said, err = misplaced(ctx, tx, people, registry)
		}
		return err
	})
	return said, err
}

// misplaced says who is not where a lineup should have them.
func misplaced(ctx context.Context, tx *store.Tx, crowd *snapshot.Crowd, registry *snapshot.Registry) (string, error) {
	people, err := crowd.Of(ctx, tx)
	if err != nil {
		return "", err
	}
	unknown := func(id string) store.UserKeys { return store.User{UserID: id}.Keys() }
	lineup, err := registry.Lineup(ctx, tx, people, unknown)
	if err != nil {
		return "", err
	}
	keys, err := tx.UserKeys(ctx, people.IDs)
	if err != nil {
		return "", err
	}
	want := slices.Clone(people.IDs)
	name := func(id string) string { return keys[id].By("name") }
	slices.SortFunc(want, func(a, b string) int { return stdcmp.Or(strings.Compare(name(a), name(b)), strings.Compare(a, b)) })
	var got []string
	finds := lineup.Finding("name 3")
	for _, at := range lineup.By("name") {
		id := people.IDs[at]
		if got = append(got, id); finds(at) != strings.Contains(name(id), "name 3") {
			return id + " is found wrongly", nil
		}
	}
	return cmp.Diff(want, got, asStored), nil
}
