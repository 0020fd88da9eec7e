package authzapi

import (
	"context"
	"encoding/json"
	"slices"

	"trellis/cmd/internal/store"
)

// gonePeople is the members of groups who do not exist, as of an entry of the
// journal. To look at every membership takes long; to look at those that changed
// since does not.
type gonePeople struct {
	ids   []string
	count int
	entry int64
}

// mostEntries is how many entries of the journal are read to learn what changed;
// with more of them every membership is looked at.
const mostEntries = 500

// goneSince is who is gone, found from what is known since before, or anew.
func goneSince(ctx context.Context, tx *store.Tx, before *findings) (gonePeople, error) {
	entry, err := tx.LastChange(ctx)
	if err != nil {
		return gonePeople{}, err
	}
	read := tx.GoneMembers
	if before != nil && before.gone.entry <= entry && entry-before.gone.entry <= mostEntries {
		entries, err := tx.Journal(ctx, before.gone.entry, mostEntries)
		if err != nil {
			return gonePeople{}, err
		}
		if added, ok := newMembers(entries); ok {
			read = func(ctx context.Context) ([]string, error) {
				return tx.GoneMembersAmong(ctx, append(slices.Clone(before.gone.ids), added...))
			}
		}
	}
	ids, err := read(ctx)
	return gonePeople{ids, len(ids), entry}, err
}

// newMembers is who became a member of a group by entries. It is not known when
// one of them changed the tenant as a whole.
func newMembers(entries []store.Entry) (users []string, known bool) {
	for _, e := range entries {
		switch {
		case e.Kind == "tenant":
			return nil, false
		case e.Action == "group.members.add":
			var added []string
			if json.Unmarshal(e.After, &added) != nil {
				return nil, false
			}
			users = append(users, added...)
		case e.Action == "user.delete":
			users = append(users, e.ObjectID) // a membership that is left behind
		}
	}
	return users, true
}
