package snapshot

import (
	"context"
	"maps"
	"slices"

	"trellis/cmd/internal/store"
)

const (
	// mostChanged is how many groups and roles are read one by one to learn who
	// holds them now; with more of them every membership is read anew.
	mostChanged = 500
	// mostMoved is how many users the journal may name for the same.
	mostMoved = 200_000
)

// replay makes people of others by doing again what the journal says was done.
type replay struct {
	*People

	before         *People
	members, roles lists
}

// lists is who holds groups, or roles, where that has changed.
type lists struct {
	before map[string][]int32
	now    map[string][]int32  // of those that changed
	unsaid map[string]struct{} // of these the journal does not say who
}

func listsOf(before map[string][]int32) lists {
	return lists{before, map[string][]int32{}, map[string]struct{}{}}
}

// since is p with what changed until entry; nil when that is too much, or not known.
func (p *People) since(ctx context.Context, tx *store.Tx, entry int64) (*People, error) {
	changes, known, err := tx.HeldChanges(ctx, p.entry, entry, mostMoved)
	if err != nil || !known {
		return nil, err
	}
	r := &replay{
		People:  &People{IDs: slices.Clip(p.IDs), index: p.index, entry: entry},
		before:  p,
		members: listsOf(p.members), roles: listsOf(p.holders),
	}
	for _, c := range changes {
		r.do(c)
	}
	if len(r.members.unsaid)+len(r.roles.unsaid) > mostChanged {
		return nil, nil
	}
	if err := r.ask(ctx, r.members, tx.MembersOf); err != nil {
		return nil, err
	}
	if err := r.ask(ctx, r.roles, tx.UsersOfRoles); err != nil {
		return nil, err
	}
	r.People.members, r.holders = r.members.patched(), r.roles.patched()
	return r.People, nil
}

// do does c again.
func (r *replay) do(c store.HeldChange) {
	in := r.members
	if c.Kind == "role" {
		in = r.roles
	}
	switch {
	case c.Unsaid:
		in.unsaid[c.ID] = struct{}{}
	case c.Gone:
		in.now[c.ID] = nil
	default:
		list, touched := in.now[c.ID]
		if !touched {
			list = slices.Clone(in.before[c.ID])
		}
		in.now[c.ID] = r.appended(without(list, r.positions(c.Removed)), c.Added)
	}
}

// ask reads who holds what the journal does not say.
func (r *replay) ask(ctx context.Context, in lists, read func(context.Context, []string) (map[string][]string, error)) error {
	if len(in.unsaid) == 0 {
		return nil
	}
	users, err := read(ctx, slices.Collect(maps.Keys(in.unsaid)))
	for id := range in.unsaid {
		in.now[id] = r.appended(make([]int32, 0, len(users[id])), users[id])
	}
	return err
}

// positions is where users stand.
func (r *replay) positions(users []string) []int32 {
	out := make([]int32, 0, len(users))
	for _, user := range users {
		if at, ok := r.index[user]; ok {
			out = append(out, at)
		}
	}
	return out
}

// appended appends users to list. Those whom before does not have are placed.
func (r *replay) appended(list []int32, users []string) []int32 {
	for _, user := range users {
		at, placed := r.index[user]
		if !placed {
			if len(r.index) == len(r.before.index) {
				r.index = maps.Clone(r.before.index)
			}
			at = r.place(user)
		}
		list = append(list, at)
	}
	return list
}

// without takes gone out of list.
func without(list, gone []int32) []int32 {
	switch len(gone) {
	case 0:
		return list
	case 1:
		return slices.DeleteFunc(list, func(at int32) bool { return at == gone[0] })
	}
	set := make(map[int32]struct{}, len(gone))
	for _, at := range gone {
		set[at] = struct{}{}
	}
	return slices.DeleteFunc(list, func(at int32) bool { _, is := set[at]; return is })
}

// patched is all of the lists. Of a group without members there is none.
func (l lists) patched() map[string][]int32 {
	if len(l.now) == 0 {
		return l.before
	}
	out := maps.Clone(l.before)
	for id, list := range l.now {
		if out[id] = list; len(list) == 0 {
			delete(out, id)
		}
	}
	return out
}
