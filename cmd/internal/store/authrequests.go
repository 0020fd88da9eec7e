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
	Family      string    `json:"family,omitempty"` // of the tokens, once the code was used
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

// AuthRequestByCode is the request whose code has that hash. Its Family tells
// whether the code was used.
func (tx *Tx) AuthRequestByCode(ctx context.Context, codeHash string) (AuthRequest, error) {
	var r AuthRequest
	var expires int64
	var data string
	err := tx.tx.QueryRowContext(ctx, `select expires, data from auth_requests where code = $1 and expires > $2`,
		codeHash, tx.now().UnixMilli()).Scan(&expires, &data)
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

// UseCode says that r's code was used for the tokens of r.Family. The request
// stays until r expires, so that a second use is noticed.
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
