package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"trellis/web/session"
	"trellis/web/upstream"
)

// lost is each way in which a session is over when a form of it is sent.
var lost = map[string]func(*site){
	"removed":         func(s *site) { s.exec(`delete from web_sessions`) },
	"idle":            func(s *site) { s.exec(`update web_sessions set seen = 1`) },
	"too old":         func(s *site) { s.exec(`update web_sessions set created = 1`) },
	"without cookie":  func(s *site) { delete(s.jar, "trellis") },
	"refresh refused": func(s *site) { s.tokens.err = &upstream.Error{Status: 401, Code: upstream.CodeNoSession} },
	"token refused":   func(s *site) { s.api.says(401, `{}`, nil) },
}

func (s *site) exec(query string) {
	s.Helper()
	if _, err := s.db.Exec(query); err != nil {
		s.Fatal(err)
	}
}

// pending counts the sign-ins that are remembered.
func (s *site) pending() (n int) {
	s.Helper()
	if err := s.db.QueryRow(`select count(*) from web_sign_ins`).Scan(&n); err != nil {
		s.Fatal(err)
	}
	return n
}

// way is where res leads a browser or htmx.
func way(t testing.TB, res *http.Response) *url.URL {
	t.Helper()
	u, err := url.Parse(res.Header.Get("Location") + res.Header.Get("HX-Redirect"))
	if err != nil {
		t.Fatal(err)
	}
	return u
}

var sameOrigin = []string{"Sec-Fetch-Site", "same-origin"}

// typedGroup is a form of a person with token, as a browser sends it.
func typedGroup(token string) url.Values {
	return url.Values{csrfField: {token}, "id": {"auth0|b", "auth0|a"}, "name": {"form-canary <b>"}, "description": {"line\nline ü"}, "version": {`"etag"`}}
}

// However a session ends, what was typed waits for its person, with and without
// script. It is in no address and in no log, and the API has not seen it.
func TestAFormOutlivesItsSession(t *testing.T) {
	for name, lose := range lost {
		for mode, headers := range map[string][]string{"plain": nil, "htmx": {"HX-Request", "true", "HX-Current-URL", "http://localhost:8080/groups"}} {
			t.Run(name+" "+mode, func(t *testing.T) {
				s := newSite(t)
				ada := *s.administrator()
				lose(s)
				res := s.post("/groups/new?from=list", typedGroup(ada.CSRF), append(sameOrigin, headers...)...)
				to := way(t, res)
				if want := map[string]int{"plain": 303, "htmx": 401}[mode]; res.StatusCode != want || to.Path != "/login" {
					t.Fatalf("%d to %q, want %d", res.StatusCode, to, want)
				}
				for where, text := range map[string]string{"address": to.String(), "log": s.log.String()} {
					if strings.Contains(text, "canary") || strings.Contains(text, ada.CSRF) {
						t.Errorf("the %s tells what was typed: %s", where, text)
					}
				}
				r := s.request("GET", to.String(), nil)
				in, err := s.store.Prepared(r, to.Query().Get("ticket"))
				if err != nil || in.Draft == nil || in.ReturnTo != "/groups/new?from=list" || !in.Unsaved {
					t.Fatalf("%+v, %v", in, err)
				}
				want := []session.Field{
					{Name: "description", Value: "line\nline ü"},
					{Name: "id", Value: "auth0|b"},
					{Name: "id", Value: "auth0|a"},
					{Name: "name", Value: "form-canary <b>"},
					{Name: "version", Value: `"etag"`},
				}
				if in.Draft.Action != "/groups/new?from=list" || !slices.Equal(in.Draft.Fields, want) {
					t.Errorf("kept %+v", in.Draft)
				}
				if !ada.Owns(*in.Draft) || (session.Data{Issuer: ada.Issuer, Subject: "auth0|hugo"}).Owns(*in.Draft) {
					t.Error("the form is not that of its person alone")
				}
				if _, err := s.store.Prepared(r, to.Query().Get("ticket")); err == nil {
					t.Error("the ticket works twice")
				}
			})
		}
	}
}

