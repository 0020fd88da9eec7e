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
	Unsaved                bool // a change came to nothing because the session had ended
}

// ErrNoSignIn says that a callback belongs to no sign-in of this browser: used
// before, too old, or started elsewhere.
var ErrNoSignIn = errors.New("no such sign-in is under way in this browser")

// Begin remembers a sign-in, for this browser only. The oldest goes when there
// are too many.
func (s *Store) Begin(w http.ResponseWriter, r *http.Request, in SignIn) error {
	browser := s.browser(r)
	if browser == "" {
		browser = newID()
	}
	s.setCookie(w, s.named("trellis-signin"), browser, int(signInLife/time.Second))

	state, owner := hashed(in.State), hashed(browser)
	sealed, err := s.sealer.seal(in, "web_sign_ins.sealed", state, owner)
	if err != nil {
		return err
	}
	err = s.inTx(r.Context(), func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `insert into web_sign_ins (state_hash, browser, created, sealed) values ($1, $2, $3, $4)`,
			state, owner, s.now().UnixMicro(), sealed)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `delete from web_sign_ins where browser = $1 and state_hash <> $2 and state_hash not in (
			select state_hash from web_sign_ins where browser = $1 and state_hash <> $2 order by created desc limit $3)`,
			owner, state, maxSignIns-1)
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
	browser := s.browser(r)
	if browser == "" || state == "" {
		return SignIn{}, ErrNoSignIn
	}
	var (
		sealed      string
		hash, owner = hashed(state), hashed(browser)
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
