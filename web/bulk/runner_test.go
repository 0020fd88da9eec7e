package bulk_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"trellis/web/bulk"
	"trellis/web/session"
	"trellis/web/upstream"
)

// shelf keeps work in memory, by person.
type shelf struct {
	mu    sync.Mutex
	work  map[string][]byte
	ended bool // the session is over
	saves int
}

func key(ctx context.Context, id string) string { return session.From(ctx).Subject + " " + id }

func (s *shelf) KeepWork(ctx context.Context, id string, v any) error {
	b, err := json.Marshal(v)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.saves++
	s.work[key(ctx, id)] = b
	return err
}

func (s *shelf) FindWork(ctx context.Context, id string, v any) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	b, ok := s.work[key(ctx, id)]
	if !ok {
		return session.ErrNoWork
	}
	return json.Unmarshal(b, v)
}

func (s *shelf) ListWork(ctx context.Context) (ids []string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for k := range s.work {
		if person, id, _ := strings.Cut(k, " "); person == session.From(ctx).Subject {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

func (s *shelf) DropWork(ctx context.Context, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.work, key(ctx, id))
	return nil
}

func (s *shelf) Reload(ctx context.Context) (session.Data, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return session.Data{}, session.ErrEnded
	}
	return *session.From(ctx), nil
}

// tenant is the APIs of a job: do decides what becomes of each call.
type tenant struct {
	mu    sync.Mutex
	calls [][]string
	do    func(call int, ids []string) error
	held  map[string]bool
	users map[string][]bulk.Choice
	done  map[string]int // how often each id was done
}

func (a *tenant) Held(context.Context, bulk.Task) (map[string]bool, error) { return a.held, nil }

func (a *tenant) Find(_ context.Context, texts []string) (map[string][]bulk.Choice, error) {
	found := map[string][]bulk.Choice{}
	for _, text := range texts {
		found[strings.ToLower(text)] = a.users[strings.ToLower(text)]
	}
	return found, nil
}

func (a *tenant) Do(_ context.Context, _ bulk.Task, ids []string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.calls = append(a.calls, ids)
	if a.do != nil {
		if err := a.do(len(a.calls), ids); err != nil {
			return err
		}
	}
	for _, id := range ids {
		a.done[id]++
	}
	return nil
}

// sizes is how many ids each call had.
func (a *tenant) sizes() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	var out []string
	for _, ids := range a.calls {
		out = append(out, fmt.Sprint(len(ids)))
	}
	return strings.Join(out, " ")
}

func as(t testing.TB, subject string) context.Context {
	return session.With(t.Context(), &session.Data{Issuer: "https://op.test/", Subject: subject})
}

func newTenant() *tenant { return &tenant{done: map[string]int{}} }

func newRunner(a *tenant) (*bulk.Runner, *shelf) {
	s := &shelf{work: map[string][]byte{}}
	return bulk.NewRunner(bulk.Config{Steps: a, Store: s}), s
}

// adding is a job that adds n users, checked and ready.
func adding(n int) bulk.Job {
	lines := make([]bulk.Line, n)
	for i := range lines {
		lines[i] = bulk.Line{Number: i + 1, Text: fmt.Sprint("u", i), ID: fmt.Sprint("u", i), Verdict: bulk.Planned}
	}
	j := bulk.New(bulk.Task{Kind: bulk.AddMembers, Target: "g", Name: "G"}, lines, time.Now())
	j.Checked, j.State = true, bulk.Ready
	return j
}

// run starts j and waits until nothing goes on any more.
func run(t *testing.T, r *bulk.Runner, ctx context.Context, j bulk.Job) bulk.Job {
	t.Helper()
	if err := r.Start(ctx, j); err != nil {
		t.Fatal(err)
	}
	return settled(t, r, ctx, j.ID)
}

