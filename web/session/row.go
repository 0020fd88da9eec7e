package session

import (
	"crypto/sha256"
	"encoding/hex"
	"time"
)

// row is a session's place in the table, beside its sealed content.
type row struct {
	hash    string // of the id that the browser holds
	version int64  // counts writes: see Store.Update
	created time.Time
	seen    time.Time
}

// hashed is what the tables hold of an id. The ids have 130 random bits, so a
// plain hash is enough: there is nothing to guess from.
func hashed(id string) string {
	sum := sha256.Sum256([]byte(id))
	return hex.EncodeToString(sum[:])
}
