package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// The kinds of record of the OpenID provider that errors speak of.
const (
	AuthRequests  Kind = "sign-ins"
	RefreshTokens Kind = "refresh tokens"
)

// SignInFailures is how often a subject, such as an account or an address,
// failed to sign in, and until when it has to wait.
type SignInFailures struct {
	Count  int
	Until  time.Time // no try before this
	Forget time.Time // the count is forgotten then
}

// SignInFailures is what is known about subject: nothing, when there is no
// failure or it is forgotten.
func (tx *Tx) SignInFailures(ctx context.Context, subject string) (SignInFailures, error) {
	var f SignInFailures
	var until, forget int64
	err := tx.tx.QueryRowContext(ctx, `select count, until, forget from sign_in_failures where subject = $1 and forget > $2`,
		subject, tx.now().UnixMilli()).Scan(&f.Count, &until, &forget)
	if errors.Is(err, sql.ErrNoRows) {
		return SignInFailures{}, nil
	}
	if err != nil {
		return SignInFailures{}, fmt.Errorf("reading failed sign-ins: %w", err)
	}
	f.Until, f.Forget = time.UnixMilli(until).UTC(), time.UnixMilli(forget).UTC()
	return f, nil
}

// SetSignInFailures replaces what is known about subject.
func (tx *Tx) SetSignInFailures(ctx context.Context, subject string, f SignInFailures) error {
	_, err := tx.note(ctx, `insert into sign_in_failures(subject, count, until, forget) values($1, $2, $3, $4)
		on conflict (subject) do update set count = excluded.count, until = excluded.until, forget = excluded.forget`,
		subject, f.Count, f.Until.UnixMilli(), f.Forget.UnixMilli())
	if err != nil {
		return fmt.Errorf("counting a failed sign-in: %w", err)
	}
	return nil
}

// ClearSignInFailures forgets the failures of subject.
func (tx *Tx) ClearSignInFailures(ctx context.Context, subject string) error {
	if _, err := tx.note(ctx, `delete from sign_in_failures where subject = $1`, subject); err != nil {
		return fmt.Errorf("forgetting failed sign-ins: %w", err)
	}
	return nil
}
