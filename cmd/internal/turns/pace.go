package turns

import (
	"runtime"
	"time"
)

// often is how long one works before others in this process may.
const often = time.Millisecond

// Pace is when others in this process could run last. It is of one goroutine, and
// its zero value is ready.
//
// SQLite works within this process: an import would otherwise keep one of its
// processors for ten milliseconds at a time, while who signs in waits for one.
type Pace struct{ yielded time.Time }

// GiveWay lets those run who wait for a processor. It may be called at any time:
// mostly it is too early.
func (p *Pace) GiveWay() {
	now := time.Now()
	if now.Sub(p.yielded) < often {
		return
	}
	runtime.Gosched()
	p.yielded = now
}
