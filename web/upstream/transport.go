package upstream

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"trellis/web/session"
)

const headerLimit = 5 * time.Second // to connect and to get an answer's head

// TokenSource gives the access token of the session in ctx. With renew it is not
// the one that the session had: an API turned that down.
type TokenSource interface {
	Token(ctx context.Context, api session.API, renew bool) (string, error)
}

// Transport sends the requests of one API: with the session's token for that API
// and no other, within limits of time, again where that cannot do harm.
type Transport struct {
	Base   http.RoundTripper // nil: http.DefaultTransport
	Tokens TokenSource
	API    session.API
}

// RoundTrip sends r until it is answered or further tries are of no use.
func (t *Transport) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context()) // a RoundTripper leaves its request as it was
	tries := newTries(r)
	renew := false
	for {
		res, err := t.once(r, renew)
		switch {
		case isTokenError(err):
			return nil, err
		case err == nil && res.StatusCode == http.StatusUnauthorized && !renew && rewind(r):
			// Nothing was done: the token was turned down before anything else.
			renew = true
			drop(res)
		default:
			wait, again := tries.next(res, err)
			if !again || !rewind(r) {
				return res, err
			}
			drop(res)
			if err := sleep(r.Context(), wait); err != nil {
				return nil, err
			}
		}
	}
}

// tokenError marks that no request was sent, for lack of a token.
type tokenError struct{ error }

func (e tokenError) Unwrap() error { return e.error }

func isTokenError(err error) bool {
	_, ok := errors.AsType[tokenError](err)
	return ok
}

// once sends r one time.
func (t *Transport) once(r *http.Request, renew bool) (*http.Response, error) {
	token, err := t.Tokens.Token(r.Context(), t.API, renew)
	if err != nil {
		return nil, tokenError{fmt.Errorf("token for the %s API: %w", t.API, err)}
	}
	ctx, cancel := context.WithCancelCause(r.Context())
	tooSlow := time.AfterFunc(headLimit(ctx), func() { cancel(errSlowHead) })

	r = r.Clone(ctx)
	r.Header.Set("Authorization", "Bearer "+token)
	if id := RequestID(ctx); id != "" {
		r.Header.Set("X-Request-Id", id)
	}
	res, err := t.base().RoundTrip(r)
	tooSlow.Stop()
	if err != nil {
		cancel(nil)
		if errors.Is(context.Cause(ctx), errSlowHead) {
			err = errSlowHead
		}
		return nil, err
	}
	res.Body = body{res.Body, func() { cancel(nil) }}
	return res, nil
}

func (t *Transport) base() http.RoundTripper {
	if t.Base != nil {
		return t.Base
	}
	return http.DefaultTransport
}

// body ends its request's context when it is closed.
type body struct {
	io.ReadCloser
	done func()
}

func (b body) Close() error {
	defer b.done()
	return b.ReadCloser.Close()
}

// rewind makes r's body readable once more, and reports whether it could.
func rewind(r *http.Request) bool {
	if r.Body == nil || r.Body == http.NoBody {
		return true
	}
	if r.GetBody == nil {
		return false
	}
	b, err := r.GetBody()
	if err != nil {
		return false
	}
	r.Body = b
	return true
}

// drop reads the rest of a short answer, so that its connection can be used again.
func drop(res *http.Response) {
	if res != nil {
		_, _ = io.CopyN(io.Discard, res.Body, 4096)
		_ = res.Body.Close()
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

type patientKey struct{}

// patient is ctx for a call whose answer takes long to begin.
func patient(ctx context.Context) context.Context {
	return context.WithValue(ctx, patientKey{}, true)
}

// headLimit is how long the head of an answer may take.
func headLimit(ctx context.Context) time.Duration {
	if ctx.Value(patientKey{}) != nil {
		return tenantLimit
	}
	return headerLimit
}

// errSlowHead says which limit of time it was.
var errSlowHead = errors.New("no head of an answer in time")

func timedOut(err error) bool {
	if errors.Is(err, errSlowHead) || errors.Is(err, context.DeadlineExceeded) {
		return true
	}
	n, ok := errors.AsType[net.Error](err)
	return ok && n.Timeout()
}

// neverSent reports whether err came before a byte of the request left.
func neverSent(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return ok && op.Op == "dial"
}
