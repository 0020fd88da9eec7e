package store

import (
	"cmp"
	"context"
	"runtime"
	"slices"
	"sync"
	"time"
)

// batchWait is how long a statement of a batched may take: it works for many, of
// whom any may have gone.
const batchWait = 10 * time.Second

// batched asks questions of the database: whoever comes while others are asked
// for goes with the next statement, so that many logins share one.
// Nobody gets an answer that was under way before it asked, which could be older
// than what it knows of.
type batched[Q cmp.Ordered, A any] struct {
	ask    func(ctx context.Context, questions []Q) (map[Q]A, error)
	atOnce int // statements that are under way; with fewer, more questions share one

	mu      sync.Mutex
	waiting []question[Q, A]
	asking  int
}

type question[Q cmp.Ordered, A any] struct {
	about  Q
	answer chan<- answer[A]
}

type answer[A any] struct {
	is  A
	err error
}

// of is the answer to the question about what.
func (t *batched[Q, A]) of(ctx context.Context, what Q) (A, error) {
	answered := make(chan answer[A], 1) // whoever answers does not wait for who has gone
	t.mu.Lock()
	t.waiting = append(t.waiting, question[Q, A]{what, answered})
	if t.asking < t.atOnce {
		t.asking++
		go t.work() //nolint:gosec // it works for others too, who outlive this request
	}
	t.mu.Unlock()
	select {
	case a := <-answered:
		return a.is, a.err
	case <-ctx.Done():
		var none A
		return none, ctx.Err()
	}
}

// work answers questions until there are none. Before each statement it lets those
// run who are about to ask: on a busy machine many of them share it then, and on
// another one there is nobody to wait for.
func (t *batched[Q, A]) work() {
	for questions := t.next(); len(questions) > 0; questions = t.next() {
		about := make([]Q, len(questions))
		for i, q := range questions {
			about[i] = q.about
		}
		slices.Sort(about)
		ctx, cancel := context.WithTimeout(context.Background(), batchWait)
		found, err := t.ask(ctx, slices.Compact(about))
		cancel()
		for _, q := range questions {
			q.answer <- answer[A]{found[q.about], err}
		}
	}
}

// next is whoever waits; when nobody does, who asks for it is done.
func (t *batched[Q, A]) next() []question[Q, A] {
	runtime.Gosched()
	t.mu.Lock()
	defer t.mu.Unlock()
	questions := t.waiting
	if t.waiting = nil; len(questions) == 0 {
		t.asking--
	}
	return questions
}
