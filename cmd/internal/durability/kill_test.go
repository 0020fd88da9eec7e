package durability

import (
	"encoding/json"
	"math/rand/v2"
	"os/exec"
	"syscall"
	"testing"
	"time"
)

// Killed in the middle of a write load and started again on the same folder,
// over and over: what was acknowledged is there, what was not is there whole or
// not at all, and the journal tells the same story.
//
// DURABILITY_KILLS=200 makes a long run of it.
func TestAcknowledgedChangesSurviveAKill(t *testing.T) {
	dir := t.TempDir()
	p := newPlace(t, "--data", dir)
	l := newLedger()
	for round := range times(t, "DURABILITY_KILLS", 12) {
		srv := p.launch(t)
		killed := make(chan struct{})
		time.AfterFunc(30*time.Millisecond+rand.N(300*time.Millisecond), func() {
			_ = syscall.Kill(srv.cmd.Process.Pid, syscall.SIGKILL)
			close(killed)
		})
		l.run(srv, round, func() bool { return false })
		<-killed
		srv.kill()
		if l.compare(t, time.Now(), inspect(t, copied(t, dir))); t.Failed() {
			t.Fatalf("after kill %d, with %d changes acknowledged", round+1, l.count())
		}
	}
	if l.count() < 100 {
		t.Errorf("only %d changes were acknowledged: this proves little", l.count())
	}
	srv := p.launch(t)
	if l.compare(t, time.Now(), srv.groups()); t.Failed() {
		t.Error("that is what the API says after the last start")
	}
	srv.stop()
}

// groups is the members of the groups that the API shows, by name.
func (s *server) groups() map[string][]string {
	s.t.Helper()
	var list struct {
		Groups []struct {
			Name    string
			Members []string
		}
	}
	if err := json.Unmarshal(s.must("GET", "/groups", "", 200).body, &list); err != nil {
		s.t.Fatal(err)
	}
	out := map[string][]string{}
	for _, g := range list.Groups {
		out[g.Name] = g.Members
	}
	return out
}

// A first start makes a folder, a key, a schema and signing keys. Whenever it
// is killed, the next one goes on from there.
func TestAKilledFirstStartIsTakenUpAgain(t *testing.T) {
	for range times(t, "DURABILITY_KILLS", 12) {
		dir := t.TempDir()
		first := exec.Command(binary, "api", "--listen", "127.0.0.1:0", "--data", dir)
		if err := first.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(rand.N(60 * time.Millisecond))
		_ = first.Process.Kill()
		_ = first.Wait()
		srv := newPlace(t, "--data", dir).launch(t)
		srv.newGroup("Team")
		srv.stop()
		if groups := inspect(t, dir); len(groups) != 1 {
			t.Errorf("the groups are %v, want one", groups)
		}
	}
}
