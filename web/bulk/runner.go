package bulk

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"trellis/web/session"
)

// Store keeps jobs, each for the person of the context.
type Store interface {
	KeepWork(ctx context.Context, id string, v any) error
	FindWork(ctx context.Context, id string, v any) error
	ListWork(ctx context.Context) ([]string, error)
	DropWork(ctx context.Context, id string) error
	Reload(ctx context.Context) (session.Data, error) // or session.ErrEnded
}

// Steps is what the work of a job is made of.
type Steps interface {
	Held(context.Context, Task) (map[string]bool, error)
	Find(ctx context.Context, texts []string) (map[string][]Choice, error)
	Do(ctx context.Context, t Task, ids []string) error
}

// What a person may be told when a job cannot begin.
var (
	ErrBusy = errors.New("another job of this person is running")
	ErrFull = errors.New("too many jobs are waiting")
)

const (
	atOnce    = 4                // jobs that run
	mostAlive = 64               // jobs that run or wait for their turn, and so lie in memory
	saveEvery = 2 * time.Second  // while a job runs
	deadAfter = 20 * time.Second // without a save: whoever ran it is gone
)

// Config is what a Runner needs. Now, Wait and Log may be left out.
type Config struct {
	Steps Steps
	Store Store
	Now   func() time.Time
	Wait  func(context.Context, time.Duration) error
	Log   *slog.Logger
}

// Runner runs jobs, a few at once. It is safe for concurrent use.
type Runner struct {
	Config
	turns chan struct{}
	mu    sync.Mutex
	alive map[string]*run // by the id of the job
}

// run is a job that lies in memory because it runs or is about to.
type run struct {
	person string
	stop   context.CancelFunc
	mu     sync.Mutex
	job    Job
}

// NewRunner makes a Runner.
func NewRunner(cfg Config) *Runner {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Wait == nil {
		cfg.Wait = wait
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	return &Runner{Config: cfg, turns: make(chan struct{}, atOnce), alive: map[string]*run{}}
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// personOf tells people apart; see session.Data.SignedInAs.
func personOf(ctx context.Context) string {
	d := session.From(ctx)
	return d.Issuer + "\n" + d.Subject
}

// Job is the job with id of the person of ctx, as it is at this moment.
func (r *Runner) Job(ctx context.Context, id string) (Job, error) {
	if live := r.find(ctx, id); live != nil {
		return live.copy(), nil
	}
	var j Job
	if err := r.Store.FindWork(ctx, id, &j); err != nil {
		return Job{}, err
	}
	if j.Busy() && r.Now().Sub(j.Changed) > deadAfter {
		j.State, j.Why = Paused, "Trellis was stopped meanwhile."
	}
	return j, nil
}

// Jobs are all jobs of the person of ctx, the newest change first.
func (r *Runner) Jobs(ctx context.Context) ([]Job, error) {
	ids, err := r.Store.ListWork(ctx)
	if err != nil {
		return nil, err
	}
	var jobs []Job
	for _, id := range ids {
		j, err := r.Job(ctx, id)
		if errors.Is(err, session.ErrNoWork) {
			continue
		}
		if err != nil {
			return nil, err
		}
		jobs = append(jobs, j)
	}
	return jobs, nil
}

// Keep stores a job that does not run.
func (r *Runner) Keep(ctx context.Context, j Job) error {
	j.Changed = r.Now()
	return r.Store.KeepWork(ctx, j.ID, j)
}

// Start lets j be checked or, when it has been, done. It goes on when the request
// of ctx is over. One person runs one job at a time.
func (r *Runner) Start(ctx context.Context, j Job) error {
	j.State, j.Why = Checking, ""
	if j.Checked {
		j.State = Running
	}
	ctx, stop := context.WithCancel(session.Apart(ctx))
	live := &run{person: personOf(ctx), stop: stop, job: j.clone()}
	if err := r.enter(live); err != nil {
		stop()
		return err
	}
	if err := r.save(ctx, live); err != nil {
		r.leave(live)
		stop()
		return err
	}
	go r.work(ctx, live)
	return nil
}

func (r *Runner) enter(live *run) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.alive) >= mostAlive {
		return ErrFull
	}
	for _, other := range r.alive {
		if other.person == live.person {
			return ErrBusy
		}
	}
	r.alive[live.job.ID] = live
	return nil
}

func (r *Runner) leave(live *run) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.alive, live.job.ID)
}

// Cancel stops the job with id. What is done stays done.
func (r *Runner) Cancel(ctx context.Context, id string) error {
	if live := r.find(ctx, id); live != nil {
		live.change(func(j *Job) { j.State, j.Why = Cancelled, "" })
		live.stop()
		return nil
	}
	j, err := r.Job(ctx, id)
	if err != nil || j.State == Finished {
		return err
	}
	j.State, j.Why = Cancelled, ""
	return r.Keep(ctx, j)
}

// Drop forgets the job with id.
func (r *Runner) Drop(ctx context.Context, id string) error {
	if err := r.Cancel(ctx, id); err != nil {
		return err
	}
	return r.Store.DropWork(ctx, id)
}

// find is the job with id of the person of ctx, if it lies in memory.
func (r *Runner) find(ctx context.Context, id string) *run {
	r.mu.Lock()
	defer r.mu.Unlock()
	if live := r.alive[id]; live != nil && live.person == personOf(ctx) {
		return live
	}
	return nil
}

func (l *run) copy() Job {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.job.clone()
}

func (l *run) change(f func(*Job)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f(&l.job)
}

func (r *Runner) save(ctx context.Context, live *run) error {
	live.change(func(j *Job) { j.Changed = r.Now() })
	j := live.copy()
	return r.Store.KeepWork(context.WithoutCancel(ctx), j.ID, j)
}

// work takes its turn, does what is to be done, and keeps how it ended.
func (r *Runner) work(ctx context.Context, live *run) {
	defer r.leave(live)
	defer live.stop()
	saved := make(chan struct{})
	working, rest := context.WithCancel(ctx)
	go func() {
		defer close(saved)
		r.saveWhile(working, live)
	}()

	select {
	case r.turns <- struct{}{}:
		err := r.advance(ctx, live)
		<-r.turns
		live.change(func(j *Job) { j.end(err) })
	case <-ctx.Done():
	}
	rest()
	<-saved
	if err := r.save(ctx, live); err != nil {
		r.Log.ErrorContext(ctx, "job not kept", "err", err)
	}
}

// saveWhile keeps the job from time to time, so that little is lost and others
// see that somebody is at it.
func (r *Runner) saveWhile(ctx context.Context, live *run) {
	tick := time.NewTicker(saveEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if err := r.save(ctx, live); err != nil {
				r.Log.WarnContext(ctx, "job not kept for now", "err", err)
			}
		case <-ctx.Done():
			return
		}
	}
}

// end says how far j came. Cancelled it was by its person, who has said so already.
func (j *Job) end(err error) {
	switch {
	case j.State == Cancelled:
	case err != nil:
		j.State, j.Why = Paused, reasonOf(err)
	case j.State == Checking:
		j.State, j.Why = Ready, ""
	default:
		j.State, j.Why = Finished, ""
	}
}

// advance does the phase that the job is in.
func (r *Runner) advance(ctx context.Context, live *run) error {
	if live.copy().Checked {
		return r.perform(ctx, live)
	}
	return r.check(ctx, live)
}
