package session

import (
	"context"
	"strings"
	"time"
)

// Draft is a form that was sent when its session had ended. It waits for its
// person to come back and look at it: nothing ever sends it by itself.
type Draft struct {
	Action string // where it was sent
	Fields []Field
	Owner  string    // whose page it was on: see Store.Owner
	Until  time.Time // it is forgotten then; the zero time while its person signs in
}

// Field is one value that a form sends.
type Field struct{ Name, Value string }

// Owns reports whether the draft was written on a page of d's person.
func (d Data) Owns(draft Draft) bool {
	return d.SignedInAs() && draft.Owner == ownerOf(d)
}

// Leave puts draft into the session of ctx for its person to find, in place of
// what was there. Without one it only takes that out.
func (s *Store) Leave(ctx context.Context, draft *Draft) error {
	if draft != nil {
		draft.Until = s.now().Add(signInLife)
	}
	return s.Update(ctx, func(d *Data) { d.Draft = draft })
}

// ownerOf is d's person as a token names them: the same in each of their
// sessions, and not readable.
func ownerOf(d Data) string { return hashed(d.Issuer + "\x00" + d.Subject) }

// csrfPlace is what the seal in a token is bound to, beside the token's own id.
const csrfPlace = "csrf token"

// newCSRF is a token for the forms of d's session. Nobody guesses it, and it says
// whose forms they are, to this store only. That outlives the session, whose row
// may be gone when such a form is sent.
func (s *Store) newCSRF(d Data) (string, error) {
	id := newID()
	owner, err := s.sealer.seal(ownerOf(d), csrfPlace, id)
	return id + "." + owner, err
}

// Owner is whose page gave token, for Data.Owns. It is empty when this store did
// not make the token. It does not say that their session lives.
func (s *Store) Owner(token string) string {
	id, sealed, _ := strings.Cut(token, ".")
	var owner string
	if err := s.sealer.open(sealed, &owner, csrfPlace, id); err != nil {
		return ""
	}
	return owner
}
