package server

import (
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
// under the id that the line has.
func Logged(part string, h http.Handler, log *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		if !plainID.MatchString(r.Header.Get(requestID)) {
			r.Header.Set(requestID, uuid.NewString())
		}
		w.Header().Set(requestID, r.Header.Get(requestID)) // h may choose another
		answer := &answered{ResponseWriter: w, status: http.StatusOK}
		h.ServeHTTP(answer, r)
		log.LogAttrs(r.Context(), slog.LevelInfo, "request",
			slog.String("part", part),
			slog.String("method", r.Method),
			slog.String("path", r.URL.Path),
			slog.Int("status", answer.status),
			slog.Duration("took", time.Since(start)),
			slog.String("request_id", w.Header().Get(requestID)),
		)
	})
}

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
