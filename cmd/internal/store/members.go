package store

import (
	"context"
	"fmt"
	"slices"
)

// Members is the ids of the users in a group, in the order of adding.
func (tx *Tx) Members(ctx context.Context, group string) ([]string, error) {
	if _, err := tx.Group(ctx, group); err != nil {
		return nil, err
	}
	members, err := tx.MembersOf(ctx, []string{group})
	return members[group], err
}

// MembersOf is the members of each of some groups.
func (tx *Tx) MembersOf(ctx context.Context, groups []string) (map[string][]string, error) {
	return tx.listsOf(ctx, memberList(), groups)
}

// listsOf is one list of each of some groups.
func (tx *Tx) listsOf(ctx context.Context, l list, groups []string) (map[string][]string, error) {
	out := make(map[string][]string, len(groups))
	for some := range slices.Chunk(groups, batch) {
		err := tx.pairs(ctx, func(group, id string) { out[group] = append(out[group], id) },
			`select group_id, `+l.column+` from `+l.table+` where group_id in (`+places(1, len(some))+`) order by seq`, anys(some)...)
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", l.table, err)
		}
	}
	return out, nil
}

// AddMembers makes users members of a group. Whether they exist is not asked:
// an identity provider may know them before the tenant does.
func (tx *Tx) AddMembers(ctx context.Context, group string, userIDs []string) error {
	if _, err := tx.Group(ctx, group); err != nil {
		return err
	}
	return tx.addTo(ctx, memberList(), group, userIDs)
}

// RemoveMembers ends the membership of users in a group.
func (tx *Tx) RemoveMembers(ctx context.Context, group string, userIDs []string) error {
	if _, err := tx.Group(ctx, group); err != nil {
		return err
	}
	return tx.removeFrom(ctx, memberList(), group, userIDs)
}
