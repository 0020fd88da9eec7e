package store

import (
	"context"
	"database/sql"
	"fmt"
)

// EachMembership hands every direct membership to found, by user and then by
// group. What found is given is good until it returns.
func (tx *Tx) EachMembership(ctx context.Context, found func(group, user []byte)) error {
	return tx.eachPair(ctx, "memberships", found, `select group_id, user_id from group_members order by user_id, group_id`)
}

// EachHolding hands every role that somebody holds directly to found, as EachMembership does.
func (tx *Tx) EachHolding(ctx context.Context, found func(role, user []byte)) error {
	return tx.eachPair(ctx, "users of roles", found, `select role_id, user_id from role_users order by user_id, role_id`)
}

func (tx *Tx) eachPair(ctx context.Context, what string, found func(a, b []byte), query string) error {
	var a, b sql.RawBytes
	err := tx.rows(ctx, func(r *sql.Rows) error {
		err := r.Scan(&a, &b)
		if err == nil {
			found(a, b)
		}
		return err
	}, query)
	if err != nil {
		return fmt.Errorf("reading %s: %w", what, err)
	}
	return nil
}
