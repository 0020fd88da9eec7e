package durability

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"trellis/cmd/internal/store/pgtest"
)

// two are two processes on one empty database.
func two(t *testing.T) [2]*server {
	t.Helper()
	p := newPlace(t, "--data", t.TempDir(), "--database", pgtest.Database(t))
	return [2]*server{p.launch(t), p.launch(t)}
}

// nested is the ids of the groups that the API shows in the group with id.
func (s *server) nested(id string) (ids []string) {
	s.t.Helper()
	var groups []struct {
		ID string `json:"_id"`
	}
	if err := json.Unmarshal(s.must("GET", "/groups/"+id+"/nested", "", http.StatusOK).body, &groups); err != nil {
		s.t.Fatal(err)
	}
	for _, g := range groups {
		ids = append(ids, g.ID)
	}
	return ids
}

func TestAProcessSeesTheChangesOfAnotherAtOnce(t *testing.T) {
	procs := two(t)
	id := procs[0].newGroup("Team")
	for n := range 40 {
		here, there := procs[n%2], procs[1-n%2]
		who := fmt.Sprintf("auth0|%d", n)
		here.must("PATCH", "/groups/"+id+"/members", `["`+who+`"]`, http.StatusNoContent)
		if !slices.Contains(there.groups()["Team"], who) {
			t.Fatalf("change %d is not there yet", n)
		}
		got := there.must("GET", "/groups/"+id+"/members/nested?q="+fmt.Sprint(n), "", http.StatusOK)
		if !strings.Contains(string(got.body), `"`+who+`"`) {
			t.Fatalf("change %d is not among all members: %s", n, got.body)
		}
	}
}

// A in B on one process and B in A on another, at once: one of the two happens,
// the other is refused, and both processes show it at once.
func TestTwoHalvesOfACycleInTwoProcesses(t *testing.T) {
	procs := two(t)
	for round := range times(t, "DURABILITY_CYCLES", 200) {
		ids := [2]string{procs[0].newGroup(fmt.Sprint("A", round)), procs[1].newGroup(fmt.Sprint("B", round))}
		var got [2]answer
		var wg sync.WaitGroup
		for i, s := range procs {
			wg.Go(func() {
				var err error
				if got[i], err = s.send("PATCH", "/groups/"+ids[i]+"/nested", `["`+ids[1-i]+`"]`); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		winner := 0
		if got[1].status == http.StatusNoContent {
			winner = 1
		}
		if got[winner].status != http.StatusNoContent || got[1-winner].status != http.StatusConflict {
			t.Fatalf("round %d: %d %s and %d %s, want one 204 and one 409", round, got[0].status, got[0].body, got[1].status, got[1].body)
		}
		for _, s := range procs {
			if in, out := s.nested(ids[winner]), s.nested(ids[1-winner]); !slices.Equal(in, []string{ids[1-winner]}) || len(out) != 0 {
				t.Fatalf("round %d: one contains %v, the other %v", round, in, out)
			}
		}
	}
}

// One process is killed in the middle of its writes. The other goes on, and has
// all that either has acknowledged.
func TestAProcessIsKilledBesideAnother(t *testing.T) {
	procs := two(t)
	ledgers := [2]*ledger{newLedger(), newLedger()}
	var enough atomic.Bool
	var wg sync.WaitGroup
	for i, s := range procs {
		wg.Go(func() { ledgers[i].run(s, i, enough.Load) })
	}
	waitFor(t, func() bool { return ledgers[0].count() > 30 && ledgers[1].count() > 30 })
	procs[0].kill()
	before := ledgers[1].count()
	waitFor(t, func() bool { return ledgers[1].count() > before+30 })
	enough.Store(true)
	wg.Wait()

	all := newLedger()
	for _, l := range ledgers {
		for name, life := range l.lives {
			all.lives[name] = life
		}
	}
	all.compare(t, time.Now(), procs[1].groups())
}

// The database server crashes in the middle of a write load and comes back.
// Trellis finds it again by itself, and nothing acknowledged is lost.
func TestTheDatabaseServerCrashes(t *testing.T) {
	database := pgtest.New(t, "fsync=on", "full_page_writes=on")
	srv := newPlace(t, "--data", t.TempDir(), "--database", database.Address("postgres")).launch(t)
	l := newLedger()
	var enough atomic.Bool
	var wg sync.WaitGroup
	wg.Go(func() { l.run(srv, 0, enough.Load) })
	for range 2 {
		before := l.count()
		waitFor(t, func() bool { return l.count() > before+40 })
		database.Stop()
		time.Sleep(100 * time.Millisecond)
		if err := database.Start(); err != nil {
			t.Fatal(err)
		}
	}
	before := l.count()
	waitFor(t, func() bool { return l.count() > before+40 })
	enough.Store(true)
	wg.Wait()
	l.compare(t, time.Now(), srv.groups())
}

// waitFor waits until it is so, which takes a minute at most, however busy the
// machine.
func waitFor(t *testing.T, so func() bool) {
	t.Helper()
	for range 6000 {
		if so() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("a minute is over")
}

// An operator is told, at the start, of a database that may forget.
func TestAServerWarnsOfADatabaseThatForgets(t *testing.T) {
	const warning = "a power cut can undo changes that were acknowledged"
	careless := newPlace(t, "--data", t.TempDir(), "--database", pgtest.Database(t)).launch(t)
	if log := careless.log.String(); !strings.Contains(log, warning) || !strings.Contains(log, "fsync=off") {
		t.Errorf("of a database without fsync the log says\n%s", log)
	}
	careful := newPlace(t, "--data", t.TempDir()).launch(t)
	if log := careful.log.String(); strings.Contains(log, warning) {
		t.Errorf("of SQLite the log says\n%s", log)
	}
}
