package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// timing is how long something took, each time.
type timing []time.Duration

// at is the time that the share p of all stayed within.
func (t timing) at(p float64) time.Duration {
	if len(t) == 0 {
		return 0
	}
	return t[min(int(float64(len(t))*p), len(t)-1)]
}

func (t timing) median() time.Duration { return t.at(0.5) }
func (t timing) p99() time.Duration    { return t.at(0.99) }

// ask is one request; n counts the requests of a measurement.
type ask func(n int) error

// fewest is how many times anything is timed, however long that takes.
const fewest = 5

// warmUp is how long the first answers do not count, which are slower.
const warmUp = 200 * time.Millisecond

// repeat asks again and again until enough says so, and a few times at least.
func repeat(ctx context.Context, one ask, enough func() bool) (timing, error) {
	var took timing
	n := 0
	for warm := after(warmUp); n == 0 || n < fewest && !warm(); n++ {
		if err := one(n); err != nil {
			return nil, err
		}
	}
	for len(took) < fewest || !enough() {
		begun := time.Now()
		if err := one(n); err != nil {
			return nil, err
		}
		took = append(took, time.Since(begun))
		n++
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	slices.Sort(took)
	return took, nil
}

// after is an enough that becomes true when d has passed.
func after(d time.Duration) func() bool {
	end := time.Now().Add(d)
	return func() bool { return time.Now().After(end) }
}

// throughput is how many answers a second so many workers get, who ask for d.
func throughput(ctx context.Context, workers int, d time.Duration, one ask) (float64, error) {
	var n atomic.Int64
	var wg sync.WaitGroup
	failed := make([]error, workers)
	begun, enough := time.Now(), after(d)
	for w := range workers {
		wg.Go(func() {
			for failed[w] == nil && !enough() && ctx.Err() == nil {
				failed[w] = one(int(n.Add(1)))
			}
		})
	}
	wg.Wait()
	return float64(n.Load()) / time.Since(begun).Seconds(), errors.Join(append(failed, ctx.Err())...)
}

// short is d with three digits that count.
func short(d time.Duration) string {
	switch {
	case d >= time.Second:
		return fmt.Sprintf("%.3g s", d.Seconds())
	case d >= time.Millisecond:
		return fmt.Sprintf("%.3g ms", float64(d)/float64(time.Millisecond))
	default:
		return fmt.Sprintf("%.3g µs", float64(d)/float64(time.Microsecond))
	}
}
