package server

import (
	"math"
	"runtime/debug"
	"testing"
)

func TestTheOperatorDecidesAboutMemory(t *testing.T) {
	percent, limit := debug.SetGCPercent(100), debug.SetMemoryLimit(math.MaxInt64)
	t.Cleanup(func() { debug.SetGCPercent(percent); debug.SetMemoryLimit(limit) })
	for _, tt := range []struct {
		gogc, gomemlimit string
		percent          int
		limit            int64
	}{
		{"", "", garbage, roomy},
		{"100", "", 100, roomy},
		{"", "2GiB", garbage, math.MaxInt64},
	} {
		debug.SetGCPercent(100)
		debug.SetMemoryLimit(math.MaxInt64)
		t.Setenv("GOGC", tt.gogc)
		t.Setenv("GOMEMLIMIT", tt.gomemlimit)
		UseMemory()
		if p, l := debug.SetGCPercent(100), debug.SetMemoryLimit(-1); p != tt.percent || l != tt.limit {
			t.Errorf("GOGC=%q and GOMEMLIMIT=%q: %d %% and %d bytes, want %d and %d", tt.gogc, tt.gomemlimit, p, l, tt.percent, tt.limit)
		}
	}
}
