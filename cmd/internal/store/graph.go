package store

import (
	"context"
	"database/sql"
	"fmt"
)

// GroupNode is a group as the graph of access has it: without members.
type GroupNode struct {
	Seq                   int64 // store order
	ID, Name, Description string
	Nested, Roles         []string
	Mappings              []Mapping
}

// RoleNode is a role as the graph of access has it: without users.
type RoleNode struct {
	Seq                            int64
	ID, Name, Description          string
	ApplicationType, ApplicationID string
	Permissions                    []string
}

// PermissionNode is a permission as the graph of access has it.
type PermissionNode struct {
	Seq                            int64
	ID, Name, Description          string
	ApplicationType, ApplicationID string
}

// Nodes is records of the graph of access, each kind in store order.
type Nodes struct {
	Groups      []GroupNode
	Roles       []RoleNode
	Permissions []PermissionNode
}

// Changed is the ids of the records of the graph that were made, changed or
// deleted between two versions of it.
type Changed struct{ Groups, Roles, Permissions []string }

// Held is what a user holds directly, by id, and the version of the graph that
// it was read with.
type Held struct {
	GraphVersion  int64
	Groups, Roles []string
}

// heldQuery finds the version of the graph and what a user holds in one
// statement, so that they fit.
const heldQuery = `select 0, coalesce(max(seq), 0), '' from graph_changes
	union all select 1, 0, group_id from group_members where user_id = $1
	union all select 2, 0, role_id from role_users where user_id = $1`

// Held is what user holds directly, in one statement without a transaction
// around it: whoever signs in waits for nothing else.
func (s *Store) Held(ctx context.Context, user string) (Held, error) {
	if s.heldBatched != nil {
		return s.heldBatched.of(ctx, user)
	}
	// Without a watch for the end of ctx: for that database/sql and the driver start
	// a goroutine each, which takes longer than the statement.
	var h Held
	rows, err := s.held.QueryContext(context.WithoutCancel(ctx), user)
	if err == nil {
		err = h.read(rows)
	}
	if err != nil {
		return h, s.trouble(fmt.Errorf("reading what user %q holds: %w", user, err))
	}
	return h, nil
}

// Held is what user holds directly.
func (tx *Tx) Held(ctx context.Context, user string) (Held, error) {
	var h Held
	rows, err := tx.tx.QueryContext(ctx, heldQuery, user)
	if err == nil {
		err = h.read(rows)
	}
	if err != nil {
		return h, fmt.Errorf("reading what user %q holds: %w", user, err)
	}
	return h, nil
}

func (h *Held) read(rows *sql.Rows) error {
	defer rows.Close()
	for rows.Next() {
		var kind int
		var version int64
		var id string
		if err := rows.Scan(&kind, &version, &id); err != nil {
			return err
		}
		switch kind {
		case 0:
			h.GraphVersion = version
		case 1:
			h.Groups = append(h.Groups, id)
		default:
			h.Roles = append(h.Roles, id)
		}
	}
	return rows.Err()
}

// Writes reports whether tx may change the tenant.
func (tx *Tx) Writes() bool { return tx.writes }

// Changed reports whether tx has changed the tenant: what it sees of its own
// changes is nothing that others may be told.
func (tx *Tx) Changed() bool { return tx.changes > 0 }

// GraphVersion is a number that every change of the graph raises, also when
// another process made it. Memberships and roles of users are not in the graph.
func (tx *Tx) GraphVersion(ctx context.Context) (int64, error) {
	v, err := tx.versions(ctx)
	return v.Graph, err
}

// ChangedSince is what of the graph changed since a version, if it is at most
// limit records and the tenant still knows: it forgets.
func (tx *Tx) ChangedSince(ctx context.Context, version int64, limit int) (changed Changed, known bool, err error) {
	remembers, err := tx.exists(ctx, `select 1 from graph_changes where seq <= $1`, version+1)
	if err != nil || !remembers {
		return changed, false, err
	}
	n := 0
	into := map[string]*[]string{"group": &changed.Groups, "role": &changed.Roles, "permission": &changed.Permissions}
	err = tx.pairs(ctx, func(kind, id string) {
		if list, ok := into[kind]; ok {
			*list = append(*list, id)
		}
		n++
	}, `select distinct kind, object_id from graph_changes where seq > $1 limit $2`, version, limit+1)
	if err != nil {
		return changed, false, fmt.Errorf("reading changes of the graph: %w", err)
	}
	return changed, n <= limit, nil
}
