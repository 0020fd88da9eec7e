package store

import (
	"context"
	"database/sql"
	"fmt"
)

// heldBatchQuery is heldQuery for several users.
const heldBatchQuery = `select 0, coalesce(max(seq), 0), '', '' from graph_changes
	union all select 1, 0, user_id, group_id from group_members where user_id = any($1)
	union all select 2, 0, user_id, role_id from role_users where user_id = any($1)`

// heldBy is what each of users holds, in one statement.
func (s *Store) heldBy(ctx context.Context, users []string) (map[string]Held, error) {
	rows, err := s.held.QueryContext(ctx, users)
	if err != nil {
		return nil, s.trouble(fmt.Errorf("reading what users hold: %w", err))
	}
	defer rows.Close()
	out, version := make(map[string]Held, len(users)), int64(0)
	for rows.Next() {
		if err := readHeld(rows, out, &version); err != nil {
			return nil, s.trouble(fmt.Errorf("reading what users hold: %w", err))
		}
	}
	if err := rows.Err(); err != nil {
		return nil, s.trouble(fmt.Errorf("reading what users hold: %w", err))
	}
	for _, user := range users {
		h := out[user]
		h.GraphVersion = version
		out[user] = h
	}
	return out, nil
}

func readHeld(row *sql.Rows, out map[string]Held, version *int64) error {
	var kind int
	var of int64
	var user, id string
	if err := row.Scan(&kind, &of, &user, &id); err != nil {
		return err
	}
	h := out[user]
	switch kind {
	case 0:
		*version = of
		return nil
	case 1:
		h.Groups = append(h.Groups, id)
	default:
		h.Roles = append(h.Roles, id)
	}
	out[user] = h
	return nil
}
