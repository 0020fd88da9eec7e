package session_test

import (
	"database/sql"
	"strings"
	"testing"
	"time"

	"trellis/web/session"
)

// Somebody writes for long, such as an import: pages are answered all the same.
func TestSessionsAreReadBesideAWriter(t *testing.T) {
	s := newSite(t)
	file := "file:" + s.file + "?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_txlock=immediate"
	write, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	defer write.Close()
	write.SetMaxOpenConns(1)
	reads, err := sql.Open("sqlite", file+"&_pragma=query_only(1)")
	if err != nil {
		t.Fatal(err)
	}
	defer reads.Close()
	s.store, err = session.Open(t.Context(), session.Config{DB: write, Reads: reads, Key: []byte(strings.Repeat("k", 32)), Secure: true, Now: s.clock.now})
	if err != nil {
		t.Fatal(err)
	}
	s.signIn(ada())
	s.clock.advance(2 * time.Minute) // its use would be noted

	long, err := write.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if d := s.load(); !d.SignedInAs() {
		t.Error("the session is gone while somebody writes")
	}
	if err := long.Rollback(); err != nil {
		t.Fatal(err)
	}
	before := s.seen()
	if s.load(); s.seen() == before {
		t.Error("its use was not noted once nobody wrote")
	}
}

func (s *site) seen() (at int64) {
	if err := s.db.QueryRowContext(s.Context(), `select seen from web_sessions`).Scan(&at); err != nil {
		s.Fatal(err)
	}
	return at
}
