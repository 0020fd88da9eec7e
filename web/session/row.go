package session

import "time"

// row is a session's place in the table, beside its sealed content.
type row struct {
	hash    string // of the id that the browser holds
	version int64  // counts writes: see Store.Update
	created time.Time
	seen    time.Time
}
