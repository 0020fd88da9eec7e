package snapshot

import (
	"context"
	"time"

	"trellis/cmd/internal/store"
	"trellis/web/access"
)

// rest is how many times longer than it read the memory rests before it reads
// beside the requests again: where changes follow one another, it is of no use.
const rest = 20

// Moment is the graph and who holds what at one moment. It is never changed.
type Moment struct {
	Graph *Snapshot

	versions store.Versions
	people   *People
	held     *access.Population
}

// Held is what a user holds directly.
func (m *Moment) Held(user string) (h access.Held) {
	at, ok := m.people.Position(user)
	if !ok {
		return h
	}
	h.GroupsAt, h.RolesAt = m.held.Held(at)
	return h
}

// Now is the tenant as it is now, if all of it is in memory; nil if it is not. The
// first time after a change it is not, and somebody else reads what changed.
func (c *Crowd) Now(ctx context.Context) (*Moment, error) {
	m := c.moment.Load()
	if m == nil {
		c.catchUp()
		return nil, nil
	}
	v, err := c.store.Versions(ctx)
	if err != nil || v == m.versions {
		return m, err
	}
	c.moment.CompareAndSwap(m, nil) // nobody else need ask in vain
	c.catchUp()
	return nil, nil
}

// catchUp reads what is not in memory, beside the requests. Nobody waits for it;
// when it fails, the next who asks begins it anew.
func (c *Crowd) catchUp() {
	if !c.catching.CompareAndSwap(false, true) {
		return
	}
	go func() {
		ctx, begun := context.Background(), time.Now()
		all := begun.After(c.allAgain)
		_ = c.store.View(ctx, func(tx *store.Tx) error { return c.readNow(ctx, tx, &all) })
		pause := rest * time.Since(begun)
		if all { // what changed since is soon read
			c.allAgain, pause = time.Now().Add(pause), 0
		}
		time.AfterFunc(pause, func() { c.catching.Store(false) })
	}()
}

// readNow makes what tx sees the moment of now, unless that takes to read everybody
// and may not. all says whether it may, and then whether it did.
func (c *Crowd) readNow(ctx context.Context, tx *store.Tx, all *bool) error {
	graph, err := c.graphs.Of(ctx, tx)
	if err != nil {
		return err
	}
	people, _, err := c.near(ctx, tx)
	may := *all
	if *all = may && people == nil; *all && err == nil {
		people, err = c.Of(ctx, tx)
	}
	if people == nil || err != nil {
		return err
	}
	c.moment.Store(&Moment{
		Graph: graph, people: people, held: people.Population(graph),
		versions: store.Versions{Graph: graph.Version, Entry: people.entry},
	})
	return nil
}