// settled waits until the job is not busy. In a bubble time passes by itself.
func settled(t *testing.T, r *bulk.Runner, ctx context.Context, id string) bulk.Job {
	t.Helper()
	for {
		synctest.Wait()
		j, err := r.Job(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		if !j.Busy() {
			synctest.Wait()
			return j
		}
		time.Sleep(100 * time.Millisecond)
	}
}

func refusal(status int) *upstream.Error {
	return &upstream.Error{Status: status, Message: fmt.Sprint("It said ", status, ".")}
}

func TestJobs(t *testing.T) {
	tests := []struct {
		name  string
		n     int
		do    func(call int, ids []string) error
		sizes string
		state bulk.State
		done  int
		fails int
		why   string
		least time.Duration // that it takes
	}{
		{name: "a thousand in sensible parts", n: 1000, sizes: "100 100 100 100 100 100 100 100 100 100", state: bulk.Finished, done: 1000},
		{name: "the API asks for pauses", n: 150, sizes: "100 100 100 50", state: bulk.Finished, done: 150, least: 14 * time.Second, do: func(call int, _ []string) error {
			if call <= 2 {
				return &upstream.Error{Status: http.StatusTooManyRequests, RetryAfter: 7 * time.Second}
			}
			return nil
		}},
		{name: "one user is refused", n: 4, sizes: "4 2 1 1 2", state: bulk.Finished, done: 3, fails: 1, do: func(_ int, ids []string) error {
			if slices.Contains(ids, "u1") {
				return refusal(http.StatusBadRequest)
			}
			return nil
		}},
		{name: "a part gets no answer", n: 250, sizes: "100 100 100 100 50", state: bulk.Finished, done: 150, fails: 100, least: 6 * time.Second, do: func(call int, _ []string) error {
			if call <= 3 {
				return refusal(http.StatusGatewayTimeout)
			}
			return nil
		}},
		{name: "the API is down", n: 500, sizes: "100 100 100 100 100 100", state: bulk.Paused, fails: 100, why: "It said 503.", do: func(int, []string) error {
			return refusal(http.StatusServiceUnavailable)
		}},
		{name: "it came back after a moment", n: 10, sizes: "10 10", state: bulk.Finished, done: 10, do: func(call int, _ []string) error {
			if call == 1 {
				return refusal(http.StatusBadGateway)
			}
			return nil
		}},
		{name: "the right was taken away", n: 200, sizes: "100 100", state: bulk.Paused, done: 100, why: "It needs update:groups, which your role does not include.", do: func(call int, _ []string) error {
			if call == 2 {
				return &upstream.Error{Status: http.StatusForbidden, Missing: "update:groups"}
			}
			return nil
		}},
		{name: "the group is gone", n: 200, sizes: "100", state: bulk.Paused, why: "It said 404.", do: func(int, []string) error { return refusal(http.StatusNotFound) }},
		{name: "the session ended", n: 10, sizes: "10", state: bulk.Paused, why: "The session had ended. Signed in again, you can go on.", do: func(int, []string) error {
			return refusal(http.StatusUnauthorized)
		}},
		{name: "a mistake of ours", n: 10, sizes: "10", state: bulk.Paused, why: "Something went wrong in Trellis.", do: func(int, []string) error { return errors.New("secret") }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a := newTenant()
				a.do = tt.do
				r, _ := newRunner(a)
				begun := time.Now()

				j := run(t, r, as(t, "ada"), adding(tt.n))

				if j.State != tt.state || j.Why != tt.why || a.sizes() != tt.sizes {
					t.Errorf("%s (%q) after calls of %s, want %s (%q) after %s", j.State, j.Why, a.sizes(), tt.state, tt.why, tt.sizes)
				}
				if j.Count(bulk.Done) != tt.done || j.Count(bulk.Failed) != tt.fails || j.Count(bulk.Planned) != tt.n-tt.done-tt.fails {
					t.Errorf("%d done, %d failed, %d left", j.Count(bulk.Done), j.Count(bulk.Failed), j.Count(bulk.Planned))
				}
				if took := time.Since(begun); took < tt.least {
					t.Errorf("it waited %s, less than it was asked to", took)
				}
			})
		})
	}
}

// What could not be done is done once when the job goes on, and what was done is
// not done again.
func TestAStoppedJobGoesOnWhereItWas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newTenant()
		a.do = func(call int, _ []string) error {
			if call == 4 {
				return refusal(http.StatusUnauthorized)
			}
			return nil
		}
		r, s := newRunner(a)
		ctx := as(t, "ada")
		j := run(t, r, ctx, adding(1000))
		if j.State != bulk.Paused || j.Count(bulk.Done) != 300 {
			t.Fatalf("%s with %d done", j.State, j.Count(bulk.Done))
		}

		again := bulk.NewRunner(bulk.Config{Steps: a, Store: s}) // Trellis was started anew
		j, err := again.Job(as(t, "ada"), j.ID)                  // and ada signed in anew
		if err != nil {
			t.Fatal(err)
		}
		if j = run(t, again, as(t, "ada"), j); j.State != bulk.Finished || j.Count(bulk.Done) != 1000 {
			t.Errorf("%s with %d done", j.State, j.Count(bulk.Done))
		}
		for id, times := range a.done {
			if times != 1 {
				t.Errorf("%s was done %d times", id, times)
			}
		}
	})
}

// A process that dies leaves a job that says it runs. Somebody notices.
func TestAJobWhoseProcessDied(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, s := newRunner(newTenant())
		ctx := as(t, "ada")
		j := adding(5)
		j.State, j.Changed = bulk.Running, time.Now()
		if err := s.KeepWork(ctx, j.ID, j); err != nil {
			t.Fatal(err)
		}
		if now, err := r.Job(ctx, j.ID); err != nil || now.State != bulk.Running {
			t.Errorf("%s, %v: another process may be at it", now.State, err)
		}
		time.Sleep(time.Minute)
		if now, err := r.Job(ctx, j.ID); err != nil || now.State != bulk.Paused || now.Why == "" {
			t.Errorf("%s (%q), %v", now.State, now.Why, err)
		}
	})
}

