package store

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"trellis/cmd/internal/store/pgtest"
)

// groupCount is how many groups and how many entries of the journal there are.
func groupCount(t *testing.T, s *Store) (groups, entries int) {
	t.Helper()
	return count(t, s, "groups"), count(t, s, "journal")
}

func addGroup(ctx context.Context, s *Store, name string) error {
	return s.Update(ctx, func(tx *Tx) error {
		_, err := tx.CreateGroup(ctx, GroupInput{Name: name, Description: "d"})
		return err
	})
}

// A connection that breaks around the commit neither loses nor doubles a change,
// and whoever made it is told the truth.
func TestAConnectionLostAtTheCommit(t *testing.T) {
	server := pgtest.New(t)
	p := newProxy(t, server)
	s := open(t, p.address())
	for _, tt := range []struct {
		name string
		at   cut
		want error
		done int
	}{
		{"before the commit", beforeCommit, ErrUnavailable, 0},
		{"after the commit", afterCommit, nil, 1},
		{"in between", inBetween, ErrUnavailable, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for range 10 {
				groups, entries := groupCount(t, s)
				p.at.Store(int32(tt.at))
				if err := addGroup(t.Context(), s, rand.Text()); !errors.Is(err, tt.want) || errors.Is(err, ErrUncertain) {
					t.Fatalf("err = %v, want %v", err, tt.want)
				}
				if p.at.Load() != int32(nowhere) {
					t.Fatal("the connection was not cut")
				}
				if g, e := groupCount(t, s); g != groups+tt.done || e != entries+tt.done {
					t.Fatalf("%d groups and %d entries became %d and %d", groups, entries, g, e)
				}
			}
		})
	}
}

// When nobody can be asked how a commit ended, it is said to be unknown.
func TestACommitThatNobodyCanBeAskedOf(t *testing.T) {
	p := newProxy(t, pgtest.New(t))
	s := open(t, p.address())
	// No connection waits in the pool: the question needs a new one.
	s.write.SetMaxIdleConns(0)
	p.at.Store(int32(afterCommit))
	err := s.Update(t.Context(), func(tx *Tx) error {
		p.deaf.Store(true)
		_, err := tx.CreateGroup(t.Context(), GroupInput{Name: "Team", Description: "d"})
		return err
	})
	if !errors.Is(err, ErrUncertain) || errors.Is(err, ErrUnavailable) {
		t.Errorf("err = %v, want %v alone", err, ErrUncertain)
	}
	p.deaf.Store(false)
	if groups, entries := groupCount(t, s); groups != 1 || entries != 1 {
		t.Errorf("%d groups and %d entries, want one of each", groups, entries)
	}
}