// While its session lived, the token alone shows whose form it is; after that the
// browser has to say where the form comes from, too.
func TestWhatProvesAForm(t *testing.T) {
	tests := []struct {
		name    string
		lose    string
		headers []string
		want    bool
	}{
		{"same origin", "removed", sameOrigin, true},
		{"our origin, by an old browser", "removed", []string{"Origin", "http://localhost:8080"}, true},
		{"neither", "removed", nil, false},
		{"typed into the address bar", "removed", []string{"Sec-Fetch-Site", "none"}, false},
		{"neither, in a living session", "token refused", nil, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newSite(t)
			d := s.administrator()
			lost[tt.lose](s)
			res := s.post("/groups/new", typedGroup(d.CSRF), tt.headers...)
			if got := way(t, res).Query().Get("ticket") != ""; res.StatusCode != 303 || got != tt.want || (s.pending() == 1) != tt.want {
				t.Errorf("%d, kept: %t with %d rows, want %t", res.StatusCode, got, s.pending(), tt.want)
			}
		})
	}
}

// What another site, a guesser or another installation sends is not kept, nor is
// what nobody typed, nor a secret.
func TestFormsThatAreNotKept(t *testing.T) {
	tests := []struct {
		name    string
		path    string
		spoil   func(*site, url.Values)
		headers []string
		status  int
	}{
		{"from another site", "/groups/new", nil, []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"from a neighbour", "/groups/new", nil, []string{"Sec-Fetch-Site", "same-site"}, 403},
		{"from another origin", "/groups/new", nil, []string{"Origin", "http://evil.test"}, 403},
		{"without a token", "/groups/new", func(_ *site, f url.Values) { f.Del(csrfField) }, sameOrigin, 303},
		{"with a made-up token", "/groups/new", func(_ *site, f url.Values) { f.Set(csrfField, "AAAA.BBBB") }, sameOrigin, 303},
		{"with half a token", "/groups/new", func(_ *site, f url.Values) { f.Set(csrfField, f.Get(csrfField)[10:]) }, sameOrigin, 303},
		{"nothing typed", "/groups/g/delete", func(_ *site, f url.Values) { f.Del("name"); f.Del("description"); f.Del("id") }, sameOrigin, 303},
		{"a password", "/groups/new", func(_ *site, f url.Values) { f.Set("new_password", "secret-canary") }, sameOrigin, 303},
		{"a secret", "/groups/new", func(_ *site, f url.Values) { f.Set("client-secret", "secret-canary") }, sameOrigin, 303},
		{"colours", "/theme", nil, sameOrigin, 303},
		{"what mappings are tried with", "/mappings/test", nil, sameOrigin, 303},
		{"no page", "/nothing", nil, sameOrigin, 404},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newSite(t)
			form := typedGroup(s.administrator().CSRF)
			lost["removed"](s)
			if tt.spoil != nil {
				tt.spoil(s, form)
			}
			res := s.post(tt.path, form, tt.headers...)
			if res.StatusCode != tt.status || way(t, res).Query().Has("ticket") || s.pending() != 0 {
				t.Errorf("%d to %q with %d rows", res.StatusCode, way(t, res), s.pending())
			}
			html, err := page(t, res).Html()
			if err != nil || strings.Contains(html, "canary") {
				t.Errorf("%v: the page shows what was sent: %s", err, html)
			}
		})
	}
}

// A form that is too long for us stays with its person: on the page, or in the
// dialog that is still open.
func TestAFormTooLongToKeep(t *testing.T) {
	for size, kept := range map[int]bool{maxDraft - 200: true, maxDraft + 1: false} {
		for _, headers := range [][]string{nil, {"HX-Request", "true"}} {
			s := newSite(t)
			form := typedGroup(s.administrator().CSRF)
			form.Set("description", strings.Repeat("a", size))
			lost["idle"](s)
			res := s.post("/groups/new", form, append(sameOrigin, headers...)...)
			if got := way(t, res).Query().Has("ticket"); got != kept || s.pending() == 1 != kept {
				t.Errorf("%d bytes: kept %t, want %t", size, got, kept)
			}
			if kept {
				continue
			}
			doc := page(t, res)
			if res.StatusCode != 413 || !strings.Contains(doc.Text(), "too long to keep") {
				t.Errorf("%d: %s", res.StatusCode, doc.Text())
			}
			if headers != nil {
				continue
			}
			again, _ := doc.Find(`main a:contains("Sign in again")`).Attr("href")
			if again != "/login?return_to=%2Fgroups%2Fnew" || doc.Find("main textarea[readonly][aria-label=Description]").Text() != form.Get("description") {
				t.Errorf("the way on is %q, and the page has %d texts to copy", again, doc.Find("main textarea").Length())
			}
		}
	}
}

// Very many small fields are long too.
func TestManyEmptyFieldsAreLong(t *testing.T) {
	s := newSite(t)
	form := typedGroup(s.administrator().CSRF)
	form["id"] = make([]string, maxDraft/fieldCost)
	lost["removed"](s)
	if res := s.post("/groups/new", form, sameOrigin...); res.StatusCode != 413 || s.pending() != 0 {
		t.Errorf("%d with %d rows", res.StatusCode, s.pending())
	}
}

