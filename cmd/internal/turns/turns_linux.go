package turns

import (
	"runtime"

	"golang.org/x/sys/unix"
)

// shortest is the shortest turn that Linux gives, in nanoseconds.
const shortest = 100_000

// Short gives the calling goroutine a thread with short turns until done is called,
// by that goroutine. It does not call Short again before that.
//
// Once all processors work, Linux lets a thread go on for its turn, which is three
// milliseconds or more, before another one that has waited gets the processor. Short
// turns are from Linux 6.12 on; where they are refused or not known, all turns are
// as long as ever.
func Short() (done func()) {
	runtime.LockOSThread()
	usual, err := unix.SchedGetAttr(0, 0)
	if err != nil {
		return runtime.UnlockOSThread
	}
	short := *usual
	short.Runtime = shortest
	if unix.SchedSetAttr(0, &short, 0) != nil {
		return runtime.UnlockOSThread
	}
	return func() {
		if unix.SchedSetAttr(0, usual, 0) == nil {
			runtime.UnlockOSThread() // otherwise the thread ends with the goroutine
		}
	}
}
