package store

import (
	"context"
	"database/sql"
	"fmt"
)

// EachMembership hands every direct membership to found, in the order of adding.
// What found is given is good until it returns.
func (tx *Tx) EachMembership(ctx context.Context, found func(group, user []byte)) error {
	return tx.eachPair(ctx, "memberships", found, `select group_id, user_id from group_members order by seq`)
}

// EachHolding hands every role that somebody holds directly to found, as EachMembership does.
func (tx *Tx) EachHolding(ctx context.Context, found func(role, user []byte)) error {
	return tx.eachPair(ctx, "users of roles", found, `select role_id, user_id from role_users order by seq`)
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

// UsersChangedBetween is the ids of the users whom entries of the journal changed,
// those after from and until to, if there are at most limit. It is not known when
// the tenant changed as a whole.
func (tx *Tx) UsersChangedBetween(ctx context.Context, from, to int64, limit int) (ids []string, known bool, err error) {
	if to-from > mostEntries {
		return nil, false, nil
	}
	known = true
	err = tx.pairs(ctx, func(kind, id string) {
		if kind == "tenant" {
			known = false
		}
		ids = append(ids, id)
	}, `select distinct kind, object_id from journal where seq > $1 and seq <= $2 and kind in ('user', 'tenant')`, from, to)
	if err != nil {
		return nil, false, fmt.Errorf("reading the journal: %w", err)
	}
	if len(ids) > limit || !known {
		return nil, false, nil
	}
	return ids, true, nil
}

// HeldChanged is the ids of the groups and roles whose direct holders may have
// changed between two entries of the journal.
type HeldChanged struct{ Groups, Roles []string }

// mostEntries is how far back the journal is read for that.
const mostEntries = 10_000

// HeldChangedBetween is what entries of the journal changed, those after from and
// until to, if it is at most limit records. It is not known when the tenant
// changed as a whole.
func (tx *Tx) HeldChangedBetween(ctx context.Context, from, to int64, limit int) (changed HeldChanged, known bool, err error) {
	if to-from > mostEntries {
		return changed, false, nil
	}
	n := 0
	known = true
	err = tx.pairs(ctx, func(kind, id string) {
		switch kind {
		case "tenant":
			known = false
		case "group":
			changed.Groups = append(changed.Groups, id)
		case "role":
			changed.Roles = append(changed.Roles, id)
		default:
			return
		}
		n++
	}, `select distinct kind, object_id from journal where seq > $1 and seq <= $2`, from, to)
	if err != nil {
		return changed, false, fmt.Errorf("reading the journal: %w", err)
	}
	if n > limit || !known {
		return changed, false, nil
	}
	return changed, true, nil
}
