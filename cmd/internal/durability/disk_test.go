package durability

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// refused fails t unless got tells the caller of trouble with the disk, in the
// form of the APIs.
func refused(t *testing.T, got answer, status int, words string) {
	t.Helper()
	var body struct {
		StatusCode     int
		Error, Message string
	}
	if err := json.Unmarshal(got.body, &body); err != nil {
		t.Fatalf("%d %s: %v", got.status, got.body, err)
	}
	if got.status != status || body.StatusCode != status || body.Error != http.StatusText(status) || !strings.Contains(body.Message, words) {
		t.Errorf("%d %s, want %d and %q", got.status, got.body, status, words)
	}
}

// While a disk has no room, changes are refused and reads go on; when it has
// room again, so do changes. The disk is one whose every write fails, by strace:
// a small file system would need root to mount it.
func TestAFullDiskStopsOnlyChanges(t *testing.T) {
	ptrace(t)
	for _, tt := range []struct {
		name, inject string
		status       int
		words        string
	}{
		{"no room", "pwrite64:error=ENOSPC", http.StatusInsufficientStorage, "disk is full. Nothing was changed"},
		{"no quota", "pwrite64:error=EDQUOT", http.StatusInsufficientStorage, "disk is full. Nothing was changed"},
		{"a bad sector", "pwrite64:error=EIO", http.StatusServiceUnavailable, "not available. Nothing was changed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			p := newPlace(t, "--data", dir)
			srv := p.launch(t)
			id, l := srv.newGroup("Team"), newLedger()
			l.life("Team").created = step{time.Now(), time.Now()}

			mend := srv.inject(tt.inject)
			refused(t, srv.must("POST", "/groups", `{"name":"Other","description":"d"}`, tt.status), tt.status, tt.words)
			refused(t, srv.must("PATCH", "/groups/"+id+"/members", `["auth0|1"]`, tt.status), tt.status, tt.words)
			srv.tokenFor(p, srv.base+"/api/v2/")
			srv.must("GET", "/groups/"+id, "", http.StatusOK)
			mend()

			srv.must("PATCH", "/groups/"+id+"/members", people("Team"), http.StatusNoContent)
			l.life("Team").filled = step{time.Now(), time.Now()}
			srv.kill()
			l.compare(t, time.Now(), inspect(t, dir))
		})
	}
}

// A disk that fills up and is emptied in the middle of a load costs nothing that
// was acknowledged.
func TestAFullDiskLosesNothing(t *testing.T) {
	ptrace(t)
	dir := t.TempDir()
	srv := newPlace(t, "--data", dir).launch(t)
	l := newLedger()
	var enough atomic.Bool
	done := make(chan struct{})
	go func() {
		defer close(done)
		l.run(srv, 0, enough.Load)
	}()
	for _, inject := range []string{"pwrite64:error=ENOSPC", "pwrite64:error=ENOSPC:when=7+5", "pwrite64:error=EIO:when=3+11"} {
		mend := srv.inject(inject)
		time.Sleep(200 * time.Millisecond)
		mend()
		before := l.count()
		for range 6000 {
			if l.count() > before+20 {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
		if l.count() <= before {
			t.Errorf("changes do not go on after %s", inject)
		}
	}
	enough.Store(true)
	<-done
	srv.kill()
	l.compare(t, time.Now(), inspect(t, dir))
}

// Once a disk has failed to keep what it was given, nothing more is written: it
// may have dropped it, and say next time that all is well. A new start finds out
// what is there.
func TestADiskThatDoesNotSyncEndsAllChanges(t *testing.T) {
	ptrace(t)
	dir := t.TempDir()
	p := newPlace(t, "--data", dir)
	srv := p.launch(t)
	l := newLedger()
	l.run(srv, 0, func() bool { return l.count() >= 40 })

	mend := srv.inject("fsync,fdatasync:error=EIO")
	lost := srv.must("POST", "/groups", `{"name":"Lost","description":"d"}`, http.StatusServiceUnavailable)
	refused(t, lost, http.StatusServiceUnavailable, "whole or not at all")
	if lost.header.Get("Retry-After") != "" {
		t.Error("it asks to repeat what may have been done")
	}
	mend()
	l.life("Lost").created = step{sent: time.Now()}
	refused(t, srv.must("POST", "/groups", `{"name":"More","description":"d"}`, http.StatusServiceUnavailable), http.StatusServiceUnavailable, "Nothing was changed")
	l.compare(t, time.Now(), srv.groups())
	if !strings.Contains(srv.log.String(), "started anew") {
		t.Errorf("the log does not say what to do:\n%s", srv.log)
	}
	srv.kill()

	l.compare(t, time.Now(), inspect(t, copied(t, dir)))
	again := p.launch(t)
	l.run(again, 1, func() bool { return l.count() >= 60 })
	again.stop()
	l.compare(t, time.Now(), inspect(t, dir))
}
