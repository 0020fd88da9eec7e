package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"

	"trellis/web/upstream"
)

// expecting is an organisation in which Engineering waits for three people.
func expecting() *org {
	o := newOrg()
	o.groups[2].Pending = []string{"zoe@meridian.example", "ali@meridian.example", "kim@elsewhere.example"}
	return o
}

func TestPendingMembers(t *testing.T) {
	tests := []struct {
		name, target string
		want         []string
		wantStatus   string
	}{
		{"all", "/groups/eng/pending", []string{
			"zoe@meridian.example | 1 hour ago | Remove zoe@meridian.example from Engineering",
			"ali@meridian.example | 1 hour ago | Remove ali@meridian.example from Engineering",
			"kim@elsewhere.example | 1 hour ago | Remove kim@elsewhere.example from Engineering",
		}, "3 pending"},
		{"found", "/groups/eng/pending?q=elsewhere", []string{"kim@elsewhere.example | 1 hour ago | Remove kim@elsewhere.example from Engineering"}, "1 pending match “elsewhere”"},
		{"nobody", "/groups/sre/pending", nil, "0 pending"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := enter(expecting(), everything...).get(t, tt.target, "")
			if got := strings.Join(p.rows(), "\n"); got != strings.Join(tt.want, "\n") {
				t.Errorf("rows:\n%s\nwant:\n%s", got, strings.Join(tt.want, "\n"))
			}
			if got := p.doc.Find("#list").AttrOr("data-status", ""); got != tt.wantStatus {
				t.Errorf("status = %q, want %q", got, tt.wantStatus)
			}
			if got := p.text(".tabs [aria-current]"); !strings.HasPrefix(got, "Members") {
				t.Errorf("tab = %q", got)
			}
		})
	}
	p := enter(expecting(), everything...).get(t, "/groups/eng", "")
	if got := p.text(".seg"); got != "Direct 2 All, by any way 4 Pending 3" {
		t.Errorf("the list of members leads to %q", got)
	}
}

// A tenant whose API knows no pending members says so, and offers nothing.
func TestPendingMembersOfATenantElsewhere(t *testing.T) {
	o := expecting()
	o.fails = map[string]error{"PendingMembers": &upstream.Error{Status: http.StatusNotFound}}
	p := enter(o, everything...).get(t, "/groups/eng/pending", "")
	if p.Code != 200 || p.text("#list h2") != "Not known here" || p.doc.Find("#add").Length() != 0 {
		t.Errorf("%d: %s", p.Code, p.text("main"))
	}
	p = enter(o, everything...).post(t, "/groups/eng/members/add", url.Values{"search": {"1"}, "find": {"new@meridian.example"}}, "choices")
	if p.Code != 200 || strings.Contains(p.text("#choices"), "pending") {
		t.Errorf("%d: %s", p.Code, p.text("#choices"))
	}
}

func TestAddByEmail(t *testing.T) {
	const target = "/groups/eng/pending/add?q=x"
	tests := []struct {
		name, emails string
		wantStatus   int
		wantWrote    string
		wantProblem  string
	}{
		{"several", "a@x.example, B@x.example\na@X.example\n", 303, "await [a@x.example B@x.example] in eng", ""},
		{"no email", "a@x.example\nBob", 422, "", "Not an email: “Bob” in line 2."},
		{"with a blank", "Ada Lovelace\u202e@x.example", 422, "", "Not an email: “Ada Lovelace\u202e@x.example” in line 1."},
		{"none", " \n", 422, "", "Paste at least one email or ID, or choose a file."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := expecting()
			p := enter(o, everything...).post(t, target, url.Values{"emails": {tt.emails}}, "")
			if p.Code != tt.wantStatus || strings.Join(o.wrote, "; ") != tt.wantWrote || p.text(".problem") != tt.wantProblem {
				t.Errorf("%d, wrote %q, problem %q", p.Code, o.wrote, p.text(".problem"))
			}
			if tt.wantStatus == 303 && p.Header().Get("Location") != "/groups/eng/pending?q=x" {
				t.Errorf("leads to %q", p.Header().Get("Location"))
			}
			if tt.wantStatus == 422 && p.doc.Find("#emails").Text() != strings.TrimPrefix(tt.emails, "\n") {
				t.Errorf("the form lost what was pasted: %q", p.doc.Find("#emails").Text())
			}
		})
	}
	t.Run("the API finds an address wrong", func(t *testing.T) {
		o := expecting()
		o.refuse = &upstream.Error{Status: 400, Code: "Bad Request", Message: "must be a valid email", Fields: map[string]string{"0": "must be a valid email"}}
		p := enter(o, everything...).post(t, target, url.Values{"emails": {"a@x.example"}}, "dialog")
		if p.Code != 422 || p.text(".problem") != "must be a valid email" {
			t.Errorf("%d: %s", p.Code, p.text(".problem"))
		}
	})
	t.Run("says who is pending and who came at once", func(t *testing.T) {
		o := expecting()
		o.arrives = map[string]string{"here@x.example": "u4"}
		p := enter(o, everything...).post(t, target, url.Values{"emails": {"a@x.example here@x.example, b@x.example here@x.example"}}, "dialog")
		if p.Code != 422 {
			t.Errorf("blanks part nothing: %d", p.Code)
		}
		p = enter(o, everything...).post(t, target, url.Values{"emails": {"a@x.example\nhere@x.example"}}, "dialog")
		if events := p.Header().Get("HX-Trigger-After-Settle"); !strings.Contains(events, "1 pending, 1 member added at once, of 2 emails") {
			t.Errorf("events = %s", events)
		}
	})
}

