package session

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"time"
)

const (
	signInLife = 10 * time.Minute
	maxSignIns = 5 // under way in one browser: tabs, mostly
)

// SignIn is a sign-in under way: what the callback must match, and where to go
// after it.
type SignIn struct {
	State, Nonce, Verifier string
	ReturnTo               string
	Unsaved                bool   // a change came to nothing because the session had ended
	Draft                  *Draft // that change, if it could be kept
}

// ErrNoSignIn says that a callback belongs to no sign-in of this browser: used
// before, too old, or started elsewhere.
var ErrNoSignIn = errors.New("no such sign-in is under way in this browser")

// What a name in web_sign_ins is: that of a sign-in at the provider, or of one
// that has not gone there yet. Neither is ever taken for the other.
const (
	atProvider = "state:"
	before     = "ticket:"
)

// Begin remembers a sign-in, for this browser only. The oldest goes when there
// are too many.
func (s *Store) Begin(w http.ResponseWriter, r *http.Request, in SignIn) error {
	return s.remember(w, r, atProvider+in.State, in)
}

// Prepare remembers where a sign-in shall lead, before it begins. Its ticket
// stands in the address of the sign-in page, and is good for this browser only.
func (s *Store) Prepare(w http.ResponseWriter, r *http.Request, in SignIn) (ticket string, err error) {
	ticket = newID()
	return ticket, s.remember(w, r, before+ticket, in)
}

func (s *Store) remember(w http.ResponseWriter, r *http.Request, name string, in SignIn) error {
	browser := s.browser(r)
	if browser == "" {
		browser = newID()
	}
	s.setCookie(w, s.named("trellis-signin"), browser, int(signInLife/time.Second))

	hash, owner := hashed(name), hashed(browser)
	sealed, err := s.sealer.seal(in, "web_sign_ins.sealed", hash, owner)
	if err != nil {
		return err
	}
	err = s.inTx(r.Context(), func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `insert into web_sign_ins (state_hash, browser, created, sealed) values ($1, $2, $3, $4)`,
			hash, owner, s.now().UnixMicro(), sealed)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `delete from web_sign_ins where browser = $1 and state_hash <> $2 and state_hash not in (
			select state_hash from web_sign_ins where browser = $1 and state_hash <> $2 order by created desc limit $3)`,
			owner, hash, maxSignIns-1)
		return err
	})
	if err != nil {
		return fmt.Errorf("remembering a sign-in: %w", err)
	}
	return nil
}

// Take is the sign-in that state belongs to, which is forgotten with it: a state
// works once. Without one the error is ErrNoSignIn.
func (s *Store) Take(r *http.Request, state string) (SignIn, error) {
	return s.recall(r, atProvider+state)
}

// Prepared is what Prepare remembered under ticket, which works once too.
func (s *Store) Prepared(r *http.Request, ticket string) (SignIn, error) {
	return s.recall(r, before+ticket)
}

func (s *Store) recall(r *http.Request, name string) (SignIn, error) {
	browser := s.browser(r)
	if browser == "" {
		return SignIn{}, ErrNoSignIn
	}
	var (
		sealed      string
		hash, owner = hashed(name), hashed(browser)
	)
	err := s.db.QueryRowContext(context.WithoutCancel(r.Context()),
		`delete from web_sign_ins where state_hash = $1 and browser = $2 and created > $3 returning sealed`,
		hash, owner, s.now().Add(-signInLife).UnixMicro()).Scan(&sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return SignIn{}, ErrNoSignIn
	}
	if err != nil {
		return SignIn{}, fmt.Errorf("reading a sign-in: %w", err)
	}
	var in SignIn
	if err := s.sealer.open(sealed, &in, "web_sign_ins.sealed", hash, owner); err != nil {
		return SignIn{}, ErrNoSignIn
	}
	return in, nil
}

// browser is the id that ties sign-ins to r's browser, or "".
func (s *Store) browser(r *http.Request) string {
	cookies := r.CookiesNamed(s.named("trellis-signin"))
	if len(cookies) != 1 {
		return ""
	}
	return cookies[0].Value
}
