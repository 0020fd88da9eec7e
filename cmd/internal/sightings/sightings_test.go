package sightings_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"trellis/cmd/internal/sightings"
	"trellis/cmd/internal/store"
)

// shelf is a book, its store, and the time that it reads.
type shelf struct {
	*sightings.Book

	store *store.Store
	now   time.Time
}

func newShelf(tb testing.TB) *shelf {
	tb.Helper()
	s, err := store.Open(tb.Context(), store.Config{URL: filepath.Join(tb.TempDir(), "trellis.db")})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = s.Close() })
	x := &shelf{store: s, now: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}
	x.Book = sightings.New(s, func() time.Time { return x.now })
	return x
}

// remembers is what the store knows: "connection/group days".
func (x *shelf) remembers(t *testing.T) string {
	t.Helper()
	var out []string
	err := x.store.View(t.Context(), func(tx *store.Tx) error {
		seen, err := tx.SeenGroups(t.Context())
		for _, s := range seen {
			out = append(out, fmt.Sprintf("%s/%s %d", s.Connection, s.Group, s.Days))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(out, ", ")
}

func (x *shelf) flush(t *testing.T) {
	t.Helper()
	if err := x.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestNamesAreWrittenOnceADay(t *testing.T) {
	x := newShelf(t)
	x.Note("ad", []string{"Staff", "Sales", "Staff"})
	if got := x.remembers(t); got != "" {
		t.Errorf("written at once: %s", got)
	}
	x.flush(t)
	x.Note("ad", []string{"Staff"})
	x.Note("saml", []string{"Staff"})
	x.Note("saml", nil)
	x.flush(t)
	if got, want := x.remembers(t), "ad/Sales 1, ad/Staff 1, saml/Staff 1"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	x.now = x.now.AddDate(0, 0, 1)
	x.Note("ad", []string{"Staff"})
	x.flush(t)
	if got, want := x.remembers(t), "ad/Sales 1, ad/Staff 2, saml/Staff 1"; got != want {
		t.Errorf("a day later %s, want %s", got, want)
	}
	(*sightings.Book)(nil).Note("ad", []string{"Staff"})
}

// What cannot be written now is written later.
func TestNothingIsLostWhenTheStoreIsAway(t *testing.T) {
	x := newShelf(t)
	x.Note("ad", []string{"Staff"})
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := x.Flush(gone); err == nil {
		t.Fatal("flushed into nothing")
	}
	x.Note("ad", []string{"Sales"})
	x.flush(t)
	if got, want := x.remembers(t), "ad/Sales 1, ad/Staff 1"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestManyAtOnce(t *testing.T) {
	x := newShelf(t)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for n := range 200 {
				x.Note("ad", []string{"Staff", fmt.Sprint("Group ", n)})
				if i == 0 && n%50 == 0 {
					x.flush(t)
				}
			}
		})
	}
	all.Wait()
	x.flush(t)
	if n := len(strings.Split(x.remembers(t), ", ")); n != 201 {
		t.Errorf("%d are remembered, want 201", n)
	}
}

// BenchmarkNote is what a sign-in with twenty groups waits for.
func BenchmarkNote(b *testing.B) {
	x := newShelf(b)
	groups := make([]string, 20)
	for i := range groups {
		groups[i] = fmt.Sprint("CN=Group ", i, ",OU=Groups,DC=corp,DC=example")
	}
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			x.Note("corp-ad", groups)
		}
	})
}
