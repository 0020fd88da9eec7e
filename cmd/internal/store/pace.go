package store

import (
	"runtime"
	"sync/atomic"
	"time"
)

const (
	// turn is how long one works before others in this process may.
	turn = 100 * time.Microsecond
	// longWork is how long a transaction works before it rests at all.
	longWork = 10 * time.Millisecond
	// stretch is how long one works at a time after that, and breath how long it
	// rests then.
	stretch = 500 * time.Microsecond
	breath  = 50 * time.Microsecond
)

// pace is how a transaction that may take seconds, such as an import, shares the
// machine with those who ask meanwhile.
//
// SQLite works within this process, and would otherwise keep a processor for ten
// milliseconds at a time, while who signs in waits for one; and the system, once
// all of its processors work, lets a thread that does not stop by itself go on for
// four. Where nobody asks, nobody rests.
type pace struct {
	asked   *atomic.Int64 // how often somebody has asked for something; nil: nobody does
	heard   int64         // of asked, when it rested last
	yielded time.Time     // when others could run last
	since   time.Time     // when it rested last
}

// giveWay lets those run who wait for a processor. It may be asked to at any time:
// mostly it is too early.
func (p *pace) giveWay() {
	now := time.Now()
	if now.Sub(p.yielded) < turn {
		return
	}
	runtime.Gosched()
	p.yielded = now
	if p.asked == nil {
		return
	}
	asked := p.asked.Load()
	if p.since.IsZero() {
		p.since, p.heard = now.Add(longWork), asked
	}
	if now.Sub(p.since) < stretch {
		return
	}
	if asked != p.heard {
		p.heard = asked
		time.Sleep(breath)
	}
	p.since = time.Now()
}
