package session_test

import (
	"fmt"
	"strings"
	"testing"

	"trellis/web/session"
)

// look visits and forgets in one request, and tells what the next one finds.
func look(t *testing.T, s *site, do func(*session.Data)) string {
	t.Helper()
	ctx := session.With(t.Context(), s.load())
	do(session.From(ctx))
	if err := s.store.Keep(ctx); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, r := range s.load().Recent {
		names = append(names, r.Kind+" "+r.ID+" "+r.Name)
	}
	return strings.Join(names, ", ")
}

func visit(kind, id, name string) func(*session.Data) {
	return func(d *session.Data) { d.Visit(session.Recent{Kind: kind, ID: id, Name: name}) }
}

func TestASessionRemembersWhatItsPersonLookedAt(t *testing.T) {
	s := newSite(t)
	s.signIn(ada())
	steps := []struct {
		name string
		do   func(*session.Data)
		want string
	}{
		{"first", visit("group", "1", "SRE"), "group 1 SRE"},
		{"the newest comes first", visit("user", "1", "Bo"), "user 1 Bo, group 1 SRE"},
		{"again: it moves up, with the name it has now", visit("group", "1", "SREs"), "group 1 SREs, user 1 Bo"},
		{"what is gone is forgotten", func(d *session.Data) { d.Forget("group", "1") }, "user 1 Bo"},
		{"what was never there too", func(d *session.Data) { d.Forget("role", "1") }, "user 1 Bo"},
		{"an id without end is not kept", visit("user", strings.Repeat("x", 600), "Eve"), "user 1 Bo"},
		{"of a name the beginning", visit("role", "2", strings.Repeat("ü", 900)), "role 2 " + strings.Repeat("ü", 200) + ", user 1 Bo"},
	}
	for _, step := range steps {
		if got := look(t, s, step.do); got != step.want {
			t.Errorf("%s: %s, want %s", step.name, got, step.want)
		}
	}
	for i := range 20 {
		look(t, s, visit("group", fmt.Sprint(i), "Group"))
	}
	if got := s.load().Recent; len(got) != 8 || got[0].ID != "19" || got[7].ID != "12" {
		t.Errorf("it remembers %v", got)
	}
}

// Somebody else who signs in with the same browser sees nothing of it, and
// signing out removes it.
func TestWhatAPersonLookedAtGoesWithTheSession(t *testing.T) {
	s := newSite(t)
	s.signIn(ada())
	look(t, s, visit("group", "1", "Secret project"))
	grace := ada()
	grace.Subject = "auth0|grace"
	s.signIn(grace)
	if got := s.load().Recent; len(got) != 0 || s.rows() != 1 {
		t.Errorf("the next person finds %v; %d rows", got, s.rows())
	}
}
