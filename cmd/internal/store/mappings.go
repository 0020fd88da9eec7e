package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/google/uuid"
)

// Mapping makes the members of a group of a connection members of a group.
type Mapping struct {
	ID             string `json:"_id"`
	GroupName      string `json:"groupName"`
	ConnectionName string `json:"connectionName"`

	group string // the id of the group that has it
}

// MappingInput is what is said of a new mapping.
type MappingInput struct {
	GroupName      string `json:"groupName"`
	ConnectionName string `json:"connectionName"`
}

// Mappings is the mappings of a group, in the order of adding.
func (tx *Tx) Mappings(ctx context.Context, group string) ([]Mapping, error) {
	if _, err := tx.Group(ctx, group); err != nil {
		return nil, err
	}
	return tx.mappings(ctx, ` where group_id = $1 order by seq`, group)
}

func (tx *Tx) mappings(ctx context.Context, rest string, args ...any) ([]Mapping, error) {
	var out []Mapping
	err := tx.rows(ctx, func(r *sql.Rows) error {
		var m Mapping
		err := r.Scan(&m.ID, &m.group, &m.GroupName, &m.ConnectionName)
		out = append(out, m)
		return err
	}, `select id, group_id, group_name, connection_name from group_mappings`+rest, args...)
	if err != nil {
		return nil, fmt.Errorf("reading mappings: %w", err)
	}
	return out, nil
}

// AddMappings adds mappings to a group: equal ones may stand there twice, and
// the connection need not exist.
func (tx *Tx) AddMappings(ctx context.Context, group string, in []MappingInput) error {
	if _, err := tx.Group(ctx, group); err != nil {
		return err
	}
	var added []Mapping
	for _, m := range in {
		added = append(added, Mapping{ID: uuid.NewString(), GroupName: m.GroupName, ConnectionName: m.ConnectionName})
	}
	if err := tx.insertMappings(ctx, group, added); err != nil {
		return err
	}
	if err := tx.touch(ctx, group, usedMappings); err != nil {
		return err
	}
	return tx.record(ctx, "group.mappings.add", "group", group, nil, added)
}

func (tx *Tx) insertMappings(ctx context.Context, group string, mappings []Mapping) error {
	for _, m := range mappings {
		_, err := tx.change(ctx, `insert into group_mappings(id, group_id, group_name, connection_name) values($1, $2, $3, $4)`,
			m.ID, group, m.GroupName, m.ConnectionName)
		if err != nil {
			return fmt.Errorf("adding a mapping to group %q: %w", group, err)
		}
	}
	return nil
}

// RemoveMappings removes the mappings with ids from a group.
func (tx *Tx) RemoveMappings(ctx context.Context, group string, ids []string) error {
	all, err := tx.Mappings(ctx, group)
	if err != nil {
		return err
	}
	gone := slices.DeleteFunc(all, func(m Mapping) bool { return !slices.Contains(ids, m.ID) })
	if len(gone) == 0 {
		return nil
	}
	for _, m := range gone {
		if _, err := tx.change(ctx, `delete from group_mappings where id = $1 and group_id = $2`, m.ID, group); err != nil {
			return fmt.Errorf("removing mapping %q: %w", m.ID, err)
		}
	}
	if err := tx.touch(ctx, group, usedMappings); err != nil {
		return err
	}
	return tx.record(ctx, "group.mappings.remove", "group", group, gone, nil)
}
