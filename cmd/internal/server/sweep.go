package server

import (
	"context"
	"log/slog"
	"time"
)

// Sweep is work that keeps a store small, such as dropping what has expired.
type Sweep struct {
	Name  string
	Every time.Duration
	Run   func(context.Context) error
}

// runSweeps runs each sweep in its turn until ctx is done. One that fails is
// logged and tried again the next time.
func runSweeps(ctx context.Context, sweeps []Sweep, log *slog.Logger) {
	if len(sweeps) == 0 {
		return
	}
	due := make([]time.Time, len(sweeps))
	for {
		next := time.Now().Add(time.Hour)
		for i, s := range sweeps {
			if !time.Now().Before(due[i]) {
				if err := s.Run(ctx); err != nil && ctx.Err() == nil {
					log.Error("periodic work failed", "work", s.Name, "err", err)
				}
				due[i] = time.Now().Add(s.Every)
			}
			if due[i].Before(next) {
				next = due[i]
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Until(next)):
		}
	}
}
