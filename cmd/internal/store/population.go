package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
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

// HeldChange is what one entry of the journal says about who holds a group or a
// role directly.
type HeldChange struct {
	Kind, ID       string // "group" or "role"
	Added, Removed []string
	Gone           bool // nobody holds it any more
	Unsaid         bool // who holds it now has to be read
}

// mostEntries is how far back the journal is read for that.
const mostEntries = 10_000

// HeldChanges is what the entries of the journal say, those after from and until
// to, oldest first. They are not known when the tenant changed as a whole, or when
// they are about more than limit users, or about one whose id is no text.
func (tx *Tx) HeldChanges(ctx context.Context, from, to int64, limit int) (changes []HeldChange, known bool, err error) {
	if to-from > mostEntries {
		return nil, false, nil
	}
	known = true
	users := 0
	err = tx.rows(ctx, func(r *sql.Rows) error {
		var action string
		var before, after sql.RawBytes
		var c HeldChange
		if err := r.Scan(&c.Kind, &c.ID, &action, &before, &after); err != nil {
			return err
		}
		known = known && c.Kind != "tenant" && users <= limit
		if !known {
			return nil
		}
		err := c.read(action, before, after)
		known = !slices.ContainsFunc(c.Added, garbled) && !slices.ContainsFunc(c.Removed, garbled)
		users += len(c.Added) + len(c.Removed)
		changes = append(changes, c)
		return err
	}, `select kind, object_id, action, case when action in `+aboutHolders+` then before else '' end, case when action in `+aboutHolders+` then after else '' end
		from journal where seq > $1 and seq <= $2 and kind in ('group', 'role', 'tenant') order by seq`, from, to)
	if err != nil {
		return nil, false, fmt.Errorf("reading the journal: %w", err)
	}
	return changes, known && users <= limit, nil
}

// aboutHolders is the actions that name everybody whom they are about.
const aboutHolders = `('group.members.add', 'group.members.remove', 'role.users.add', 'role.users.remove')`

// read takes from an entry of the journal what it says about who holds what.
func (c *HeldChange) read(action string, before, after []byte) (err error) {
	switch action {
	case "group.members.add", "role.users.add":
		err = json.Unmarshal(after, &c.Added)
	case "group.members.remove", "role.users.remove":
		err = json.Unmarshal(before, &c.Removed)
	case "group.delete", "role.delete":
		c.Gone = true
	default:
		c.Unsaid = true
	}
	return err
}

// garbled reports whether the journal may not have id as it is: what is no text has
// no form in JSON.
func garbled(id string) bool { return strings.ContainsRune(id, utf8.RuneError) }
