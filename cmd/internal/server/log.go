package server

import (
	"context"
	"log/slog"
	"net/http"
	"regexp"
	"time"

	"github.com/google/uuid"
)

const requestID = "X-Request-Id"

// plainID is the form of an id that is taken over from the caller.
var plainID = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// Logged is h with one line in the log for each request. The line names the part
// and the path but no query, where a code or an address may stand; h answers
// under the id that the line has, and what it logs has it too (see Traced).
func Logged(part string, h http.Handler, log *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		if !plainID.MatchString(r.Header.Get(requestID)) {
			r.Header.Set(requestID, uuid.NewString())
		}
		w.Header().Set(requestID, r.Header.Get(requestID)) // h may choose another
		answer := &answered{ResponseWriter: w, status: http.StatusOK}
		h.ServeHTTP(answer, r.WithContext(context.WithValue(r.Context(), tracedKey{}, traced{part, r.Header.Get(requestID)})))
		log.LogAttrs(r.Context(), levelOf(r), "request",
			slog.String("part", part),
			slog.String("method", r.Method),
			slog.String("path", r.URL.Path),
			slog.Int("status", answer.status),
			slog.Duration("took", time.Since(start)),
			slog.String("request_id", w.Header().Get(requestID)),
		)
	})
}

// levelOf is how much the line of r matters. The process reads the discovery
// document itself, before it is ready and at every look at /readyz.
func levelOf(r *http.Request) slog.Level {
	if r.Method == http.MethodGet && r.URL.Path == "/.well-known/openid-configuration" {
		return slog.LevelDebug
	}
	return slog.LevelInfo
}

// traced is the request that a context is of.
type traced struct{ part, id string }

type tracedKey struct{}

// Traced is h with the part and the id of the request in every record that is
// logged on behalf of one, also by a library that knows of neither.
func Traced(h slog.Handler) slog.Handler { return tracing{h} }

type tracing struct{ slog.Handler }

func (t tracing) Handle(ctx context.Context, r slog.Record) error {
	of, ok := ctx.Value(tracedKey{}).(traced)
	if !ok {
		return t.Handler.Handle(ctx, r)
	}
	var part, id bool // are in r already, as in the line of a request itself
	r.Attrs(func(a slog.Attr) bool {
		part, id = part || a.Key == "part", id || a.Key == "request_id"
		return true
	})
	if part && id {
		return t.Handler.Handle(ctx, r)
	}
	r = r.Clone()
	if !part {
		r.AddAttrs(slog.String("part", of.part))
	}
	if !id {
		r.AddAttrs(slog.String("request_id", of.id))
	}
	return t.Handler.Handle(ctx, r)
}

func (t tracing) WithAttrs(attrs []slog.Attr) slog.Handler {
	return tracing{t.Handler.WithAttrs(attrs)}
}

func (t tracing) WithGroup(name string) slog.Handler { return tracing{t.Handler.WithGroup(name)} }

// answered remembers the status of an answer.
type answered struct {
	http.ResponseWriter
	status int
}

func (a *answered) WriteHeader(status int) {
	a.status = status
	a.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach what the server gave.
func (a *answered) Unwrap() http.ResponseWriter { return a.ResponseWriter }
