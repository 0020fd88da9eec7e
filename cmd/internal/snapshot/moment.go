package snapshot

import (
	"context"
	"time"

	"trellis/cmd/internal/store"
	"trellis/web/access"
)

const (
	// rest is how many times longer than it read the memory rests before it reads
	// beside the requests again: where changes follow one another, it is of no use.
	rest = 20
	// calm is how long after an import everybody is read anew: another one may follow.
	calm = 5 * time.Second
)

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
		everybody := false
		_ = c.store.View(ctx, func(tx *store.Tx) (err error) {
			everybody, err = c.readNow(ctx, tx)
			return err
		})
		pause := rest * time.Since(begun)
		if everybody { // what changed since is soon read
			c.allAgain, pause = time.Now().Add(pause), 0
		}
		time.AfterFunc(pause, func() { c.catching.Store(false) })
	}()
}

// readNow makes what tx sees the moment of now, and says whether that took to read
// everybody. If it would and it is too early for that, nothing is done.
func (c *Crowd) readNow(ctx context.Context, tx *store.Tx) (everybody bool, err error) {
	graph, err := c.graphs.Of(ctx, tx)
	if err != nil {
		return false, err
	}
	people, _, err := c.near(ctx, tx)
	if err != nil {
		return false, err
	}
	if people == nil {
		if !c.mayReadAll() {
			return false, nil
		}
		if people, err = c.Of(ctx, tx); err != nil {
			return true, err
		}
		c.shaken = false
		everybody = true
	}
	c.moment.Store(&Moment{
		Graph: graph, people: people, held: people.Population(graph),
		versions: store.Versions{Graph: graph.Version, Entry: people.entry},
	})
	return everybody, nil
}

// mayReadAll reports whether it is time to read everybody. After the tenant has
// changed as a whole that is not at once.
func (c *Crowd) mayReadAll() bool {
	now := time.Now()
	if known := len(*c.recent.Load()) > 0; known && !c.shaken {
		c.shaken = true
		if soonest := now.Add(calm); soonest.After(c.allAgain) {
			c.allAgain = soonest
		}
	}
	return !now.Before(c.allAgain)
}