// Whoever signs out stops the job with the next part, whatever the tokens still
// allow.
func TestSigningOutStopsTheJob(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newTenant()
		r, s := newRunner(a)
		a.do = func(int, []string) error { s.mu.Lock(); defer s.mu.Unlock(); s.ended = true; return nil }
		if j := run(t, r, as(t, "ada"), adding(300)); j.State != bulk.Paused || j.Count(bulk.Done) != 100 {
			t.Errorf("%s with %d done", j.State, j.Count(bulk.Done))
		}
	})
}

func TestCancel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newTenant()
		a.do = func(call int, _ []string) error {
			if call == 2 {
				return &upstream.Error{Status: http.StatusTooManyRequests, RetryAfter: time.Hour}
			}
			return nil
		}
		r, _ := newRunner(a)
		ctx, j := as(t, "ada"), adding(300)
		if err := r.Start(ctx, j); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if now, err := r.Job(ctx, j.ID); err != nil || !now.Busy() || now.Why == "" {
			t.Errorf("%s (%q), %v: it should be waiting, and say so", now.State, now.Why, err)
		}
		if err := r.Start(ctx, adding(1)); !errors.Is(err, bulk.ErrBusy) {
			t.Errorf("a second job at once: %v", err)
		}
		if err := r.Cancel(ctx, j.ID); err != nil {
			t.Fatal(err)
		}
		if now := settled(t, r, ctx, j.ID); now.State != bulk.Cancelled || now.Count(bulk.Done) != 100 || now.Count(bulk.Planned) != 200 {
			t.Errorf("%s with %d done and %d left", now.State, now.Count(bulk.Done), now.Count(bulk.Planned))
		}
	})
}

// Nobody sees, runs, stops or drops what somebody else has begun.
func TestJobsAreTheirPersons(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newTenant()
		a.do = func(int, []string) error {
			return &upstream.Error{Status: http.StatusTooManyRequests, RetryAfter: time.Minute}
		}
		r, _ := newRunner(a)
		ada, bo, j := as(t, "ada"), as(t, "bo"), adding(3)
		if err := r.Start(ada, j); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if _, err := r.Job(bo, j.ID); !errors.Is(err, session.ErrNoWork) {
			t.Errorf("bo reads it: %v", err)
		}
		if err := r.Cancel(bo, j.ID); !errors.Is(err, session.ErrNoWork) {
			t.Errorf("bo stops it: %v", err)
		}
		if err := r.Drop(bo, j.ID); !errors.Is(err, session.ErrNoWork) {
			t.Errorf("bo drops it: %v", err)
		}
		if jobs, err := r.Jobs(bo); len(jobs) != 0 || err != nil {
			t.Errorf("bo lists %d, %v", len(jobs), err)
		}
		if jobs, err := r.Jobs(ada); len(jobs) != 1 || err != nil {
			t.Errorf("ada lists %d, %v", len(jobs), err)
		}
		if err := r.Cancel(ada, j.ID); err != nil {
			t.Fatal(err)
		}
		settled(t, r, ada, j.ID)
	})
}

func TestWhatEachLineWillDo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newTenant()
		a.held = map[string]bool{"u2": true}
		a.users = map[string][]bulk.Choice{
			"ada@x.example": {{ID: "u1", Label: "Ada"}},
			"u1":            {{ID: "u1", Label: "Ada"}},
			"bo@x.example":  {{ID: "u2", Label: "Bo"}},
			"cy@x.example":  {{ID: "u3", Label: "Cy (okta)"}, {ID: "u4", Label: "Cy (google)"}},
		}
		lines, problem := bulk.ParseList("Ada@x.example\nbo@x.example\ncy@x.example\nnobody@x.example\nauth0|none\nada@x.example\nu1\na b@x.example")
		if problem != "" {
			t.Fatal(problem)
		}
		r, _ := newRunner(a)
		ctx := as(t, "ada")
		j := run(t, r, ctx, bulk.New(bulk.Task{Kind: bulk.AddMembers, Target: "g"}, lines, time.Now()))
		verdicts := func() string {
			var out []string
			for _, l := range j.Lines {
				out = append(out, string(l.Verdict))
			}
			return strings.Join(out, " ")
		}
		if want := "planned already ambiguous unknown unknown duplicate duplicate invalid"; verdicts() != want || j.State != bulk.Ready || a.sizes() != "" {
			t.Errorf("%s: %s after calls of %q, want %s", j.State, verdicts(), a.sizes(), want)
		}

		j.Choose(map[int]string{3: "u4", 4: "u9", 1: "u9"}) // what was not offered is no choice
		if j = run(t, r, ctx, j); verdicts() != "planned already planned unknown unknown duplicate duplicate invalid" || j.State != bulk.Ready {
			t.Errorf("%s: %s", j.State, verdicts())
		}
		if j = run(t, r, ctx, j); j.State != bulk.Finished || fmt.Sprint(a.calls) != "[[u1 u4]]" {
			t.Errorf("%s after %v", j.State, a.calls)
		}
	})
}
