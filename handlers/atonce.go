package handlers

import (
	"cmp"
	"sync"
)

// atOnce makes calls that do not wait for each other side by side: a person waits for
// the slowest, not for all of them. The error is that of the first one in this order
// that failed, as if they had been made one after the other.
func atOnce(calls ...func() error) error {
	var all sync.WaitGroup
	failed := make([]error, len(calls))
	for i, call := range calls {
		all.Go(func() { failed[i] = call() })
	}
	all.Wait()
	return cmp.Or(failed...)
}
