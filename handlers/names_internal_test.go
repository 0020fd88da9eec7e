package handlers

import "testing"

func TestNamesThatCannotBeSeen(t *testing.T) {
	for name, want := range map[string]string{
		"": "(blank name)", " ": "(blank name)", "\t\n": "(blank name)", "\u00a0\u3000": "(blank name)", "\u200b\u200d": "(blank name)",
		"Ops": "Ops", " x ": " x ", "-": "-", "日本": "日本",
	} {
		if got := named(name); got != want {
			t.Errorf("named(%q) = %q, want %q", name, got, want)
		}
	}
	if got := firstSeen(" ", "", "auth0|a"); got != "auth0|a" {
		t.Errorf("firstSeen = %q", got)
	}
}
