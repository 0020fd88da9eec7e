package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"
)

// RefreshToken is the record of a refresh token, which itself is not kept.
// Every token that came of one sign-in is of its Family, which is the id of the
// sign-in's AuthRequest.
type RefreshToken struct {
	Hash, Family, Subject, Client string
	Scopes                        []string  // that the application asked for
	Audience                      string    // of the last access token
	AuthTime, Used, Expires       time.Time // Used is zero until the token was used
}

// AddRefreshToken keeps t.
func (tx *Tx) AddRefreshToken(ctx context.Context, t RefreshToken) error {
	_, err := tx.note(ctx, `insert into refresh_tokens(hash, family, subject, client, scopes, audience, auth_time, used, expires)
		values($1, $2, $3, $4, $5, $6, $7, 0, $8)`,
		t.Hash, t.Family, t.Subject, t.Client, strings.Join(t.Scopes, " "), t.Audience, t.AuthTime.UnixMilli(), t.Expires.UnixMilli())
	if err != nil {
		return fmt.Errorf("keeping a refresh token: %w", err)
	}
	return nil
}

// RefreshToken is the token with that hash, used or not, unless it has expired.
func (tx *Tx) RefreshToken(ctx context.Context, hash string) (RefreshToken, error) {
	t := RefreshToken{Hash: hash}
	var scopes string
	var authTime, used, expires int64
	err := tx.tx.QueryRowContext(ctx, `select family, subject, client, scopes, audience, auth_time, used, expires
		from refresh_tokens where hash = $1 and expires > $2`, hash, tx.now().UnixMilli()).
		Scan(&t.Family, &t.Subject, &t.Client, &scopes, &t.Audience, &authTime, &used, &expires)
	if errors.Is(err, sql.ErrNoRows) {
		return RefreshToken{}, &NotFoundError{Kind: RefreshTokens}
	}
	if err != nil {
		return RefreshToken{}, fmt.Errorf("reading a refresh token: %w", err)
	}
	t.Scopes = strings.Fields(scopes)
	t.AuthTime, t.Expires = time.UnixMilli(authTime).UTC(), time.UnixMilli(expires).UTC()
	if used != 0 {
		t.Used = time.UnixMilli(used).UTC()
	}
	return t, nil
}

// UseRefreshToken says that the token with that hash was used: its next use is
// a theft.
func (tx *Tx) UseRefreshToken(ctx context.Context, hash string) error {
	return tx.forget(ctx, `update refresh_tokens set used = $1 where hash = $2`, tx.now().UnixMilli(), hash)
}

// RevokeFamily ends a sign-in: every refresh token of it, and its request.
func (tx *Tx) RevokeFamily(ctx context.Context, family string) error {
	if err := tx.forget(ctx, `delete from refresh_tokens where family = $1`, family); err != nil {
		return err
	}
	return tx.forget(ctx, `delete from auth_requests where id = $1`, family)
}

// RevokeSubject ends every sign-in of a person.
func (tx *Tx) RevokeSubject(ctx context.Context, subject string) error {
	err := tx.forget(ctx, `delete from auth_requests where id in (select family from refresh_tokens where subject = $1)`, subject)
	if err != nil {
		return err
	}
	return tx.forget(ctx, `delete from refresh_tokens where subject = $1`, subject)
}

// SweepSignIns removes what has expired, and says how many records that were.
func (tx *Tx) SweepSignIns(ctx context.Context) (int64, error) {
	var total int64
	for _, query := range []string{
		`delete from auth_requests where expires <= $1`,
		`delete from refresh_tokens where expires <= $1`,
		`delete from sign_in_failures where forget <= $1`,
	} {
		n, err := tx.note(ctx, query, tx.now().UnixMilli())
		if err != nil {
			return total, fmt.Errorf("removing expired sign-ins: %w", err)
		}
		total += n
	}
	return total, nil
}

func (tx *Tx) forget(ctx context.Context, query string, args ...any) error {
	if _, err := tx.note(ctx, query, args...); err != nil {
		return fmt.Errorf("ending refresh tokens: %w", err)
	}
	return nil
}
