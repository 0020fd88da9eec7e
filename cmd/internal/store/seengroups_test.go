package store

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestGroupsOfProvidersAreRemembered(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		monday := time.Date(2026, 11, 23, 23, 59, 0, 0, time.UTC)
		day := func(n int) time.Time { return time.Date(2026, 11, 23+n, 0, 0, 0, 0, time.UTC) }
		staff, sales, other := Sighting{"ad", "Staff"}, Sighting{"ad", "Sales"}, Sighting{"saml", "Staff"}
		see := func(at time.Time, seen ...Sighting) {
			t.Helper()
			if err := s.Update(t.Context(), func(tx *Tx) error { return tx.SeeGroups(t.Context(), at, seen) }); err != nil {
				t.Fatal(err)
			}
		}
		see(monday, staff, sales, staff)
		see(monday, staff)
		see(monday.AddDate(0, 0, 2), staff, other)
		see(monday, other) // told late by another process
		want := []SeenGroup{{sales, day(0), day(0), 1}, {staff, day(0), day(2), 2}, {other, day(2), day(2), 1}}
		if d := cmp.Diff(want, seenIn(t, s)); d != "" {
			t.Fatalf("(-want +got):\n%s", d)
		}
		if err := s.Update(t.Context(), func(tx *Tx) error { return tx.ForgetGroups(t.Context(), monday.AddDate(0, 0, 401)) }); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want[1:], seenIn(t, s)); d != "" {
			t.Fatalf("after a year (-want +got):\n%s", d)
		}
	})
}

func seenIn(t *testing.T, s *Store) (out []SeenGroup) {
	t.Helper()
	err := s.View(t.Context(), func(tx *Tx) (err error) {
		out, err = tx.SeenGroups(t.Context())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// fillSeen remembers n names of a connection.
func fillSeen(t *testing.T, s *Store, connection string, n int) {
	t.Helper()
	update(t, s, func(tx *Tx) error {
		for begin := 0; begin < n; begin += 1000 {
			var rows []string
			for i := begin; i < min(n, begin+1000); i++ {
				rows = append(rows, fmt.Sprintf("('%s', 'Group %d', 1, 20000, 1)", connection, i))
			}
			if _, err := tx.note(t.Context(), `insert into seen_groups(connection_name, group_name, first_day, last_day, days) values `+strings.Join(rows, ", ")); err != nil {
				return err
			}
		}
		return nil
	})
}

// However much is sent, what is remembered is bounded, and the tenant's revision and
// journal stay as they are.
func TestWhatIsRememberedIsBounded(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		fillSeen(t, s, "ad", mostSeen-2)
		many := []Sighting{{"ad", "a"}, {"ad", "b"}, {"ad", "c"}, {"ad", "d"}}
		for i := range mostSeenConnections + 5 {
			many = append(many, Sighting{fmt.Sprint("connection ", i), "Staff"})
		}
		revision := func() (n int64) {
			if err := s.View(t.Context(), func(tx *Tx) (err error) { n, err = tx.Revision(t.Context()); return err }); err != nil {
				t.Fatal(err)
			}
			return n
		}
		before := revision()
		if err := s.Update(t.Context(), func(tx *Tx) error { return tx.SeeGroups(t.Context(), time.Now(), many) }); err != nil {
			t.Fatal(err)
		}
		if got := len(seenIn(t, s)); got != mostSeen+mostSeenConnections-1 {
			t.Errorf("%d are remembered", got)
		}
		if after := revision(); after != before {
			t.Errorf("the revision went from %d to %d", before, after)
		}
	})
}
