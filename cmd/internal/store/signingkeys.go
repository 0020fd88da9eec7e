package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// SigningKey is a private key of the OpenID provider, sealed by it.
type SigningKey struct {
	ID      string
	Sealed  []byte
	Created time.Time
}

// SigningKeys is every key, the newest first.
func (tx *Tx) SigningKeys(ctx context.Context) ([]SigningKey, error) {
	var out []SigningKey
	err := tx.rows(ctx, func(r *sql.Rows) error {
		var k SigningKey
		var created int64
		if err := r.Scan(&k.ID, &k.Sealed, &created); err != nil {
			return err
		}
		k.Created = time.UnixMilli(created).UTC()
		out = append(out, k)
		return nil
	}, `select id, sealed, created from signing_keys order by created desc, id`)
	if err != nil {
		return nil, fmt.Errorf("reading the signing keys: %w", err)
	}
	return out, nil
}

// AddSigningKey keeps a new key.
func (tx *Tx) AddSigningKey(ctx context.Context, id string, sealed []byte) error {
	if _, err := tx.note(ctx, `insert into signing_keys(id, sealed, created) values($1, $2, $3)`, id, sealed, tx.now().UnixMilli()); err != nil {
		return fmt.Errorf("keeping a signing key: %w", err)
	}
	return nil
}

// ResealSigningKey keeps the same key under another seal.
func (tx *Tx) ResealSigningKey(ctx context.Context, id string, sealed []byte) error {
	if _, err := tx.note(ctx, `update signing_keys set sealed = $2 where id = $1`, id, sealed); err != nil {
		return fmt.Errorf("sealing a signing key anew: %w", err)
	}
	return nil
}
