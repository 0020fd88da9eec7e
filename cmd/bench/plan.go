package main

import (
	"time"

	"trellis/cmd/internal/demo"
)

// plan is how much is measured.
type plan struct {
	size     demo.Size
	spell    time.Duration // that each measurement goes on for
	starts   int           // of the program
	imported int           // members in the import that policies are asked for beside
	samples  int           // users and groups that requests are about
	workers  int           // that ask at once where throughput is measured
	rounds   int           // of everything in a browser
}

// full is the plan that the numbers of the README come from.
var full = plan{
	size:     demo.Size{Groups: 10_000, Users: 100_000, Memberships: 1_000_000, Depth: 12, Seed: 1},
	spell:    2 * time.Second,
	starts:   3,
	imported: 10_000,
	samples:  2000,
	workers:  8,
	rounds:   40,
}

// brief shows within seconds that all of it works.
var brief = plan{
	size:     demo.Size{Groups: 60, Users: 80, Memberships: 300, Depth: 4, Seed: 1},
	spell:    40 * time.Millisecond,
	starts:   1,
	imported: 50,
	samples:  40,
	workers:  2,
	rounds:   1,
}
