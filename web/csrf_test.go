package web

import (
	"bytes"
	"errors"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"trellis/views/urls"
	"trellis/web/session"
)

func tenMinutesAgo() time.Time { return time.Now().Add(-10 * time.Minute) }

func form(name, value string) url.Values { return url.Values{name: {value}} }

// Every action, each way to have a browser do it unasked: refused, and the API
// learns of nothing.
func TestWEB_01_02_03_forged_requests(t *testing.T) {
	other := newSite(t)
	foreign := other.administrator().CSRF

	s := newSite(t)
	own := s.administrator().CSRF
	attacks := []struct {
		name    string
		form    url.Values
		headers []string
	}{
		{"from another site", form(csrfField, own), []string{"Sec-Fetch-Site", "cross-site"}},
		{"from a neighbouring site", form(csrfField, own), []string{"Sec-Fetch-Site", "same-site"}},
		{"from another origin, by an old browser", form(csrfField, own), []string{"Origin", "http://evil.test"}},
		{"from another port", form(csrfField, own), []string{"Origin", "http://localhost:9090"}},
		{"from nowhere", form(csrfField, own), []string{"Origin", "null"}},
		{"without a token", nil, []string{"Sec-Fetch-Site", "same-origin"}},
		{"without a token or any header", nil, nil},
		{"with an empty token", form(csrfField, ""), []string{"Sec-Fetch-Site", "same-origin"}},
		{"with a token of another session", form(csrfField, foreign), []string{"Sec-Fetch-Site", "same-origin"}},
		{"with a header of another session", form(csrfField, own), []string{csrfHeader, foreign}},
		{"with a cookie of the token's name", nil, []string{"Cookie", csrfField + "=" + own}},
	}
	for _, r := range s.routes() {
		if r.method == http.MethodGet {
			continue
		}
		for _, a := range attacks {
			t.Run(r.path+" "+a.name, func(t *testing.T) {
				s.api.says(200, "{}", nil)
				if res := s.post(r.address(), a.form, a.headers...); res.StatusCode != http.StatusForbidden {
					t.Errorf("status = %d", res.StatusCode)
				}
				if s.api.calls != 0 || !s.session().SignedInAs() {
					t.Errorf("%d calls of the API, signed in: %t", s.api.calls, s.session().SignedInAs())
				}
			})
		}
	}
}

func TestTheTokenIsNotTakenFromTheAddressOrFromText(t *testing.T) {
	s := newSite(t)
	token := s.administrator().CSRF
	if res := s.post("/logout?"+form(csrfField, token).Encode(), nil); res.StatusCode != 403 {
		t.Errorf("in the query: %d", res.StatusCode)
	}
	r := s.request("POST", "/logout", strings.NewReader(form(csrfField, token).Encode()), "Content-Type", "text/plain")
	if res := s.do(r); res.StatusCode != 403 {
		t.Errorf("WEB-06: as text/plain: %d", res.StatusCode)
	}
}

func TestOwnFormsAndScriptsAreHeard(t *testing.T) {
	for name, headers := range map[string][]string{
		"a form":         nil,
		"a form of ours": {"Sec-Fetch-Site", "same-origin", "Origin", "http://localhost:8080"},
	} {
		s := newSite(t)
		d := s.administrator()
		if res := s.post("/logout", form(csrfField, d.CSRF), headers...); res.StatusCode != 303 || s.session().SignedInAs() {
			t.Errorf("%s: %d", name, res.StatusCode)
		}
	}
	s := newSite(t)
	d := s.administrator()
	if res := s.post("/logout", nil, csrfHeader, d.CSRF); res.StatusCode != 303 || s.session().SignedInAs() {
		t.Errorf("a script: %d", res.StatusCode)
	}
}

func TestSES_06_signing_out_is_no_link(t *testing.T) {
	s := newSite(t)
	s.administrator()
	if res := s.get("/logout"); res.StatusCode != 405 || !s.session().SignedInAs() {
		t.Errorf("status = %d", res.StatusCode)
	}
}