func TestAServerThatStopsInATransaction(t *testing.T) {
	server := pgtest.New(t)
	s := open(t, server.Address("postgres"))
	err := s.Update(t.Context(), func(tx *Tx) error {
		if _, err := tx.CreateGroup(t.Context(), GroupInput{Name: "Team", Description: "d"}); err != nil {
			return err
		}
		server.Stop()
		return nil
	})
	if err == nil || !errors.Is(err, ErrUncertain) && !errors.Is(err, ErrUnavailable) {
		t.Errorf("err = %v, want one that says that the database is away", err)
	}
	if err := s.View(t.Context(), func(tx *Tx) error { return nil }); !errors.Is(err, ErrUnavailable) {
		t.Errorf("reading: err = %v, want %v", err, ErrUnavailable)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	again(t, func() error { return addGroup(t.Context(), s, "Other") })
	if groups, entries := groupCount(t, s); groups != 1 || entries != 1 {
		t.Errorf("%d groups and %d entries, want one of each", groups, entries)
	}
}

// A server that crashed gives the numbers of the transactions that it forgot to
// others. One that is lost is not taken for another that was kept.
func TestATransactionIsNotTakenForAnother(t *testing.T) {
	server := pgtest.New(t)
	s, other := open(t, server.Address("postgres")), open(t, server.Address("postgres"))
	tx, err := s.write.BeginTx(t.Context(), s.dialect.writeOptions())
	if err != nil {
		t.Fatal(err)
	}
	name, err := s.dialect.serialize(t.Context(), tx)
	if err != nil {
		t.Fatal(err)
	}
	server.Stop()
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	for n := range 3 {
		again(t, func() error { return addGroup(t.Context(), other, fmt.Sprint("Other ", n)) })
	}
	err = s.trouble(s.outcome(t.Context(), name, fmt.Errorf("commit: %w", tx.Commit())))
	if !errors.Is(err, ErrUnavailable) || errors.Is(err, ErrUncertain) {
		t.Errorf("err = %v, want %v", err, ErrUnavailable)
	}
	if groups, entries := groupCount(t, s); groups != 3 || entries != 3 {
		t.Errorf("%d groups and %d entries, want the other three", groups, entries)
	}
}

// Who waited for a writer sees what that one did, whatever isolation the server
// gives to those who ask for none.
func TestAWriterSeesWhatItWaitedFor(t *testing.T) {
	server := pgtest.New(t, "default_transaction_isolation=repeatable read")
	s, other := open(t, server.Address("postgres")), open(t, server.Address("postgres"))
	second := make(chan int, 1)
	err := s.Update(t.Context(), func(tx *Tx) error {
		go func() {
			n := -1
			if err := other.Update(t.Context(), func(tx *Tx) (err error) {
				n, err = tx.number(t.Context(), `select count(*) from groups`)
				return err
			}); err != nil {
				t.Error(err)
			}
			second <- n
		}()
		waiting := func() error {
			n, err := tx.number(t.Context(), `select count(*) from pg_locks where locktype = 'advisory' and not granted`)
			if err == nil && n == 0 {
				err = errors.New("nobody waits")
			}
			return err
		}
		again(t, waiting)
		_, err := tx.CreateGroup(t.Context(), GroupInput{Name: "Team", Description: "d"})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := <-second; n != 1 {
		t.Errorf("the second writer sees %d groups, want 1", n)
	}
}

// again does it until it succeeds, a minute at most.
func again(t *testing.T, do func() error) {
	t.Helper()
	for until := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		err := do()
		if err == nil {
			return
		}
		if time.Now().After(until) {
			t.Fatalf("a minute after the server is back: %v", err)
		}
	}
}

// Names are kept of the last transactions only.
func TestTransactionsAreForgotten(t *testing.T) {
	s := open(t, pgtest.Database(t))
	if _, err := s.write.ExecContext(t.Context(), `insert into transactions(name) select n::text from generate_series(1, 3 * $1::bigint) n`, remembered); err != nil {
		t.Fatal(err)
	}
	for n := range 2 {
		if err := addGroup(t.Context(), s, fmt.Sprint(n)); err != nil {
			t.Fatal(err)
		}
	}
	if n := count(t, s, "transactions"); n != remembered+1 {
		t.Errorf("%d names are kept, want %d", n, remembered+1)
	}
}

// SQLite says that it is full; the transaction is undone and the next one that
// fits is not.
func TestAFullDisk(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "trellis.db"))
	limit := func(pages string) {
		if _, err := s.write.ExecContext(t.Context(), `pragma max_page_count = `+pages); err != nil {
			t.Fatal(err)
		}
	}
	limit("1")
	err := s.Update(t.Context(), func(tx *Tx) error {
		_, err := tx.CreateGroup(t.Context(), GroupInput{Name: "Team", Description: strings.Repeat("d", 1<<20)})
		return err
	})
	if !errors.Is(err, ErrFull) {
		t.Errorf("err = %v, want %v", err, ErrFull)
	}
	limit("1000000")
	if err := addGroup(t.Context(), s, "Other"); err != nil {
		t.Error(err)
	}
	if groups, entries := groupCount(t, s); groups != 1 || entries != 1 {
		t.Errorf("%d groups and %d entries, want one of each", groups, entries)
	}
}

// What an error of PostgreSQL means to the caller of the API.
func TestWhatAnErrorOfPostgreSQLMeans(t *testing.T) {
	for _, tt := range []struct {
		code, message string
		want          error
	}{
		{"53100", `could not extend file "base/5/16402": No space left on device`, ErrFull},
		{"XX000", `could not extend file "base/5/16402": Disk quota exceeded`, ErrFull},
		{"XX000", "cache lookup failed for relation 16402", nil},
		{"58030", `could not read block 0 in file "base/5/16402": Input/output error`, ErrUnavailable},
		{"53300", "sorry, too many clients already", ErrUnavailable},
		{"57P01", "terminating connection due to administrator command", ErrUnavailable},
		{"25006", "cannot execute INSERT in a read-only transaction", ErrUnavailable},
		{"57014", "canceling statement due to user request", nil},
		{"23505", "duplicate key value violates unique constraint", nil},
	} {
		err := fmt.Errorf("change: %w", &pgconn.PgError{Code: tt.code, Message: tt.message})
		if got := (postgres{}).trouble(err); !errors.Is(got, tt.want) {
			t.Errorf("%s %s: %v, want %v", tt.code, tt.message, got, tt.want)
		}
	}
}

// A disk that has room is not full, and one that cannot be asked is not either.
func TestADiskWithRoomIsNotFull(t *testing.T) {
	folder := t.TempDir()
	if full(folder) || full(filepath.Join(folder, "gone")) {
		t.Error("the disk is said to be full")
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) != 0 {
		t.Errorf("the question leaves %v, %v", left, err)
	}
}

func TestRisks(t *testing.T) {
	for _, tt := range []struct {
		name     string
		settings []string
		want     []string
	}{
		{"a careful server", []string{"fsync=on", "full_page_writes=on"}, nil},
		{"a careless server", []string{"fsync=off", "synchronous_commit=off", "full_page_writes=on"}, []string{"fsync=off", "synchronous_commit=off"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := open(t, pgtest.New(t, tt.settings...).Address("postgres"))
			if got, err := s.Risks(t.Context()); err != nil || !slices.Equal(got, tt.want) {
				t.Errorf("risks = %q, %v, want %q", got, err, tt.want)
			}
		})
	}
	if got, err := open(t, filepath.Join(t.TempDir(), "trellis.db")).Risks(t.Context()); err != nil || got != nil {
		t.Errorf("SQLite: risks = %q, %v", got, err)
	}
}