// Whoever has forms kept too often is asked to wait, with the form in hand.
func TestKeepingFormsIsPaced(t *testing.T) {
	s := newSite(t)
	form := typedGroup(s.administrator().CSRF)
	lost["removed"](s)
	var res *http.Response
	for range signInBurst * 2 {
		clear(s.jar)
		if res = s.post("/groups/new", form, sameOrigin...); res.StatusCode == 429 {
			break
		}
	}
	action, kept := replayed(page(t, res))
	if res.StatusCode != 429 || action != "/groups/new" || kept.Encode() != form.Encode() {
		t.Errorf("%d with %q and %v", res.StatusCode, action, kept)
	}
	if s.pending() > signInBurst+10 {
		t.Errorf("%d rows", s.pending())
	}
}

// leave puts a form of the person who is signed in where they find it.
func (s *site) leave(draft session.Draft) {
	s.Helper()
	if err := s.store.Leave(session.With(s.Context(), s.session()), &draft); err != nil {
		s.Fatal(err)
	}
}

// resent is the form by which a page offers to send something once more.
func resent(doc *goquery.Document) (action string, fields url.Values) {
	f := doc.Find(`main form:contains("Send again")`)
	fields = url.Values{}
	for _, in := range f.Find("input[type=hidden]").EachIter() {
		fields.Add(in.AttrOr("name", ""), unmask(in.AttrOr("value", "")))
	}
	return f.AttrOr("action", ""), fields
}

// The person sees what they had typed, sends it with the token of the session
// now, and that was that.
func TestAKeptFormIsSentOnce(t *testing.T) {
	s := newSite(t)
	d := s.administrator()
	s.leave(session.Draft{Action: "/groups/new", Fields: []session.Field{
		{Name: "description", Value: "a <b>\nline"}, {Name: "name", Value: "Ops"}, {Name: "version", Value: "v-canary"},
	}})
	for range 2 { // a reload shows it again
		doc := page(t, s.get("/unsaved"))
		action, fields := resent(doc)
		want := url.Values{csrfField: {d.CSRF}, "name": {"Ops"}, "description": {"a <b>\nline"}, "version": {"v-canary"}}
		if action != "/groups/new" || fields.Encode() != want.Encode() {
			t.Fatalf("%q with %v", action, fields)
		}
		if got := doc.Find("main dl").Text(); got != "NameOpsDescriptiona <b>\nline" {
			t.Errorf("the page shows %q", got)
		}
		if form, _ := doc.Find(`main a:contains("Start over")`).Attr("href"); form != "/groups/new" {
			t.Errorf("without it the way on is %q", form)
		}
		if s.api.calls != 0 {
			t.Fatal("it was sent by itself")
		}
	}
	s.api.says(200, `{"_id":"7e57ab1e-0000-4000-8000-000000000001","name":"Ops","description":"a"}`, nil)
	action, fields := resent(page(t, s.get("/unsaved")))
	if res := s.post(action, fields); res.StatusCode != 303 || res.Header.Get("Location") != "/groups/7e57ab1e-0000-4000-8000-000000000001" {
		t.Errorf("%d to %q", res.StatusCode, res.Header.Get("Location"))
	}
	if res := s.get("/unsaved"); res.StatusCode != 303 || res.Header.Get("Location") != "/" {
		t.Errorf("it waits still: %d to %q", res.StatusCode, res.Header.Get("Location"))
	}
}

// Only the form itself uses it up, and only with the token.
func TestAKeptFormStaysUntilItIsSent(t *testing.T) {
	s := newSite(t)
	d := s.administrator()
	s.leave(session.Draft{Action: "/groups/new", Fields: []session.Field{{Name: "name", Value: "Ops"}}})
	s.get("/groups/new")
	s.post("/groups/new", url.Values{"name": {"Other"}})
	s.post("/theme", form(csrfField, d.CSRF))
	if s.session().Draft == nil {
		t.Error("it is gone")
	}
	if res := s.get("/unsaved"); res.StatusCode != 200 {
		t.Errorf("status = %d", res.StatusCode)
	}
}

func TestVisitorsHaveNoKeptForm(t *testing.T) {
	s := newSite(t)
	if res := s.get("/unsaved"); res.StatusCode != 303 || way(t, res).Path != "/login" {
		t.Errorf("%d to %q", res.StatusCode, way(t, res))
	}
}

