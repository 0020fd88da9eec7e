package web

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// replayed is the form by which a page offers to send something once more, with
// its token.
func replayed(doc *goquery.Document) (action string, fields url.Values) {
	f := doc.Find(`main form:contains("Try again")`)
	action, _ = f.Attr("action")
	fields = url.Values{}
	for _, in := range f.Find("input[type=hidden]").EachIter() {
		fields.Add(in.AttrOr("name", ""), unmask(in.AttrOr("value", "")))
	}
	return action, fields
}

// Whatever an API does to a form, what was typed and ticked stays.
func TestAFormOutlivesAFailure(t *testing.T) {
	const address = "/groups/new?show=all"
	for name, fail := range map[string]func(*site){
		"400":      func(s *site) { s.api.says(400, `{"message":"No."}`, nil) },
		"403":      func(s *site) { s.api.says(403, `{}`, nil) },
		"409":      func(s *site) { s.api.says(409, `{}`, nil) },
		"429":      func(s *site) { s.api.says(429, `{}`, nil) },
		"500":      func(s *site) { s.api.says(500, `{}`, nil) },
		"502":      func(s *site) { s.api.says(502, `<html>`, nil) },
		"503":      func(s *site) { s.api.says(503, `{}`, nil) },
		"504":      func(s *site) { s.api.says(504, `{}`, nil) },
		"nonsense": func(s *site) { s.api.says(200, `<html>`, nil) },
		"refused":  func(s *site) { s.api.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			d := s.administrator()
			fail(s)
			sent := url.Values{csrfField: {d.CSRF}, "id": {"auth0|b", "auth0|a"}, "name": {"<b>\"ada"}, "description": {"line\nline"}}
			doc := page(t, s.post(address, sent))
			action, kept := replayed(doc)
			if action != address || kept.Encode() != sent.Encode() {
				t.Errorf("%q with %v, want %q with %v", action, kept, address, sent)
			}
			if back, _ := doc.Find(`main a:contains("Back to groups")`).Attr("href"); back != "/groups" {
				t.Errorf("the way back leads to %q", back)
			}
		})
	}
}

// The second try of a kept form does what the first one should have done.
func TestAKeptFormCanBeSent(t *testing.T) {
	s := newSite(t)
	d := s.administrator()
	s.api.says(503, `{}`, nil)
	sent := url.Values{csrfField: {d.CSRF}, "name": {"Ops"}, "description": {"On call"}}
	action, kept := replayed(page(t, s.post("/groups/new", sent)))
	s.api.says(200, `{"_id":"7e57ab1e-0000-4000-8000-000000000001","name":"Ops","description":"On call"}`, nil)
	if res := s.post(action, kept); res.StatusCode != 303 || res.Header.Get("Location") != "/groups/7e57ab1e-0000-4000-8000-000000000001" {
		t.Errorf("%d to %q", res.StatusCode, res.Header.Get("Location"))
	}
}

// What cannot be known to be the person's own, and what no second try mends, is
// not offered again.
func TestWhatIsNotOfferedAgain(t *testing.T) {
	tests := []struct {
		name, path string
		spoil      func(*site, url.Values)
		headers    []string
	}{
		{"without a token", "/groups/new", func(_ *site, f url.Values) { f.Del(csrfField) }, nil},
		{"from another site", "/groups/new", nil, []string{"Sec-Fetch-Site", "cross-site"}},
		{"too much for a request", "/groups/new", func(_ *site, f url.Values) { f.Set("name", strings.Repeat("a", 2<<20)) }, nil},
		{"too much for a page", "/groups/new", func(_ *site, f url.Values) { f.Set("name", strings.Repeat("a", maxReplay)) }, nil},
		{"no such page", "/nothing", nil, nil},
		{"no such group", "/groups/new", func(s *site, _ url.Values) { s.api.says(404, `{}`, nil) }, nil},
		{"a session nobody can read", "/groups/new", func(s *site, _ url.Values) { s.db.Close() }, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newSite(t)
			d := s.administrator()
			s.api.says(500, `{}`, nil)
			sent := url.Values{csrfField: {d.CSRF}, "name": {"form-canary"}, "description": {"x"}}
			if tt.spoil != nil {
				tt.spoil(s, sent)
			}
			res := s.post(tt.path, sent, tt.headers...)
			html, err := page(t, res).Html()
			if err != nil || res.StatusCode < 400 || strings.Contains(html, "Try again</button>") || strings.Contains(html, "form-canary") {
				t.Errorf("%d (%v): %s", res.StatusCode, err, html[:min(len(html), 4000)])
			}
		})
	}
	s := newSite(t)
	d := s.administrator()
	s.api.says(500, `{}`, nil)
	part := page(t, s.post("/groups/new", url.Values{csrfField: {d.CSRF}, "name": {"a"}, "description": {"b"}}, "HX-Request", "true"))
	if forms := part.Find("form").Length(); forms != 0 {
		t.Errorf("the notice of a dialog has %d forms: the dialog's own is still there", forms)
	}
}

// The order of what a form holds under one name is kept.
func TestFieldsKeepTheirOrder(t *testing.T) {
	s := newSite(t)
	r := s.request("POST", "/x", strings.NewReader("b=2&a=1&b=1&csrf=t"), "Content-Type", "application/x-www-form-urlencoded")
	fields, ok := sentFields(r, 100)
	var got []string
	for _, f := range fields {
		got = append(got, f.Name+"="+f.Value)
	}
	if want := []string{"a=1", "b=2", "b=1"}; !ok || !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
