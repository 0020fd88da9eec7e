package snapshot

import (
	"context"
	"sync"
	"sync/atomic"

	"trellis/cmd/internal/store"
	"trellis/cmd/internal/turns"
	"trellis/web/access"
)

// People is who holds what directly at one moment. It is never changed, so it
// may be shared.
type People struct {
	IDs []string // of users, by position

	index   map[string]int32   // of a user's position
	members map[string][]int32 // by group, in the order of adding
	holders map[string][]int32 // by role
	entry   int64              // of the journal, the last one that is in it

	turn       sync.Mutex
	graph      *Snapshot // that population is for
	population *access.Population
	counts     []atomic.Int32 // by group, how many members it has in effect, and one more; 0 as long as nobody asked
}

// Position is where a user stands. One who holds nothing has none.
func (p *People) Position(user string) (int32, bool) {
	i, ok := p.index[user]
	return i, ok
}

// Members is the direct members of a group, in the order of adding.
func (p *People) Members(group string) []int32 { return p.members[group] }

// MemberIDs is Members by their ids.
func (p *People) MemberIDs(group string) []string {
	members := p.members[group]
	out := make([]string, len(members))
	for i, at := range members {
		out[i] = p.IDs[at]
	}
	return out
}

// Population is p by the positions of graph, which was read with it.
func (p *People) Population(graph *Snapshot) *access.Population {
	population, _ := p.beside(graph)
	return population
}

// MemberCount is how many users are in a group of graph, directly or through
// groups below it. It is counted once.
func (p *People) MemberCount(graph *Snapshot, group int32) int {
	population, counts := p.beside(graph)
	if known := counts[group].Load(); known > 0 {
		return int(known - 1)
	}
	n := graph.MemberCount(group, population)
	counts[group].Store(int32(n + 1)) //nolint:gosec // a tenant has not two thousand million users
	return n
}

// beside is p by the positions of graph, and what was counted of its groups.
func (p *People) beside(graph *Snapshot) (*access.Population, []atomic.Int32) {
	p.turn.Lock()
	defer p.turn.Unlock()
	if p.population != nil && p.graph.Version == graph.Version {
		return p.population, p.counts
	}
	members, holders := make([][]int32, len(graph.GroupList)), make([][]int32, len(graph.RoleList))
	for i := range members {
		members[i] = p.members[graph.GroupList[i].ID]
	}
	for i := range holders {
		holders[i] = p.holders[graph.RoleList[i].ID]
	}
	p.graph, p.population = graph, access.NewPopulation(len(p.IDs), members, holders)
	p.counts = make([]atomic.Int32, len(members))
	return p.population, p.counts
}

// everybody reads every membership and every role that somebody holds.
func everybody(ctx context.Context, tx *store.Tx, entry int64) (*People, error) {
	defer turns.Short()()
	p := &People{index: map[string]int32{}, members: map[string][]int32{}, holders: map[string][]int32{}, entry: entry}
	for _, part := range []struct {
		each  func(context.Context, func(id, user []byte)) error
		lists map[string][]int32
	}{{tx.EachMembership, p.members}, {tx.EachHolding, p.holders}} {
		var id string // most often the one before it
		var list []int32
		err := part.each(ctx, func(of, user []byte) {
			if string(of) != id {
				part.lists[id] = list
				id = string(of)
				list = part.lists[id]
			}
			at, known := p.index[string(user)]
			if !known {
				at = p.place(string(user))
			}
			list = append(list, at)
		})
		if err != nil {
			return nil, err
		}
		part.lists[id] = list
		delete(part.lists, "")
	}
	return p, nil
}

// Those is the people who are directly in groups or hold roles, and nothing else of
// them, as tx sees it: for whom to wait for everybody is too long.
func Those(ctx context.Context, tx *store.Tx, groups, roles []string) (*People, error) {
	p := &People{index: map[string]int32{}, members: map[string][]int32{}, holders: map[string][]int32{}}
	for _, part := range []struct {
		ids   []string
		read  func(context.Context, []string) (map[string][]string, error)
		lists map[string][]int32
	}{{groups, tx.MembersOf, p.members}, {roles, tx.UsersOfRoles, p.holders}} {
		users, err := part.read(ctx, part.ids)
		if err != nil {
			return nil, err
		}
		for _, id := range part.ids {
			for _, user := range users[id] {
				at, placed := p.index[user]
				if !placed {
					at = p.place(user)
				}
				part.lists[id] = append(part.lists[id], at)
			}
		}
	}
	return p, nil
}

func (p *People) place(user string) int32 {
	at := int32(len(p.IDs)) //nolint:gosec // a tenant has not two thousand million users
	p.index[user], p.IDs = at, append(p.IDs, user)
	return at
}
