package authzapi

import (
	"crypto/sha256"
	"slices"
	"sync"

	"trellis/cmd/internal/snapshot"
	"trellis/web/access"
)

// forecast is what changes would do to a tenant as it was at one moment.
type forecast struct {
	graph  *snapshot.Snapshot
	people *snapshot.People
	key    [sha256.Size]byte // of the question

	changes []access.Change
	actions []string // of the first of them
	shown   wording

	turn   sync.Mutex // impact uses its memory again for each answer
	impact *access.Impact
}

// foreseen keeps the newest forecasts: whoever reads a long list of people asks
// for one page after the other. Its zero value is ready, and safe for concurrent use.
type foreseen struct {
	turn   sync.Mutex
	newest []*forecast
}

// mostForeseen is how many forecasts are kept.
const mostForeseen = 4

// of is the forecast for a question, worked out if it is not there. Those of a
// tenant that has changed since are of no use any more.
func (s *foreseen) of(graph *snapshot.Snapshot, people *snapshot.People, question []byte, work func() (*forecast, error)) (*forecast, error) {
	key := sha256.Sum256(question)
	s.turn.Lock()
	s.newest = slices.DeleteFunc(s.newest, func(f *forecast) bool { return f.graph != graph || f.people != people })
	at := slices.IndexFunc(s.newest, func(f *forecast) bool { return f.key == key })
	if at >= 0 {
		defer s.turn.Unlock()
		return s.newest[at], nil
	}
	s.turn.Unlock()
	f, err := work()
	if err != nil {
		return nil, err
	}
	f.key = key
	s.turn.Lock()
	defer s.turn.Unlock()
	s.newest = append([]*forecast{f}, s.newest[:min(len(s.newest), mostForeseen-1)]...)
	return f, nil
}
