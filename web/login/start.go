package login

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/labstack/echo/v4"
	"golang.org/x/oauth2"

	"trellis/web/session"
)

// Start sends the browser to the provider. ?return_to is where to go afterwards,
// and ?unsaved says that a change came to nothing. ?ticket is for a sign-in that
// was prepared, which knows both, and the change itself.
func (p *Party) Start(c echo.Context) error {
	r := c.Request()
	// A sign-in is a person's: no picture or script of another page starts one.
	if mode := r.Header.Get("Sec-Fetch-Mode"); mode != "" && mode != "navigate" {
		return &Error{Status: http.StatusForbidden, Title: "Signing in needs a page of its own", Message: "Open the sign-in page in your browser."}
	}
	m, err := p.provider.metadata(r.Context())
	if err != nil {
		e := unavailable(err)
		e.Again = r.URL.RequestURI()
		return e
	}
	in, err := p.wanted(r)
	if err != nil {
		return err
	}
	in.State, in.Nonce, in.Verifier = oauth2.GenerateVerifier(), oauth2.GenerateVerifier(), oauth2.GenerateVerifier()
	if err := p.sessions.Begin(c.Response(), r, in); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, p.authorizeURL(m, in))
}

// wanted is what r asks of the sign-in that it begins.
func (p *Party) wanted(r *http.Request) (session.SignIn, error) {
	q := r.URL.Query()
	in, err := p.sessions.Prepared(r, q.Get("ticket"))
	if errors.Is(err, session.ErrNoSignIn) { // none, or it was used: the address says the rest
		return session.SignIn{ReturnTo: localPath(q.Get("return_to")), Unsaved: q.Get("unsaved") == "1"}, nil
	}
	return in, err
}

// authorizeURL is where the provider asks the person. Nothing of the request is
// in it, and so nothing that a forged Host could change.
func (p *Party) authorizeURL(m *metadata, in session.SignIn) string {
	conf := oauth2.Config{
		ClientID:    p.clientID,
		RedirectURL: p.callback,
		Scopes:      p.scopes,
		Endpoint:    oauth2.Endpoint{AuthURL: m.AuthorizationEndpoint},
	}
	return conf.AuthCodeURL(in.State,
		oidc.Nonce(in.Nonce),
		oauth2.S256ChallengeOption(in.Verifier),
		oauth2.SetAuthURLParam("audience", p.audiences[session.Authorization]),
	)
}

// localPath is target, if it is a path of the dashboard, else "/". It is strict:
// our own links are ASCII with everything else escaped, so whatever is not can
// only be somebody's trick.
func localPath(target string) string {
	const home, longest = "/", 2048
	if len(target) > longest || !strings.HasPrefix(target, "/") {
		return home
	}
	for _, b := range []byte(target) {
		if b <= ' ' || b >= 0x7f || b == '\\' {
			return home
		}
	}
	path, _, _ := strings.Cut(strings.SplitN(target, "#", 2)[0], "?")
	if _, err := url.Parse(target); err != nil || !plainPath(path) {
		return home
	}
	return target
}

// plainPath reports whether path names a page in one way only: no empty and no
// dot segments, also not escaped ones, and no page of signing in itself.
func plainPath(path string) bool {
	lower := strings.ToLower(path)
	for _, trick := range []string{"//", "%2f%2f", "/%2f", "%5c", "%00", "%09", "%0a", "%0d"} {
		if strings.Contains(lower, trick) {
			return false
		}
	}
	for segment := range strings.SplitSeq(strings.ReplaceAll(lower, "%2e", "."), "/") {
		if segment == "." || segment == ".." {
			return false
		}
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(lower, "/"), "/")
	return first != "login" && first != "logout" && first != "signed-out"
}
