package login_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"trellis/web/login"
	"trellis/web/session"
)

// typed is a form that the person with subject sent when their session had ended.
// The browser knows its ticket.
func (b *browser) typed(subject string) (ticket string) {
	b.Helper()
	owner := b.store.Owner(b.tokenOf(subject))
	w := httptest.NewRecorder()
	ticket, err := b.store.Prepare(w, b.request(), session.SignIn{ReturnTo: "/groups/new?user=u", Unsaved: true, Draft: &session.Draft{
		Action: "/groups/new?user=u", Owner: owner, Fields: []session.Field{{Name: "name", Value: "form-canary"}},
	}})
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range w.Result().Cookies() {
		b.jar[c.Name] = c.Value
	}
	return ticket
}

// tokenOf is a token of a session that subject had.
func (b *browser) tokenOf(subject string) string {
	b.Helper()
	w := httptest.NewRecorder()
	other := httptest.NewRequestWithContext(b.Context(), "GET", "/", nil)
	if err := b.store.Start(w, other, session.Data{Issuer: b.op.issuer(), Subject: subject}); err != nil {
		b.Fatal(err)
	}
	other.AddCookie(w.Result().Cookies()[0])
	d, err := b.store.Load(httptest.NewRecorder(), other)
	if err != nil {
		b.Fatal(err)
	}
	if err := b.store.End(httptest.NewRecorder(), other); err != nil {
		b.Fatal(err)
	}
	return d.CSRF
}

func (b *browser) request() *http.Request {
	r := httptest.NewRequestWithContext(b.Context(), "GET", "/", nil)
	for name, value := range b.jar {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	return r
}

// Who comes back finds the form that they sent, on a page of its own.
func TestAFormWaitsForItsPerson(t *testing.T) {
	d := newDashboard(t)
	b := d.browser()
	location := b.start("?ticket=" + b.typed("auth0|ada") + "&return_to=/groups/new&unsaved=1")
	res := b.visit("GET", d.op.authorize(location).String())
	if to := res.Header.Get("Location"); res.StatusCode != 303 || to != "/unsaved" {
		t.Errorf("%d to %q", res.StatusCode, to)
	}
	s := b.session()
	if s.Draft == nil || s.Draft.Action != "/groups/new?user=u" || s.Draft.Fields[0].Value != "form-canary" || len(s.Flash) != 0 {
		t.Errorf("draft = %+v with messages %v", s.Draft, s.Flash)
	}
	for where, text := range map[string]string{"provider": location, "log": d.log.String()} {
		if strings.Contains(text, "canary") {
			t.Errorf("the %s was told what was typed: %s", where, text)
		}
	}
}

// Another person learns that there was a form, and nothing of it.
func TestAFormIsShownToNobodyElse(t *testing.T) {
	d := newDashboard(t)
	b := d.browser()
	res := b.visit("GET", d.op.authorize(b.start("?ticket="+b.typed("auth0|hugo"))).String())
	s := b.session()
	if to := res.Header.Get("Location"); to != "/" || s.Draft != nil || b.who() != "auth0|ada" {
		t.Errorf("%s is led to %q with %+v", b.who(), to, s.Draft)
	}
	if len(s.Flash) != 1 || s.Flash[0].Title != "A change was not saved" || strings.Contains(s.Flash[0].Text, "canary") {
		t.Errorf("messages %v", s.Flash)
	}
}

// A ticket is good for the browser that it was given to, and once. Without it the
// address still says that something was lost.
func TestTicketsThatBringNothing(t *testing.T) {
	for name, spoil := range map[string]func(b *browser, ticket string) *browser{
		"used":            func(b *browser, ticket string) *browser { b.start("?ticket=" + ticket); return b },
		"another browser": func(b *browser, _ string) *browser { return b.browser() },
	} {
		d := newDashboard(t)
		b := d.browser()
		ticket := b.typed("auth0|ada")
		b = spoil(b, ticket)
		res := b.visit("GET", d.op.authorize(b.start("?return_to=/groups/new&unsaved=1&ticket="+ticket)).String())
		s := b.session()
		if to := res.Header.Get("Location"); to != "/groups/new" || s.Draft != nil || len(s.Flash) != 1 {
			t.Errorf("%s: to %q with %+v and %v", name, to, s.Draft, s.Flash)
		}
	}
}

// A ticket does not stand in for the provider's answer.
func TestATicketEndsNoSignIn(t *testing.T) {
	d := newDashboard(t)
	b := d.browser()
	q := d.op.authorize(b.start("")).Query()
	q.Set("state", b.typed("auth0|ada"))
	b.stays(b.visit("GET", "/login/callback?"+q.Encode()), http.StatusBadRequest)
	if n := d.op.count("/oauth/token"); n != 0 {
		t.Errorf("the provider was asked for tokens %d times", n)
	}
}

// A sign-in that fails does not lose the form: starting again brings it.
func TestAFormOutlivesAFailedSignIn(t *testing.T) {
	for name, fail := range map[string]func(*op, url.Values){
		"cancelled": func(_ *op, q url.Values) { q.Del("code"); q.Set("error", "access_denied") },
		"refused":   func(_ *op, q url.Values) { q.Set("code", "another") },
		"provider down": func(p *op, _ url.Values) {
			p.serve = func(w http.ResponseWriter, _ *http.Request) bool { w.WriteHeader(503); return true }
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDashboard(t)
			b := d.browser()
			q := d.op.authorize(b.start("?ticket=" + b.typed("auth0|ada"))).Query()
			fail(d.op, q)
			res := b.visit("GET", "/login/callback?"+q.Encode())
			again, err := url.Parse(res.Header.Get("Again"))
			if err != nil || res.StatusCode < 400 || again.Path != "/login" || again.Query().Get("return_to") != "/groups/new?user=u" || b.who() != "" {
				t.Fatalf("%d, again at %q (%v)", res.StatusCode, again, err)
			}
			d.op.serve = nil
			b.visit("GET", d.op.authorize(b.start("?"+again.RawQuery)).String())
			if s := b.session(); s.Draft == nil || s.Draft.Fields[0].Value != "form-canary" {
				t.Errorf("draft = %+v", s.Draft)
			}
		})
	}
}

// While the provider is away the ticket is not spent.
func TestAFormOutlivesAnOutageOfTheProvider(t *testing.T) {
	d := newDashboard(t)
	b := d.browser()
	ticket := b.typed("auth0|ada")
	d.op.serve = func(w http.ResponseWriter, _ *http.Request) bool { w.WriteHeader(503); return true }
	res := b.visit("GET", "/login?ticket="+ticket)
	if again := res.Header.Get("Again"); res.StatusCode != 503 || again != "/login?ticket="+ticket {
		t.Fatalf("%d, again at %q", res.StatusCode, again)
	}
	d.op.serve = nil
	d.clock.advance(login.MetadataGap)
	b.visit("GET", d.op.authorize(b.start("?ticket="+ticket)).String())
	if s := b.session(); s.Draft == nil {
		t.Error("the form is gone")
	}
}
