package login_test

import (
	"net/url"
	"strings"
	"testing"

	"trellis/web/login"
)

// tricks are addresses that some browser, or some other program, takes to
// another site, to a script, or back into signing in.
var tricks = []string{
	"", " ", "e", "e/f", "evil.test", "//evil.test", "///evil.test", "////evil.test", `/\evil.test`, `\/evil.test`, `\\evil.test`,
	`/\/evil.test`, `//\evil.test`, "/.//evil.test", "/..//evil.test", "/./evil.test", "/../evil.test", "/a/..//evil.test", "/a//evil.test",
	"/%2fevil.test", "/%2Fevil.test", "/%2f%2fevil.test", "/%5cevil.test", "/%5Cevil.test", "/%5c%5cevil.test", "/%2e%2e/evil.test", "/%2e/evil.test",
	"/%09/evil.test", "/\t/evil.test", "/\n/evil.test", "/\r/evil.test", "\t//evil.test", "\n//evil.test", " //evil.test", "/ /evil.test",
	"/%0d%0aSet-Cookie:x=y", "/\r\nSet-Cookie: x=y", "/%0aevil.test", "/%00/evil.test", "/\x00/evil.test", "/\x7f", "\x00//evil.test",
	"http://evil.test", "https://evil.test", "https:evil.test", "https:/evil.test", "https:///evil.test", "HTTPS://evil.test", "ftp://evil.test",
	"//user@evil.test", "//user:pass@evil.test", "http://localhost:8080@evil.test", "//localhost:8080@evil.test", "@evil.test", ":80", "//[::1]", "//0x7f.1",
	"javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd", "blob:x", "about:blank",
	"／／evil.test", "/／evil.test", "/⁄evil.test", "/∕evil.test", "/。/evil.test", "\u200b//evil.test", "/\u202eevil", "/ü", "\xff//evil.test", "/\xff",
	"?x=//evil.test", "#//evil.test", "/login", "/login?return_to=/", "/LOGIN", "/login/callback?code=x", "/logout", "/signed-out",
	"/" + strings.Repeat("a", 8<<10),
}

func TestOIDC_63_tricks_lead_home(t *testing.T) {
	if len(tricks) < 60 {
		t.Fatalf("only %d tricks", len(tricks))
	}
	for _, target := range tricks {
		if got := login.LocalPath(target); got != "/" {
			t.Errorf("%.80q leads to %.80q", target, got)
		}
	}
}

func TestOIDC_63_our_own_addresses_stay(t *testing.T) {
	for _, target := range []string{
		"/", "/groups", "/groups?q=a+b&sort=-name&page=2", "/groups/1b2c/members/add?user=auth0%7C1", "/users/auth0%7Cada", "/users/a%2Fb/permissions",
		"/users/email%7Ca@b.test", "/groups?q=%2F%2Fevil.test", "/groups?q=https://evil.test", "/loginhelp",
	} {
		if got := login.LocalPath(target); got != target {
			t.Errorf("%q became %q", target, got)
		}
	}
}

// whatwg resolves target against base more leniently than Go does, as browsers
// do: blanks around it and tabs and line breaks anywhere do not count, and a
// backslash is a slash.
func whatwg(t testing.TB, base *url.URL, target string) *url.URL {
	t.Helper()
	target = strings.TrimFunc(target, func(r rune) bool { return r <= ' ' })
	target = strings.NewReplacer("\t", "", "\n", "", "\r", "", `\`, "/").Replace(target)
	u, err := base.Parse(target)
	if err != nil {
		t.Fatalf("%q: %v", target, err)
	}
	return u
}

func FuzzOIDC_63_local_path(f *testing.F) {
	for _, target := range append(tricks, "/groups?q=x#y") {
		f.Add(target)
	}
	base := &url.URL{Scheme: "http", Host: "localhost:8080", Path: "/login/callback"}
	f.Fuzz(func(t *testing.T, target string) {
		got := login.LocalPath(target)
		u := whatwg(t, base, got)
		if u.Scheme != base.Scheme || u.Host != base.Host || u.User != nil || strings.HasPrefix(got, "//") {
			t.Errorf("%q leads to %s", target, u)
		}
		if again := login.LocalPath(got); again != got {
			t.Errorf("%q became %q and then %q", target, got, again)
		}
	})
}

func TestOIDC_63_after_signing_in(t *testing.T) {
	d := newDashboard(t)
	for _, target := range []string{"//evil.test", `/\evil.test`, "javascript:alert(1)"} {
		b := d.browser()
		res := b.visit("GET", d.op.authorize(b.start("?return_to="+url.QueryEscape(target))).String())
		if got := res.Header.Get("Location"); got != "/" {
			t.Errorf("%q led to %q", target, got)
		}
	}
}
