package durability

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// writers is how many write at once.
const writers = 8

// crowd is how many members a group gets in one request.
const crowd = 20

// step is one request of the load: when it went out and, unless zero, when the
// answer was that it is done.
type step struct{ sent, done time.Time }

// known says what is known of a step at a moment.
type known int

const (
	untold known = iota // it had not gone out, or was turned down
	maybe               // there was no answer
	told                // it was acknowledged
)

func (s step) at(moment time.Time) known {
	switch {
	case s.sent.IsZero() || s.sent.After(moment):
		return untold
	case s.done.IsZero() || s.done.After(moment):
		return maybe
	}
	return told
}

// life is what the load did to one group.
type life struct {
	id                       string
	created, filled, deleted step
}

// ledger is what the load knows, by the names of groups.
type ledger struct {
	mu    sync.Mutex
	lives map[string]*life
	acks  []time.Time
}

func newLedger() *ledger { return &ledger{lives: map[string]*life{}} }

func (l *ledger) life(name string) *life {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.lives[name] == nil {
		l.lives[name] = &life{}
	}
	return l.lives[name]
}

// change sends a request and notes in s what came of it. It reports whether the
// server is still there.
func (l *ledger) change(srv *server, s *step, method, path, body string, use func(answer)) bool {
	l.mu.Lock()
	s.sent = time.Now()
	l.mu.Unlock()
	got, err := srv.send(method, path, body)
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case err != nil:
		return false
	case got.status == http.StatusOK || got.status == http.StatusNoContent:
		if use != nil {
			use(got)
		}
		s.done = time.Now()
		l.acks = append(l.acks, s.done)
	case got.status == http.StatusInsufficientStorage || got.status == http.StatusServiceUnavailable && got.header.Get("Retry-After") != "":
		*s = step{} // nothing was changed, it says
	case got.status != http.StatusServiceUnavailable:
		srv.t.Errorf("%s %s: %d %s", method, path, got.status, got.body)
	}
	return true
}

// turn makes a group, fills it, and lets every third go again.
func (l *ledger) turn(srv *server, name string, n int) bool {
	g := l.life(name)
	ok := l.change(srv, &g.created, "POST", "/groups", fmt.Sprintf(`{"name":%q,"description":"d"}`, name), func(got answer) {
		var made struct {
			ID string `json:"_id"`
		}
		if err := json.Unmarshal(got.body, &made); err != nil {
			srv.t.Error(err)
		}
		g.id = made.ID
	})
	if !ok || g.id == "" {
		return ok
	}
	if !l.change(srv, &g.filled, "PATCH", "/groups/"+g.id+"/members", people(name), nil) {
		return false
	}
	if n%3 != 0 {
		return true
	}
	return l.change(srv, &g.deleted, "DELETE", "/groups/"+g.id, "", nil)
}

func people(group string) string {
	ids := make([]string, crowd)
	for i := range ids {
		ids[i] = fmt.Sprintf(`"auth0|%s-%d"`, group, i)
	}
	return "[" + strings.Join(ids, ",") + "]"
}

// run lets the writers write to srv until it is gone or until enough reports
// true. round makes the names differ from those of other runs.
func (l *ledger) run(srv *server, round int, enough func() bool) {
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for n := 0; !enough() && l.turn(srv, fmt.Sprintf("%d-%d-%d", round, w, n), n); n++ {
				time.Sleep(time.Millisecond) // whoever is turned down does not hurry
			}
		})
	}
	wg.Wait()
}

func (l *ledger) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.acks)
}

// compare fails t where the tenant at a moment is not as the ledger says. groups
// is the members of the groups that are there, by name.
func (l *ledger) compare(t *testing.T, moment time.Time, groups map[string][]string) {
	t.Helper()
	for name := range groups {
		if l.lives[name] == nil {
			t.Errorf("nobody made the group %s", name)
		}
	}
	for name, g := range l.lives {
		members, there := groups[name]
		if problem := g.problem(moment, there, len(members)); problem != "" {
			t.Errorf("the group %s %s", name, problem)
		}
	}
}

// problem is what is wrong about a group that is there, or not, with so many
// members.
func (g *life) problem(moment time.Time, there bool, members int) string {
	created, filled, deleted := g.created.at(moment), g.filled.at(moment), g.deleted.at(moment)
	switch {
	case there && created == untold:
		return "is there and was never made"
	case there && deleted == told:
		return "is there and was deleted"
	case !there && created == told && deleted == untold:
		return "is gone"
	case !there:
		return ""
	case members != 0 && members != crowd:
		return fmt.Sprintf("has %d members, which is half a change", members)
	case members == 0 && filled == told:
		return "has lost its members"
	case members != 0 && filled == untold:
		return "has members that nobody added"
	}
	return ""
}
