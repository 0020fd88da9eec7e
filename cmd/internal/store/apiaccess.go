package store

import (
	"context"
	"encoding/json"
	"fmt"
)

// APIAccess says whether machines get tokens for the Authorization API, and for
// how many seconds; 0 leaves that to the provider.
type APIAccess struct {
	On            bool `json:"apiAccess"`
	TokenLifetime int  `json:"token_lifetime,omitempty"`
}

// APIAccess is what was last set; until then machines have access.
func (tx *Tx) APIAccess(ctx context.Context) (APIAccess, error) {
	bodies, err := tx.texts(ctx, `select body from documents where kind = 'api_access' order by seq desc limit 1`)
	if err != nil {
		return APIAccess{}, fmt.Errorf("reading the access to the API: %w", err)
	}
	a := APIAccess{On: true}
	if len(bodies) > 0 {
		a = APIAccess{}
		if err := json.Unmarshal([]byte(bodies[0]), &a); err != nil {
			return a, fmt.Errorf("store: damaged access to the API: %w", err)
		}
	}
	return a, nil
}

// SetAPIAccess sets a. Tokens that machines have stay good until they expire.
func (tx *Tx) SetAPIAccess(ctx context.Context, a APIAccess) error {
	was, err := tx.APIAccess(ctx)
	if err != nil || was == a {
		return err
	}
	b, err := plainJSON(a)
	if err != nil {
		return err
	}
	if _, err := tx.change(ctx, `delete from documents where kind = 'api_access'`); err != nil {
		return fmt.Errorf("setting the access to the API: %w", err)
	}
	if _, err := tx.change(ctx, `insert into documents(kind, body) values('api_access', $1)`, string(b)); err != nil {
		return fmt.Errorf("setting the access to the API: %w", err)
	}
	return tx.record(ctx, "api_access.update", "configuration", "api_access", was, a)
}

// DatabaseSize is how many bytes the database has.
func (tx *Tx) DatabaseSize(ctx context.Context) (int64, error) {
	var n int64
	if err := tx.tx.QueryRowContext(ctx, tx.store.dialect.size()).Scan(&n); err != nil {
		return 0, fmt.Errorf("measuring the database: %w", err)
	}
	return n, nil
}
