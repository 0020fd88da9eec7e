package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// AuthRequest is a sign-in under way: what the application asked for, then
// who signed in, then which tokens came of it.
type AuthRequest struct {
	ID          string   `json:"-"`
	Client      string   `json:"client"`
	RedirectURI string   `json:"redirect_uri"`
	Audience    string   `json:"audience"`
	Scopes      []string `json:"scopes"`
	State       string   `json:"state"`
	Nonce       string   `json:"nonce"`
	Challenge   string   `json:"challenge"`
	LoginHint   string   `json:"login_hint,omitempty"`
	Browser     string   `json:"browser"` // digest of the cookie of who asked

	Subject  string    `json:"subject,omitempty"`  // once somebody signed in
	AuthTime time.Time `json:"auth_time,omitzero"` // when that was
	Family   string    `json:"family,omitempty"`   // of the tokens, once the code was used
	Expires  time.Time `json:"-"`
}

// SaveAuthRequest keeps the request r until it expires.
func (tx *Tx) SaveAuthRequest(ctx context.Context, r AuthRequest) error {
	data, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("keeping a sign-in: %w", err)
	}
	_, err = tx.note(ctx, `insert into auth_requests(id, code, expires, data) values($1, null, $2, $3)`,
		r.ID, r.Expires.UnixMilli(), string(data))
	if err != nil {
		return fmt.Errorf("keeping a sign-in: %w", err)
	}
	return nil
}

// AuthRequest is the request id that waits for somebody to sign in.
func (tx *Tx) AuthRequest(ctx context.Context, id string) (AuthRequest, error) {
	return tx.authRequest(ctx, id, `select id, expires, data from auth_requests where id = $1 and code is null and expires > $2`, id, tx.now().UnixMilli())
}

// IssueCode ends the wait of r: r.Subject signed in, and the code with that
// hash can be used until r expires. A request gets one code only.
func (tx *Tx) IssueCode(ctx context.Context, r AuthRequest, codeHash string) error {
	data, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("issuing a code: %w", err)
	}
	n, err := tx.note(ctx, `update auth_requests set code = $1, expires = $2, data = $3 where id = $4 and code is null`,
		codeHash, r.Expires.UnixMilli(), string(data), r.ID)
	if err != nil {
		return fmt.Errorf("issuing a code: %w", err)
	}
	if n == 0 {
		return &NotFoundError{Kind: AuthRequests, ID: r.ID}
	}
	return nil
}

// AuthRequestByCode is the request whose code has that hash. Its Family tells
// whether the code was used.
func (tx *Tx) AuthRequestByCode(ctx context.Context, codeHash string) (AuthRequest, error) {
	return tx.authRequest(ctx, "", `select id, expires, data from auth_requests where code = $1 and expires > $2`, codeHash, tx.now().UnixMilli())
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

func (tx *Tx) authRequest(ctx context.Context, id, query string, args ...any) (AuthRequest, error) {
	var r AuthRequest
	var expires int64
	var data string
	err := tx.tx.QueryRowContext(ctx, query, args...).Scan(&r.ID, &expires, &data)
	if errors.Is(err, sql.ErrNoRows) {
		return AuthRequest{}, &NotFoundError{Kind: AuthRequests, ID: id}
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
