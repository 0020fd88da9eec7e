package handlers

import (
	"testing"

	"trellis/web/authz"
)

// Whatever ids hold, a change comes back from its address as it was.
func FuzzChangesSurviveTheirAddresses(f *testing.F) {
	f.Add("auth0|7", "a b")
	f.Add("%20", "+")
	f.Add("ü/?#&=", "g1")
	f.Fuzz(func(t *testing.T, user, group string) {
		want := undone(addMember(user, group))
		got, ok := proposedBy(spelled(want))
		if whole := user != "" && group != ""; ok != whole || ok && got != want {
			t.Errorf("%+v came back as %+v (%t) from %q", want, got, ok, spelled(want))
		}
	})
}

func TestEveryKindOfChangeHasAnAddress(t *testing.T) {
	for _, want := range []authz.ProposedChange{
		addMember("u", "g"), addNesting("n", "g"), addGroupRole("g", "r"), addUserRole("u", "r"), addInclusion("r", "p"),
		addMapping("g", "ad", "CN=Staff, OU=x"), deleteGroup("g"), deleteRole("r"), deletePermission("p"),
	} {
		if got, ok := proposedBy(spelled(want)); !ok || got != want {
			t.Errorf("%q: %+v, want %+v", spelled(want), got, want)
		}
	}
	for _, text := range []string{"", "add", "add member", "add member u", "add member u g x", "steal member u g", "add soul u g", "add member %zz g"} {
		if p, ok := proposedBy(text); ok {
			t.Errorf("%q is taken for %+v", text, p)
		}
	}
}
