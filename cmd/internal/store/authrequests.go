package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// AuthRequest is a sign-in at the moment somebody proved to be Subject: what
// the application asked for, and then which tokens came of it. Before that
// moment nothing is kept, so that strangers cannot fill the database.
type AuthRequest struct {
	ID          string    `json:"id"`
	Client      string    `json:"client"`
	RedirectURI string    `json:"redirect_uri"`
	Audience    string    `json:"audience"`
	Scopes      []string  `json:"scopes"`
	State       string    `json:"state,omitempty"`
	Nonce       string    `json:"nonce,omitempty"`
	Challenge   string    `json:"challenge"`
	Subject     string    `json:"subject"`
	AuthTime    time.Time `json:"auth_time"`
	Used        bool      `json:"used,omitempty"` // the code was used; ID is the Family of its tokens
	Expires     time.Time `json:"-"`
}

// IssueCode keeps r with the hash of its code, until r expires. A request gets
// one code only.
func (tx *Tx) IssueCode(ctx context.Context, r AuthRequest, codeHash string) error {
	data, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("issuing a code: %w", err)
	}
	_, err = tx.note(ctx, `insert into auth_requests(id, code, expires, data) values($1, $2, $3, $4)`,
		r.ID, codeHash, r.Expires.UnixMilli(), string(data))
	if tx.store.dialect.duplicate(err) {
		return &TakenError{Kind: AuthRequests, Name: r.ID}
	}
	if err != nil {
		return fmt.Errorf("issuing a code: %w", err)
	}
	return nil
}

// AuthRequestByCode is the request whose code has that hash, used or not.
func (tx *Tx) AuthRequestByCode(ctx context.Context, codeHash string) (AuthRequest, error) {
	return tx.authRequest(ctx, `code = $1`, codeHash)
}

// AuthRequest is the request with that id, unless it has expired, or the
// sign-in that came of it has ended.
func (tx *Tx) AuthRequest(ctx context.Context, id string) (AuthRequest, error) {
	return tx.authRequest(ctx, `id = $1`, id)
}

func (tx *Tx) authRequest(ctx context.Context, which, value string) (AuthRequest, error) {
	var r AuthRequest
	var expires int64
	var data string
	err := tx.tx.QueryRowContext(ctx, `select expires, data from auth_requests where `+which+` and expires > $2`,
		value, tx.now().UnixMilli()).Scan(&expires, &data)
	if errors.Is(err, sql.ErrNoRows) {
		return AuthRequest{}, &NotFoundError{Kind: AuthRequests}
	}
	if err != nil {
		return AuthRequest{}, fmt.Errorf("reading a sign-in: %w", err)
	}
	if err := json.Unmarshal([]byte(data), &r); err != nil {
		return AuthRequest{}, fmt.Errorf("reading a sign-in: %w", err)
	}
	r.Expires = time.UnixMilli(expires).UTC()
	return r, nil
}

// UseCode keeps r, whose code was used, until r expires: so a second use is
// noticed, and the end of the sign-in.
func (tx *Tx) UseCode(ctx context.Context, r AuthRequest) error {
	data, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("using a code: %w", err)
	}
	if _, err := tx.note(ctx, `update auth_requests set expires = $1, data = $2 where id = $3`, r.Expires.UnixMilli(), string(data), r.ID); err != nil {
		return fmt.Errorf("using a code: %w", err)
	}
	return nil
}