// A form of a page carries the token of the session that asked for the page.
func TestPagesCarryTheSessionsToken(t *testing.T) {
	s := newSite(t)
	d := s.administrator()
	res := s.get("/groups")
	if res.StatusCode != 200 {
		t.Fatalf("status = %d", res.StatusCode)
	}
	got, _ := page(t, res).Find(`form[action="/logout"] input[name=csrf]`).Attr("value")
	if unmask(got) != d.CSRF {
		t.Errorf("token = %q, want %q", unmask(got), d.CSRF)
	}
}

func TestTooMuchAtOnce(t *testing.T) {
	s := newSite(t)
	d := s.administrator()
	f := form(csrfField, d.CSRF)
	f.Set("name", strings.Repeat("a", 2<<20))
	if res := s.post("/groups/new", f); res.StatusCode != http.StatusRequestEntityTooLarge || s.api.calls != 0 {
		t.Errorf("status = %d after %d calls", res.StatusCode, s.api.calls)
	}
}

// A session without a token of its own takes no empty one for it.
func TestNoTokenIsNoMatch(t *testing.T) {
	s := newSite(t)
	ctx := session.With(t.Context(), s.administrator())
	if err := s.store.Update(ctx, func(d *session.Data) { d.CSRF = "" }); err != nil {
		t.Fatal(err)
	}
	if res := s.post("/logout", form(csrfField, "")); res.StatusCode != 403 || !s.session().SignedInAs() {
		t.Errorf("status = %d", res.StatusCode)
	}
}

// A form with a file carries its token among its parts, and none passes without.
func TestAFormWithAFileNeedsItsToken(t *testing.T) {
	s := newSite(t)
	d := s.administrator()
	send := func(token string) int {
		var body bytes.Buffer
		w := multipart.NewWriter(&body)
		part, err := w.CreateFormFile("file", "a.csv")
		if err == nil {
			_, err = part.Write([]byte(csrfField + "=" + d.CSRF))
		}
		if err == nil && token != "" {
			err = w.WriteField(csrfField, token)
		}
		if err := errors.Join(err, w.Close()); err != nil {
			t.Fatal(err)
		}
		r := s.request("POST", "/groups/g/members/many", &body)
		r.Header.Set("Content-Type", w.FormDataContentType())
		return s.do(r).StatusCode
	}
	for _, token := range []string{"", "guessed"} {
		if status := send(token); status != http.StatusForbidden || s.api.calls != 0 {
			t.Errorf("with token %q: %d after %d calls", token, status, s.api.calls)
		}
	}
	if send(d.CSRF); s.api.calls == 0 {
		t.Error("with the token of the session nothing was done")
	}
}

// A form with a file carries its token as any other does, and may be larger.
func TestFormsWithAFile(t *testing.T) {
	s := newSite(t)
	token := s.signIn(tenMinutesAgo(), "update:configuration").CSRF
	send := func(address, token string, size int) int {
		var b bytes.Buffer
		w := multipart.NewWriter(&b)
		_ = w.WriteField(csrfField, token)
		part, err := w.CreateFormFile("document", "tenant.json")
		if err != nil {
			t.Fatal(err)
		}
		_, _ = part.Write(append([]byte(`{}`), bytes.Repeat([]byte(" "), size)...))
		_ = w.Close()
		return s.do(s.request("POST", address, &b, "Content-Type", w.FormDataContentType())).StatusCode
	}
	s.api.says(200, `{"mode":"merge","valid":true,"created":{},"changed":{},"deleted":{}}`, nil)
	for name, tt := range map[string]struct {
		address, token string
		size, want     int
	}{
		"its own token":                {urls.Transfer, token, 0, 200},
		"the token of nobody":          {urls.Transfer, "x", 0, 403},
		"a tenant of some megabytes":   {urls.Transfer, token, 5 << 20, 200},
		"more than the API would take": {urls.Transfer, token, 18 << 20, 413},
		"that much elsewhere":          {urls.NewGroup, token, 5 << 20, 413},
	} {
		if got := send(tt.address, tt.token, tt.size); got != tt.want {
			t.Errorf("%s: status = %d, want %d", name, got, tt.want)
		}
	}
}