// again signs the person in once more, in another tab of the same browser.
func (s *site) again(subject string) *session.Data {
	s.Helper()
	w := httptest.NewRecorder()
	old := *s.session()
	old.Subject = subject
	if err := s.store.Start(w, s.request("GET", "/", nil), old); err != nil {
		s.Fatal(err)
	}
	s.receive(w)
	return s.session()
}

// A form of an ended session, sent after its person signed in again elsewhere, is
// refused, and shown to them.
func TestAFormOfAnEarlierSession(t *testing.T) {
	s := newSite(t)
	old := s.administrator().CSRF
	now := s.again("auth0|ada").CSRF
	form := typedGroup(old)

	res := s.post("/groups/new", form, sameOrigin...)
	action, fields := resent(page(t, res))
	form.Set(csrfField, now)
	if res.StatusCode != 403 || action != "/groups/new" || fields.Encode() != form.Encode() || s.api.calls != 0 {
		t.Errorf("%d with %q and %v", res.StatusCode, action, fields)
	}

	form.Set(csrfField, old)
	res = s.post("/groups/new", form, append(sameOrigin, "HX-Request", "true")...)
	if res.StatusCode != 403 || res.Header.Get("HX-Redirect") != "/unsaved" || s.api.calls != 0 {
		t.Errorf("htmx: %d to %q", res.StatusCode, res.Header.Get("HX-Redirect"))
	}
	if action, fields := resent(page(t, s.get("/unsaved"))); action != "/groups/new" || fields.Get("name") != "form-canary <b>" || fields.Get(csrfField) != now {
		t.Errorf("%q with %v", action, fields)
	}
}

// It is shown to nobody else, and not to anybody when it may come from elsewhere.
func TestAFormOfSomebodyElsesSession(t *testing.T) {
	for name, tt := range map[string]struct {
		subject string
		headers []string
	}{
		"another person": {"auth0|hugo", sameOrigin},
		"no origin":      {"auth0|ada", nil},
	} {
		s := newSite(t)
		old := s.administrator().CSRF
		s.again(tt.subject)
		res := s.post("/groups/new", typedGroup(old), tt.headers...)
		html, err := page(t, res).Html()
		if err != nil || res.StatusCode != 403 || strings.Contains(html, "canary") || s.session().Draft != nil {
			t.Errorf("%s: %d (%v): %s", name, res.StatusCode, err, html)
		}
	}
}

// What a page keeps in its form for itself is sent again, and not shown as if it
// had been typed.
func TestWhatAPageKeepsForItselfIsNotShown(t *testing.T) {
	fields := []session.Field{
		{Name: "changes", Value: "1"},
		{Name: "found", Value: "x"},
		{Name: "from", Value: "r1"},
		{Name: "listed", Value: "p1"},
		{Name: "name", Value: "Viewer"},
		{Name: "version", Value: "v1"},
	}
	draft := &session.Draft{Action: "/roles/new", Fields: fields}
	if got := shown(draft); len(got) != 1 || got[0].Label != "Name" || len(hidden(draft)) != len(fields) {
		t.Errorf("shown: %+v; sent again: %+v", got, hidden(draft))
	}
}

func TestFieldsAreNamedInWords(t *testing.T) {
	for name, want := range map[string]string{"name": "Name", "token_lifetime": "Token lifetime", "user.id[]": "User id", "ö": "Ö", "__": "__", "": ""} {
		if got := labelOf(name); got != want {
			t.Errorf("labelOf(%q) = %q, want %q", name, got, want)
		}
	}
}

// A switch with token or key in its name is no secret; leaving it out would turn
// it off.
func TestWhatCountsAsASecret(t *testing.T) {
	for name, want := range map[string]bool{
		"password": true, "new-password": true, "client_secret": true, "API_Key": true, "privateKey": true,
		"name": false, "token_lifetime": false, "passthrough": false, "key": false,
	} {
		form := url.Values{name: {"x"}}
		r := httptest.NewRequestWithContext(t.Context(), "POST", "/x", strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		fields, ok := sentFields(r, maxDraft)
		if !ok || secret(fields[0]) != want {
			t.Errorf("%s is a secret: %t, want %t", name, !want, want)
		}
	}
}

// The time of a draft in a session is short.
func TestAKeptFormIsForgotten(t *testing.T) {
	s := newSite(t)
	s.administrator()
	s.leave(session.Draft{Action: "/groups/new", Fields: []session.Field{{Name: "name", Value: "Ops"}}})
	if until := time.Until(s.session().Draft.Until); until < 9*time.Minute || until > 10*time.Minute {
		t.Errorf("it stays for %s", until)
	}
}
