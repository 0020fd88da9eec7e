package session

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/gorilla/sessions"
)

var _ sessions.Store = (*Store)(nil)

// dataKey is the one value that a gorilla session of this Store has.
const dataKey = "data"

// cookie is the name of the session's cookie. The prefix makes browsers refuse
// one that a neighbouring host set; it needs https, as Secure does.
func (s *Store) cookie() string { return s.named("trellis") }

func (s *Store) named(name string) string {
	if s.secure {
		return "__Host-" + name
	}
	return name
}

// Get is New, once for each request.
func (s *Store) Get(r *http.Request, name string) (*sessions.Session, error) {
	return sessions.GetRegistry(r).Get(s, name)
}

// New is the session to which r's cookie leads, or a new one of a visitor.
func (s *Store) New(r *http.Request, name string) (*sessions.Session, error) {
	sess := sessions.NewSession(s, name)
	sess.Options = s.options(0)
	sess.IsNew = true
	sess.Values[dataKey] = &Data{}

	// Two cookies of one name: a neighbour set one of them, and there is no
	// telling which.
	cookies := r.CookiesNamed(name)
	if len(cookies) != 1 || cookies[0].Value == "" {
		return sess, nil
	}
	id := cookies[0].Value
	d, err := s.find(r.Context(), hashed(id))
	if errors.Is(err, ErrEnded) {
		return sess, nil
	}
	if err != nil {
		return sess, err
	}
	sess.ID, sess.IsNew = id, false
	sess.Values[dataKey] = &d
	return sess, nil
}

// Save starts the session, writes it, or ends it when its MaxAge is negative. A
// session that was written by someone else since it was read is refused.
func (s *Store) Save(r *http.Request, w http.ResponseWriter, sess *sessions.Session) error {
	d := dataOf(sess)
	switch {
	case sess.Options != nil && sess.Options.MaxAge < 0:
		return s.End(w, r)
	case !d.SignedInAs():
		return nil // visitors have no row
	case sess.IsNew:
		return s.Start(w, r, *d)
	}
	if err := s.replace(r.Context(), *d); err != nil {
		return fmt.Errorf("saving a session: %w", err)
	}
	d.row.version++
	return nil
}

// dataOf is sess's content, never nil.
func dataOf(sess *sessions.Session) *Data {
	if d, ok := sess.Values[dataKey].(*Data); ok && d != nil {
		return d
	}
	return &Data{}
}

// options are those of every cookie here. Lax, not Strict: the way back from the
// OpenID provider is a navigation from another site, and it must find the
// sign-in that it ends.
func (s *Store) options(maxAge int) *sessions.Options {
	return &sessions.Options{Path: "/", MaxAge: maxAge, Secure: s.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode}
}

func (s *Store) setCookie(w http.ResponseWriter, name, value string, maxAge int) {
	http.SetCookie(w, sessions.NewCookie(name, value, s.options(maxAge)))
}
