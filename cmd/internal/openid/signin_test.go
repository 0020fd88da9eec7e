package openid

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/oauth2"

	"trellis/cmd/internal/store"
)

func challenge() oauth2.AuthCodeOption {
	return oauth2.S256ChallengeOption(oauth2.GenerateVerifier())
}

func TestSignInPage(t *testing.T) {
	x := newTenant(t)
	b := newBrowser(t)
	_, at := x.open(b, challenge(), oauth2.SetAuthURLParam("login_hint", `"><script>alert(1)</script>`))
	a := b.do("GET", at, nil)
	doc := a.page(t)
	email, pass := doc.Find("input[name=email]"), doc.Find("input[name=password]")
	if email.AttrOr("autocomplete", "") != "username" || pass.AttrOr("autocomplete", "") != "current-password" || pass.AttrOr("type", "") != "password" {
		t.Error("password managers cannot fill in the form")
	}
	for _, in := range []string{"email", "password"} {
		if doc.Find("label[for="+in+"]").Length() != 1 {
			t.Errorf("%s has no label", in)
		}
	}
	// The form stands in the middle, and would move as it grows.
	if last := doc.Find("link[rel=expect][blocking=render]").AttrOr("href", "none"); doc.Find("body > "+last+":last-child").Length() != 1 {
		t.Errorf("the page is drawn before its end: when %s is there", last)
	}
	if doc.Find("script, [style], [onclick]").Length() != 0 {
		t.Error("there is script or style in the page")
	}
	if email.AttrOr("value", "") != `"><script>alert(1)</script>` {
		t.Errorf("the hint became %q", email.AttrOr("value", ""))
	}
	policy := a.header.Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self' " + strings.TrimSuffix(x.issuer, "/")} {
		if !strings.Contains(policy, want) {
			t.Errorf("policy %q misses %q", policy, want)
		}
	}
	if strings.Contains(policy, "unsafe") || a.header.Get("Cache-Control") != "no-store" || a.header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("header = %v", a.header)
	}
}

func TestAssets(t *testing.T) {
	x := newTenant(t)
	b := newBrowser(t)
	_, at := x.open(b, challenge())
	doc := b.do("GET", at, nil).page(t)
	address := func(rel string) string {
		return strings.TrimSuffix(x.issuer, "/") + doc.Find("link[rel="+rel+"]").AttrOr("href", "")
	}
	css := b.do("GET", address("stylesheet"), nil)
	font := regexp.MustCompile(`url\(([^)]+)\)`).FindStringSubmatch(css.body)
	if ahead := address("preload"); !strings.HasSuffix(ahead, "/u/assets/"+font[1]) {
		t.Errorf("%s is loaded ahead, not the %s that the style sheet asks for", ahead, font[1])
	}
	for kind, a := range map[string]answer{
		"text/css":      css,
		"image/svg+xml": b.do("GET", address("icon"), nil),
		"font/woff2":    b.do("GET", x.issuer+"u/assets/"+font[1], nil),
	} {
		if a.status != http.StatusOK || !strings.HasPrefix(a.header.Get("Content-Type"), kind) || !strings.Contains(a.header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %d %v", kind, a.status, a.header)
		}
	}
	for _, name := range []string{"", "signin.html", "..%2fpages%2fsignin.html", "%2e%2e/openid.go"} {
		if a := b.do("GET", x.issuer+"u/assets/"+name, nil); a.status == http.StatusOK {
			t.Errorf("%q is served", name)
		}
	}
}

// Whether there is such an account cannot be told from the answer.
func TestWrongPassword(t *testing.T) {
	x := newTenant(t)
	var bodies []string
	for _, email := range []string{ada, "nobody@meridian.example"} {
		b := newBrowser(t)
		form, _ := x.open(b, challenge())
		a := x.submit(b, form, email, "wrong")
		doc := a.page(t)
		if a.status != http.StatusUnprocessableEntity || doc.Find("[role=alert]").Text() != wrongPassword {
			t.Errorf("%s: %d %q", email, a.status, doc.Find("[role=alert]").Text())
		}
		if doc.Find("input[name=email]").AttrOr("value", "") != email {
			t.Error("what was typed is lost")
		}
		if strings.Contains(a.body, `value="wrong"`) {
			t.Error("the password came back")
		}
		bodies = append(bodies, strings.NewReplacer(email, "", form.Get("state"), "", form.Get("csrf"), "").Replace(a.body))
		if a := x.submit(b, form, ada, password); a.status != http.StatusSeeOther {
			t.Errorf("the right password afterwards: %d", a.status)
		}
	}
	if bodies[0] != bodies[1] {
		t.Error("the two pages differ")
	}
}

func TestEmptyForm(t *testing.T) {
	x := newTenant(t)
	b := newBrowser(t)
	form, _ := x.open(b, challenge())
	for _, c := range [][2]string{{"", ""}, {ada, ""}, {"", password}, {"  ", password}} {
		if a := x.submit(b, form, c[0], c[1]); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Type your email and your password.") {
			t.Errorf("%q: %d", c, a.status)
		}
	}
	if a := x.submit(b, form, ada, strings.Repeat("a", maxPassword+1)); a.status != http.StatusUnprocessableEntity {
		t.Errorf("a huge password: %d", a.status)
	}
}

