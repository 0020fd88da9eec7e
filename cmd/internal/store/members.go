package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
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

// listsOf is one list of each of some groups. It reads a row for each group: one
// for each of a hundred members took most of the time of a page of groups. The
// order is made here, as both databases sort within such a row slowly.
func (tx *Tx) listsOf(ctx context.Context, l list, groups []string) (map[string][]string, error) {
	out := make(map[string][]string, len(groups))
	listed := tx.store.dialect.listed
	for some := range slices.Chunk(groups, batch) {
		err := tx.rows(ctx, func(r *sql.Rows) error {
			var group string
			var ids, seqs sql.RawBytes
			if err := r.Scan(&group, &ids, &seqs); err != nil {
				return err
			}
			var err error
			out[group], err = inSeqOrder(ids, seqs)
			return err
		}, `select group_id, `+listed(l.column)+`, `+listed("seq")+` from `+l.table+`
			where group_id in (`+places(1, len(some))+`) group by group_id`, anys(some)...)
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", l.table, err)
		}
	}
	return out, nil
}

// inSeqOrder is ids, a list in JSON, in the order of seqs, another one.
func inSeqOrder(ids, seqs []byte) ([]string, error) {
	var found []string
	var at []int64
	if err := errors.Join(json.Unmarshal(ids, &found), json.Unmarshal(seqs, &at)); err != nil {
		return nil, err
	}
	order := make([]int, len(found))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(at[a], at[b]) })
	out := make([]string, len(found))
	for i, from := range order {
		out[i] = found[from]
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
