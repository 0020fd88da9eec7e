package session_test

import (
	"net/http/httptest"
	"testing"

	"trellis/web/session"
)

// Whoever knows gorilla/sessions can use the store through it.
func TestTheStoreIsOneOfGorillas(t *testing.T) {
	s := newSite(t)
	r, w := s.request(), httptest.NewRecorder()
	sess, err := s.store.Get(r, cookie)
	if err != nil || !sess.IsNew {
		t.Fatalf("session = %+v, %v", sess, err)
	}
	if err := sess.Save(r, w); err != nil || s.rows() != 0 {
		t.Fatalf("a visitor's session was kept: %v", err)
	}
	d := ada()
	sess.Values["data"] = &d
	if err := sess.Save(r, w); err != nil {
		t.Fatal(err)
	}
	s.receive(w)

	r = s.request()
	sess, err = s.store.Get(r, cookie)
	if err != nil || sess.IsNew || sess.ID != s.jar[cookie] {
		t.Fatalf("session = %+v, %v", sess, err)
	}
	stale, err := s.store.New(r, cookie)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Ada L.", "Ada Lovelace"} {
		sess.Values["data"].(*session.Data).Name = name
		if err := sess.Save(r, w); err != nil {
			t.Fatal(err)
		}
	}
	if err := stale.Save(r, w); err == nil {
		t.Error("an old copy was written over a newer one")
	}
	if got := s.load().Name; got != "Ada Lovelace" {
		t.Errorf("name = %q", got)
	}
	sess.Options.MaxAge = -1
	if err := sess.Save(r, w); err != nil || s.rows() != 0 {
		t.Errorf("%d rows after the end, %v", s.rows(), err)
	}
}