func TestRemovePending(t *testing.T) {
	o := expecting()
	const target = "/groups/eng/pending/remove?email=zoe%40meridian.example&q=z"
	p := enter(o, everything...).get(t, target, "dialog")
	if p.text("h2") != "Remove zoe@meridian.example from Engineering?" || p.doc.Find("form").AttrOr("action", "") != target || len(o.wrote) != 0 {
		t.Errorf("asks %q at %q", p.text("h2"), p.doc.Find("form").AttrOr("action", ""))
	}
	p = enter(o, everything...).post(t, target, url.Values{}, "")
	if p.Header().Get("Location") != "/groups/eng/pending?q=z" || strings.Join(o.wrote, "; ") != "await [zoe@meridian.example] in eng no more" {
		t.Errorf("leads to %q, wrote %q", p.Header().Get("Location"), o.wrote)
	}
}

// Who looks for an email that nobody has may let the group wait for it, together
// with users.
func TestPickAnUnknownEmail(t *testing.T) {
	const add = "/groups/eng/members/add"
	search := func(o *org, find string, chosen ...string) page {
		return enter(o, everything...).post(t, add, url.Values{"search": {"1"}, "find": {find}, "id": chosen}, "choices")
	}
	p := search(expecting(), "new@x.example")
	if got := p.doc.Find("#choices input[name=id]").AttrOr("value", ""); got != "pending:new@x.example" || !strings.Contains(p.text("#choices"), "Keep it as pending") {
		t.Errorf("offers %q: %s", got, p.text("#choices"))
	}
	p = search(expecting(), "ZOE@meridian.example")
	if got := p.text(".why"); got != "Already pending" {
		t.Errorf("somebody who is pending: %q", got)
	}
	for _, find := range []string{"new", "ada@meridian.example", "new@"} {
		if p := search(expecting(), find); strings.Contains(p.text("#choices"), "pending") {
			t.Errorf("%s: %s", find, p.text("#choices"))
		}
	}
	p = search(expecting(), "cy", "pending:new@x.example", "u1")
	var checked []string
	for _, box := range p.doc.Find("#choices input[checked]").EachIter() {
		checked = append(checked, box.AttrOr("value", ""))
	}
	if strings.Join(checked, " ") != "pending:new@x.example u1" {
		t.Errorf("a search keeps %q", checked)
	}
	o := expecting()
	p = enter(o, everything...).post(t, add, url.Values{"id": {"u1", "pending:new@x.example"}}, "dialog")
	if strings.Join(o.wrote, "; ") != "add [u1] to eng; await [new@x.example] in eng" {
		t.Errorf("wrote %q", o.wrote)
	}
	if events := p.Header().Get("HX-Trigger-After-Settle"); !strings.Contains(events, "1 member and 1 email added") {
		t.Errorf("events = %s", events)
	}
}

// A pasted list whose emails nobody has can be kept as pending as a whole.
func TestAPastedListKeepsUnknownEmailsAsPending(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := expecting()
		d := enterJobs(o, manager...)
		p := d.followed(t, d.post(t, "/groups/eng/members/many", url.Values{"list": {"ada@meridian.example\nnew@x.example\nauth0|unknown"}}, ""))
		if got := p.counts(); got != "1 Will be added, 2 Not known" {
			t.Fatalf("preview: %s", got)
		}
		button := p.doc.Find("button[name=await]")
		if words(button) != "Add 1 user, keep 1 email as pending" {
			t.Fatalf("offers %q", words(button))
		}
		start := p.doc.Find("#job-start").AttrOr("action", "")
		p = d.followed(t, d.post(t, start, url.Values{"await": {"1"}}, ""))
		if got := p.counts(); got != "2 Added, 1 Not known" || strings.Join(o.wrote, "; ") != "add [u1] to eng; await [new@x.example] in eng" {
			t.Errorf("%s; wrote %q", got, o.wrote)
		}
		if !strings.Contains(p.text("#list"), "Kept as pending.") {
			t.Errorf("lines: %s", p.text("#list"))
		}
	})
}
