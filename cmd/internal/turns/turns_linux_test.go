package turns

import (
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

// The thread goes back to others as it was.
func TestTurnsAreShortUntilTheWorkIsDone(t *testing.T) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	before := turn(t)
	done := Short()
	during := turn(t)
	done()
	if after := turn(t); after != before {
		t.Errorf("%d ns after the work, %d before it", after, before)
	}
	if before > 0 && during != shortest { // older systems tell of no turns
		t.Errorf("%d ns during the work", during)
	}
}

func turn(t *testing.T) uint64 {
	t.Helper()
	attr, err := unix.SchedGetAttr(0, 0)
	if err != nil {
		t.Fatal(err)
	}
	return attr.Runtime
}
