package web

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"mime"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"trellis/web/session"
)

// Where a request carries the token that its session was given. Pages have it in
// a hidden field of each form; scripts may send the header.
const (
	csrfField  = "csrf"
	csrfHeader = "X-CSRF-Token"
)

// checkCSRF lets a signed-in person change something only from a page of theirs.
// It does not lean on checkOrigin: old browsers and other programs send neither
// of the headers that that one reads.
func (s *Server) checkCSRF(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		d := session.From(r.Context())
		switch {
		case r.Method == http.MethodGet, r.Method == http.MethodHead, r.Method == http.MethodOptions:
			return next(c)
		case !d.SignedInAs():
			return next(c) // nothing can be done in the name of nobody
		}
		sent, err := sentToken(r)
		if err != nil {
			return err
		}
		if d.CSRF == "" || subtle.ConstantTimeCompare([]byte(sent), []byte(d.CSRF)) != 1 {
			if draft, fits := s.draftOf(c); draft != nil && d.Owns(*draft) {
				return s.outdated(c, draft, fits)
			}
			return forged(errors.New("the session's token is missing or another's"))
		}
		c.Set(proven, true)
		return next(c)
	}
}

// sentToken is the token that r carries, or empty.
func sentToken(r *http.Request) (string, error) {
	if sent := r.Header.Get(csrfHeader); sent != "" {
		return unmask(sent), nil
	}
	if err := parseForm(r); err != nil {
		return "", err
	}
	return unmask(r.PostForm.Get(csrfField)), nil
}

// masked begins a token that mask has changed.
const masked = "~"

// mask makes token look different in every answer. Answers are compressed, so what
// stays the same in them could be guessed bit by bit from how long they are, by
// somebody who has a browser ask for more and more pages.
func mask(token string) string {
	if token == "" {
		return ""
	}
	both := make([]byte, 2*len(token))
	_, _ = rand.Read(both[:len(token)]) // it never fails
	subtle.XORBytes(both[len(token):], both[:len(token)], []byte(token))
	return masked + base64.RawURLEncoding.EncodeToString(both)
}

// unmask is the token that sent stands for: what mask made of it, or itself.
func unmask(sent string) string {
	hidden, ok := strings.CutPrefix(sent, masked)
	if !ok {
		return sent
	}
	both, err := base64.RawURLEncoding.DecodeString(hidden)
	if err != nil || len(both)%2 != 0 {
		return ""
	}
	half := len(both) / 2
	subtle.XORBytes(both[:half], both[:half], both[half:])
	return string(both[:half])
}

// parseForm reads the form that r posts, also one that carries a file. Nothing of
// it goes to the disk: a request is smaller than what is kept in memory.
func parseForm(r *http.Request) error {
	kind, _, _ := mime.ParseMediaType(r.Header.Get(echo.HeaderContentType))
	if kind == echo.MIMEMultipartForm {
		return r.ParseMultipartForm(2 * maxImport)
	}
	return r.ParseForm()
}

// forged is a request that the person did not make, as far as anybody can tell.
func forged(err error) error {
	return &failure{
		status: http.StatusForbidden, title: "Nothing was changed",
		text: "The request did not come from a page of this session. Reload the page and try again.", err: err,
	}
}