func TestSignInIsBoundToItsBrowser(t *testing.T) {
	x := newTenant(t)
	victim, attacker := newBrowser(t), newBrowser(t)
	form, at := x.open(attacker, challenge())
	old := func(name string, a answer) {
		t.Helper()
		if a.status != http.StatusBadRequest || !strings.Contains(a.body, "This sign-in is too old") {
			t.Errorf("%s: %d %.100s", name, a.status, a.body)
		}
		if a.page(t).Find("a.btn").AttrOr("href", "") != x.issuer {
			t.Errorf("%s: no way on", name)
		}
	}
	old("an address that was passed on", victim.do("GET", at, nil))
	old("a form that was passed on", x.submit(victim, form, ada, password))
	form.Set("csrf", strings.Repeat("0", 64))
	old("a made up token", x.submit(attacker, form, ada, password))
	_, at = x.open(attacker, challenge())
	old("a changed request", attacker.do("GET", at[:len(at)-2]+"xx", nil))
	old("an unknown request", attacker.do("GET", x.issuer+"u/login?state=unknown", nil))
	old("no request", attacker.do("GET", x.issuer+"u/login", nil))

	_, at = x.open(attacker, challenge())
	x.clock.pass(requestLife)
	old("an old request", attacker.do("GET", at, nil))

	form, _ = x.open(attacker, challenge())
	if a := x.submit(attacker, form, ada, password); a.status != http.StatusSeeOther {
		t.Fatalf("signing in: %d", a.status)
	}
	old("the form sent again", x.submit(attacker, form, ada, password))
}

func TestTwoTabs(t *testing.T) {
	x := newTenant(t)
	b := newBrowser(t)
	one, _ := x.open(b, challenge())
	two, _ := x.open(b, challenge())
	for _, form := range []url.Values{two, one} {
		if a := x.submit(b, form, ada, password); a.status != http.StatusSeeOther {
			t.Errorf("%d %s", a.status, a.body)
		}
	}
}

func TestFormOfAnotherSite(t *testing.T) {
	x := newTenant(t)
	b := newBrowser(t)
	form, _ := x.open(b, challenge())
	form.Set("email", ada)
	form.Set("password", password)
	for _, header := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}} {
		if a := b.do("POST", x.issuer+"u/login", form, header...); a.status != http.StatusForbidden {
			t.Errorf("%v: %d", header, a.status)
		}
	}
}

func TestDemoAccounts(t *testing.T) {
	x := newTenant(t)
	x.account(demoAda, "Ada Admin", store.Administrator)
	b := newBrowser(t)
	form, at := x.open(b, challenge())
	form.Set("demo", demoAda)
	if a := b.do("POST", x.issuer+"u/login", form); a.status == http.StatusSeeOther {
		t.Fatal("anyone can sign in without a demo")
	}
	x.config.DemoAccounts = []string{demoAda}
	x.start()
	button := b.do("GET", at, nil).page(t).Find("button[name=demo]")
	if button.Text() != "Ada Admin – Administrator" || button.AttrOr("value", "") != demoAda {
		t.Errorf("button = %q %q", button.Text(), button.AttrOr("value", ""))
	}
	form.Set("demo", ada)
	if a := b.do("POST", x.issuer+"u/login", form); a.status == http.StatusSeeOther {
		t.Error("one click signs in as any account")
	}
	form.Set("demo", demoAda)
	if a := b.do("POST", x.issuer+"u/login", form); a.status != http.StatusSeeOther || a.location(t).Query().Get("code") == "" {
		t.Errorf("one click: %d %s", a.status, a.body)
	}
}

// The others can still sign in when somebody removed one sample account.
func TestADemoAccountThatWasRemovedHasNoButton(t *testing.T) {
	x := newTenant(t)
	gone := x.account(demoAda, "Ada Admin", store.Administrator)
	x.config.DemoAccounts = []string{demoAda, hugo}
	x.start()
	b := newBrowser(t)
	form, at := x.open(b, challenge())
	x.update(func(tx *store.Tx) error { return tx.DeleteAccount(t.Context(), gone.Subject) })
	page := b.do("GET", at, nil)
	if buttons := page.page(t).Find("button[name=demo]"); page.status != http.StatusOK || buttons.Length() != 1 || buttons.AttrOr("value", "") != hugo {
		t.Errorf("%d with %d buttons, want Hugo's alone", page.status, buttons.Length())
	}
	form.Set("demo", demoAda)
	if a := b.do("POST", x.issuer+"u/login", form); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "was removed") {
		t.Errorf("a click on the old page: %d %s", a.status, a.body)
	}
}

func TestUnknownPage(t *testing.T) {
	x := newTenant(t)
	if a := newBrowser(t).do("GET", x.issuer+"u/nothing", nil); a.status != http.StatusNotFound || !strings.Contains(a.body, "There is no such page") {
		t.Errorf("%d %s", a.status, a.body)
	}
}

func TestSweep(t *testing.T) {
	x := newTenant(t)
	x.signIn(ada)
	x.try("192.0.2.7", ada, "wrong")
	if n := strings.Count(x.dump("auth_requests"), dashboardID); n != 1 {
		t.Errorf("%d sign-ins are kept; only the one that succeeded should be", n)
	}
	x.clock.pass(familyLife + memory)
	if err := x.provider.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"auth_requests", "refresh_tokens", "sign_in_failures"} {
		var n int
		if err := x.store.DB().QueryRowContext(t.Context(), "select count(*) from "+table).Scan(&n); err != nil || n != 0 {
			t.Errorf("%s has %d rows, %v", table, n, err)
		}
	}
}
