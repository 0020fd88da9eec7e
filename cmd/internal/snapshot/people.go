package snapshot

import (
	"context"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"trellis/cmd/internal/store"
	"trellis/web/access"
)

// mostEntries is how many entries of the journal are read to learn what changed;
// with more of them every membership is read anew.
const mostEntries = 500

// People is who holds what directly at one moment, beside the graph of then.
type People struct {
	*access.Population

	IDs []string // of users, by position

	graph   *Snapshot
	index   map[string]int32
	members map[string][]int32 // by group
	holders map[string][]int32 // by role
	entry   int64              // of the journal, the last one that is in it

	counts []atomic.Int32 // by group, how many members it has in effect, and one more; 0 as long as nobody asked
}

// Position is where a user stands. One who holds nothing has none.
func (p *People) Position(user string) (int32, bool) {
	i, ok := p.index[user]
	return i, ok
}

// MemberCount is how many users are in a group of the graph, directly or through
// groups below it. It is counted once.
func (p *People) MemberCount(group int32) int {
	if known := p.counts[group].Load(); known > 0 {
		return int(known - 1)
	}
	n := p.graph.MemberCount(group, p.Population)
	p.counts[group].Store(int32(n + 1)) //nolint:gosec // a tenant has not two thousand million users
	return n
}

// Crowd keeps the newest People of a tenant. Its zero value is ready, and safe
// for concurrent use.
type Crowd struct {
	turn   sync.Mutex
	newest *People
}

// Of is the people as tx sees them, beside graph. To read every membership takes
// long; mostly only those of the groups and roles that changed are read.
func (c *Crowd) Of(ctx context.Context, tx *store.Tx, graph *Snapshot) (*People, error) {
	entry, err := tx.LastChange(ctx)
	if err != nil {
		return nil, err
	}
	c.turn.Lock()
	defer c.turn.Unlock()
	if p := c.newest; p != nil && p.entry == entry && p.graph.Version == graph.Version {
		return p, nil
	}
	p, err := c.newest.since(ctx, tx, entry)
	if err != nil {
		return nil, err
	}
	if p == nil {
		if p, err = everybody(ctx, tx); err != nil {
			return nil, err
		}
	}
	p.entry, p.graph = entry, graph
	p.Population = p.population(graph)
	p.counts = make([]atomic.Int32, len(graph.GroupList))
	if !tx.Writes() {
		c.newest = p
	}
	return p, nil
}

// everybody reads every membership and every role that somebody holds.
func everybody(ctx context.Context, tx *store.Tx) (*People, error) {
	p := &People{index: map[string]int32{}, members: map[string][]int32{}, holders: map[string][]int32{}}
	if err := tx.EachMembership(ctx, p.into(p.members)); err != nil {
		return nil, err
	}
	if err := tx.EachHolding(ctx, p.into(p.holders)); err != nil {
		return nil, err
	}
	return p, nil
}

// into adds users to the lists of groups or roles.
func (p *People) into(lists map[string][]int32) func(id, user []byte) {
	return func(id, user []byte) {
		at, known := p.index[string(user)]
		if !known {
			at = p.place(string(user))
		}
		lists[string(id)] = append(lists[string(id)], at)
	}
}

func (p *People) place(user string) int32 {
	at, known := p.index[user]
	if !known {
		at = int32(len(p.IDs)) //nolint:gosec // a tenant has not two thousand million users
		p.index[user], p.IDs = at, append(p.IDs, user)
	}
	return at
}

// since is p with what entries after it changed; nil when that is not known.
func (p *People) since(ctx context.Context, tx *store.Tx, entry int64) (*People, error) {
	if p == nil || entry < p.entry || entry-p.entry > mostEntries {
		return nil, nil
	}
	entries, err := tx.Journal(ctx, p.entry, mostEntries)
	if err != nil {
		return nil, err
	}
	var groups, roles []string
	for _, e := range entries {
		switch e.Kind {
		case "tenant":
			return nil, nil
		case "group":
			groups = append(groups, e.ObjectID)
		case "role":
			roles = append(roles, e.ObjectID)
		}
	}
	out := &People{IDs: slices.Clip(p.IDs), index: maps.Clone(p.index), members: maps.Clone(p.members), holders: maps.Clone(p.holders)}
	for _, part := range []struct {
		ids   []string
		read  func(context.Context, []string) (map[string][]string, error)
		lists map[string][]int32
	}{{groups, tx.MembersOf, out.members}, {roles, tx.UsersOfRoles, out.holders}} {
		slices.Sort(part.ids)
		ids := slices.Compact(part.ids)
		users, err := part.read(ctx, ids)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			list := make([]int32, 0, len(users[id]))
			for _, user := range users[id] {
				list = append(list, out.place(user))
			}
			part.lists[id] = list
		}
	}
	return out, nil
}

// population is p by the positions of graph.
func (p *People) population(graph *Snapshot) *access.Population {
	members, holders := make([][]int32, len(graph.GroupList)), make([][]int32, len(graph.RoleList))
	for i := range members {
		members[i] = p.members[graph.GroupList[i].ID]
	}
	for i := range holders {
		holders[i] = p.holders[graph.RoleList[i].ID]
	}
	return access.NewPopulation(len(p.IDs), members, holders)
}
