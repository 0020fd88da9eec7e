package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/htmx"
	"trellis/web/session"
)

// maxDraft bounds a form that waits for its person to sign in: it lies in the
// database meanwhile.
const maxDraft = 16 << 10

// draftOf is the form that c sent, if its person may be shown it later. It is nil
// when another site may have sent it, when nothing was typed or chosen in it, and
// when it holds a secret. One that does not fit is too long to be kept.
func (s *Server) draftOf(c echo.Context) (draft *session.Draft, fits bool) {
	r := c.Request()
	owner := s.sender(c)
	if r.Method != http.MethodPost || r.URL.Path == urls.Theme || r.URL.Path == urls.MappingTest || owner == "" {
		return nil, false
	}
	fields, fits := sentFields(r, maxDraft)
	if !slices.ContainsFunc(fields, typed) || slices.ContainsFunc(fields, secret) {
		return nil, false
	}
	draft = &session.Draft{Action: r.URL.RequestURI(), Owner: owner}
	for _, f := range fields {
		draft.Fields = append(draft.Fields, session.Field(f))
	}
	return draft, fits
}

// sender is whose page sent c's request, or empty when that is not certain. That
// the browser says so is enough only with a token that we once made, and the
// token is enough only when its session was alive to compare it with.
func (s *Server) sender(c echo.Context) string {
	if c.Get(proven) == nil && !s.fromHere(c.Request()) {
		return ""
	}
	token, err := sentToken(c.Request())
	if err != nil {
		return ""
	}
	return s.sessions.Owner(token)
}

// fromHere reports whether the browser says that a page of ours sent r.
func (s *Server) fromHere(r *http.Request) bool {
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" {
		return site == "same-origin"
	}
	origin, err := url.Parse(r.Header.Get("Origin"))
	return err == nil && origin.Scheme == s.base.Scheme && strings.EqualFold(origin.Host, s.base.Host)
}

// typed reports whether f is what a person entered, and not what a page keeps in
// its form for itself.
func typed(f views.Hidden) bool {
	return f.Value != "" && !slices.Contains([]string{"version", "from", "found", "changes", "listed"}, f.Name)
}

// secret reports whether f is a field for a secret. Such a form is not kept: not
// even in part, as a form without one of its fields may mean something else.
func secret(f views.Hidden) bool {
	name := strings.NewReplacer("_", "", "-", "").Replace(strings.ToLower(f.Name))
	return slices.ContainsFunc([]string{"password", "passwd", "passphrase", "secret", "apikey", "privatekey", "credential"}, func(word string) bool {
		return strings.Contains(name, word)
	})
}

// keep puts the form that c sent where its person finds it after signing in, and
// gives the ticket for it. There is none for a form that cannot be kept.
func (s *Server) keep(c echo.Context, in session.SignIn) (ticket string, err error) {
	draft, fits := s.draftOf(c)
	if draft == nil {
		return "", nil
	}
	if !fits {
		return "", &failure{
			status: http.StatusRequestEntityTooLarge, title: "Your session has ended",
			text:   "What you entered is too long to keep while you sign in. Copy it now, then sign in and enter it again.",
			signIn: true, again: urls.ToSignIn(in.ReturnTo, false, ""), sent: shown(draft),
		}
	}
	s.holdOn(c)
	in.Draft = draft
	err = s.paced(func(c echo.Context) (err error) {
		ticket, err = s.sessions.Prepare(c.Response(), c.Request(), in)
		return err
	})(c)
	return ticket, err
}

// holdOn lets the page about a failure of c offer its form again, with the token
// that it came with: there is no newer one, and it still tells whose form it is.
func (s *Server) holdOn(c echo.Context) {
	r := c.Request()
	if token, err := sentToken(r); err == nil {
		c.Set(proven, true)
		c.SetRequest(r.WithContext(views.WithCSRF(r.Context(), mask(token))))
	}
}

// outdated answers a form with the token of a session that is over, though its
// person is signed in again. Nothing is done with it before they look at it.
func (s *Server) outdated(c echo.Context, draft *session.Draft, fits bool) error {
	r := c.Request()
	switch {
	case !htmx.From(r).Partial():
		return showDraft(c, http.StatusForbidden, draft)
	case !fits:
		return &failure{
			status: http.StatusForbidden, title: "This was not saved yet",
			text: "You signed in again after this form was opened, and it is too long to take along. Copy what you entered, then reload the page.",
		}
	}
	if err := s.sessions.Leave(r.Context(), draft); err != nil {
		return err
	}
	htmx.Elsewhere(c.Response(), http.StatusForbidden, urls.Unsaved)
	return nil
}

// unsaved shows the form that came to nothing when its session ended, to send it
// again or not.
func unsaved(c echo.Context) error {
	d := session.From(c.Request().Context())
	if d.Draft == nil {
		return c.Redirect(http.StatusSeeOther, urls.Home)
	}
	return showDraft(c, http.StatusOK, d.Draft)
}

func showDraft(c echo.Context, status int, draft *session.Draft) error {
	l := frame(c, "This was not saved yet")
	l.Here = urls.Unsaved
	return views.Serve(c.Response(), c.Request(), status, views.DraftPage(l, views.Draft{
		Sent:   shown(draft),
		Replay: views.Replay{Action: draft.Action, Fields: hidden(draft)},
	}))
}

// useDraft forgets the form that unsaved shows once it is sent again. Should that
// fail, its page has it.
func (s *Server) useDraft(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		d := session.From(r.Context())
		if r.Method != http.MethodPost || d.Draft == nil || d.Draft.Action != r.URL.RequestURI() {
			return next(c)
		}
		if err := s.sessions.Leave(r.Context(), nil); err != nil && !errors.Is(err, session.ErrEnded) {
			return err
		}
		return next(c)
	}
}

// hidden is what draft sends.
func hidden(draft *session.Draft) (fields []views.Hidden) {
	for _, f := range draft.Fields {
		fields = append(fields, views.Hidden(f))
	}
	return fields
}

// shown is what the person entered in draft, each name once.
func shown(draft *session.Draft) (sent []views.Sent) {
	for _, f := range hidden(draft) {
		if !typed(f) {
			continue
		}
		label := labelOf(f.Name)
		if n := len(sent); n == 0 || sent[n-1].Label != label {
			sent = append(sent, views.Sent{Label: label})
		}
		last := &sent[len(sent)-1]
		last.Values = append(last.Values, f.Value)
	}
	if i := slices.IndexFunc(sent, func(s views.Sent) bool { return s.Label == "Name" }); i > 0 {
		name := sent[i]
		sent = slices.Insert(slices.Delete(sent, i, i+1), 0, name) // what it is about comes first, as in the form
	}
	return sent
}

// labelOf is the name of a field as words.
func labelOf(name string) string {
	words := strings.Join(strings.FieldsFunc(name, func(r rune) bool { return strings.ContainsRune("_-.[]", r) }), " ")
	first, size := utf8.DecodeRuneInString(words)
	if size == 0 {
		return name
	}
	return string(unicode.ToUpper(first)) + words[size:]
}
