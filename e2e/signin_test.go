package e2e

import (
	"testing"

	"trellis/e2e/page"
)

func TestSignInAndOut(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		tab := visit(t, l)
		page.SignIn(tab).AsSample(administrator)
		tab.SignOut()
		tab.Headed("You are signed out")
		tab.Goto("/groups")
		tab.Headed("Sign in")
	})
}

// An account made on the command line signs in with its password, and nobody
// else does.
func TestSignInWithPassword(t *testing.T) {
	const password = "Quite-long-7-and-odd"
	if _, err := trellis.command(password+"\n", "account", "add", "mira@test.example", "--role", "auditor", "--password-stdin"); err != nil {
		t.Fatal(err)
	}
	both(t, func(t *testing.T, l look) {
		tab := visit(t, l)
		signIn := page.SignIn(tab)
		signIn.With("mira@test.example", "not the password")
		signIn.Refuses()
		signIn.With("mira@test.example", password)
		tab.Headed("Overview")
	})
}

// A link that somebody follows leads there, past the sign-in.
func TestSignInLeadsToTheLink(t *testing.T) {
	tab := visit(t, look{})
	tab.Goto("/users?q=tomasz")
	page.SignInPage{Tab: tab}.AsSampleTo(administrator, "Users")
	page.Users{List: page.List{Tab: tab}}.Shows("Tomasz Wierzbicki")
}

func TestTheme(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		tab := visitAs(t, auditor, l)
		tab.Goto("/groups")
		tab.SetTheme("Dark")
		tab.Theme("dark")
		tab.Goto("/users")
		tab.Theme("dark")
		tab.SetTheme("Light")
		tab.Theme("light")
	})
}

// Whoever is signed in stays so while the program is replaced.
func TestSessionSurvivesARestart(t *testing.T) {
	own, err := start(trellis.binary, "--demo")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(own.remove)
	o := look{}.options()
	o.BaseURL = &own.base
	tab := open(t, look{}, o)
	page.SignIn(tab).AsSample(administrator)
	if _, err := tab.Page().Goto("about:blank"); err != nil { // or it asks on, of a server that is gone
		t.Fatal(err)
	}
	if err := own.stop(); err != nil {
		t.Fatalf("it did not end well: %v\n%s", err, own.log)
	}
	if err := own.resume(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := own.stop(); err != nil {
			t.Errorf("it did not end well: %v\n%s", err, own.log)
		}
	})
	tab.Goto("/users")
	tab.Headed("Users")
}
