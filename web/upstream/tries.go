package upstream

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"time"
)

// longestWait is how long a person is kept waiting for another try.
const longestWait = 3 * time.Second

// tries decides whether a request may be sent again. The caller keeps count of
// nothing: a write that may have been done is never among them.
type tries struct {
	ctx    context.Context
	method string
	done   int
}

func newTries(r *http.Request) *tries { return &tries{ctx: r.Context(), method: r.Method} }

// next is how long to wait before the next try, and whether there is one.
func (t *tries) next(res *http.Response, err error) (time.Duration, bool) {
	if t.done >= t.allowed(res, err) || t.ctx.Err() != nil {
		return 0, false
	}
	wait := time.Duration(1<<t.done)*minWait + rand.N(minWait)
	if res != nil {
		if asked, ok := retryAfter(res.Header, now()); ok {
			wait = asked + rand.N(minWait)
		}
	}
	if end, ok := t.ctx.Deadline(); wait > longestWait || (ok && time.Until(end) <= wait) {
		return 0, false
	}
	t.done++
	return wait, true
}

// allowed is how often a request may be sent again after res or err.
func (t *tries) allowed(res *http.Response, err error) int {
	const twice, once, never = 2, 1, 0
	if errors.Is(err, context.Canceled) {
		return never
	}
	switch {
	case res != nil && res.StatusCode == http.StatusTooManyRequests:
		return twice // whatever the method: it was turned down, not done
	case safe(t.method):
		if err != nil || unwell(res.StatusCode) {
			return twice
		}
	case t.method == http.MethodPut || t.method == http.MethodDelete:
		if neverSent(err) || (res != nil && res.StatusCode == http.StatusServiceUnavailable) {
			return once
		}
	}
	return never
}

func unwell(status int) bool {
	return status == http.StatusBadGateway || status == http.StatusServiceUnavailable || status == http.StatusGatewayTimeout
}

// safe reports whether method changes nothing.
func safe(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == ""
}
