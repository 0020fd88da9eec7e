package server

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"sync"
	"time"
)

// Check is one thing that must work before Trellis is of use.
type Check struct {
	Name string
	Run  func(context.Context) error
}

// Health answers whether the process lives, and whether it is ready. It names
// the checks and keeps what went wrong for the log: anybody may ask.
type Health struct {
	checks []Check
	log    *slog.Logger

	mu    sync.Mutex
	until time.Time
	last  report
}

// NewHealth is a Health that is ready when all checks pass.
func NewHealth(log *slog.Logger, checks ...Check) *Health {
	return &Health{checks: checks, log: log}
}

// fresh is how long an answer holds, so that a flood of questions does not
// become a flood of checks.
const fresh = 2 * time.Second

type report struct {
	Status string            `json:"status"`
	Checks map[string]string `json:"checks,omitempty"`
}

// Ready runs the checks, unless they ran a moment ago, and reports whether all
// passed.
func (h *Health) Ready(ctx context.Context) bool { return h.report(ctx).Status == "ok" }

func (h *Health) report(ctx context.Context) report {
	h.mu.Lock()
	defer h.mu.Unlock()
	if time.Now().Before(h.until) {
		return h.last
	}
	// The answer is for whoever asks next as well: it must not depend on
	// whether this one stays to hear it.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	out := report{Status: "ok", Checks: map[string]string{}}
	for _, c := range h.checks {
		out.Checks[c.Name] = "ok"
		if err := c.Run(ctx); err != nil {
			out.Status, out.Checks[c.Name] = "unavailable", "failing"
			h.log.Error("not ready", "check", c.Name, "err", err)
		}
	}
	h.last, h.until = out, time.Now().Add(fresh)
	return out
}

func (h *Health) live() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer(w, r, report{Status: "ok"})
	})
}

func (h *Health) ready() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer(w, r, h.report(r.Context()))
	})
}

func answer(w http.ResponseWriter, r *http.Request, out report) {
	w.Header().Set("Cache-Control", "no-store")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "Only GET is served here.", http.StatusMethodNotAllowed)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if out.Status != "ok" {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_ = json.NewEncoder(w).Encode(out) // whoever asked may have gone
}
