package server

import (
	"os"
	"runtime/debug"
)

const (
	// garbage is how much garbage may gather, in percent of what is in use, before
	// it is collected. What a tenant of any size has in memory is read again each
	// time, while requests wait.
	garbage = 300
	// roomy is the memory within which that holds: near it, more is collected.
	roomy = 640 << 20
)

// UseMemory lets garbage gather for longer than Go does by itself. Whoever sets GOGC
// or GOMEMLIMIT decides instead.
func UseMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbage)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(roomy)
	}
}
