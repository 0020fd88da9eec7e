package login

import "sync"

// turns lets one at a time act on a key. The zero turns is ready.
type turns struct {
	mu    sync.Mutex
	queue map[string]*turn
}

type turn struct {
	sync.Mutex
	waiting int
}

// take waits until it is the caller's turn for key. The turn lasts until the
// returned function is called.
func (t *turns) take(key string) func() {
	t.mu.Lock()
	if t.queue == nil {
		t.queue = map[string]*turn{}
	}
	mine := t.queue[key]
	if mine == nil {
		mine = &turn{}
		t.queue[key] = mine
	}
	mine.waiting++
	t.mu.Unlock()

	mine.Lock()
	return func() {
		mine.Unlock()
		t.mu.Lock()
		defer t.mu.Unlock()
		if mine.waiting--; mine.waiting == 0 {
			delete(t.queue, key)
		}
	}
}
