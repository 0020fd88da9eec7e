package authzapi

import "sync"

// written is a body that is JSON already.
type written struct{ text []byte }

// newSpare is where the memory of bodies that were sent waits for the next ones:
// one of a thousand groups would otherwise be the largest part of what an answer
// costs.
func newSpare() *sync.Pool { return &sync.Pool{New: func() any { return new(written) }} }

// largestSpare is how large a body may be whose memory is kept.
const largestSpare = 1 << 20

// writing is the body that appended appends to what it is given.
func (s *Server) writing(appended func(b []byte) []byte) *written {
	w, _ := s.spare.Get().(*written)
	w.text = appended(w.text[:0])
	return w
}

// sent gives back the memory of body, which nobody may look at afterwards.
func (s *Server) sent(body any) {
	if w, ok := body.(*written); ok && cap(w.text) <= largestSpare {
		s.spare.Put(w)
	}
}
