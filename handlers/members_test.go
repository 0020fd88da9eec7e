package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// rows is each row of the list: its cells, parted by a bar.
func (p page) rows() []string {
	var rows []string
	for _, tr := range p.doc.Find("#list tbody tr").EachIter() {
		var cells []string
		for _, cell := range tr.Find("th, td:not(.act, .ck)").EachIter() {
			cells = append(cells, words(cell))
		}
		trash := tr.Find(".act [aria-label]").AttrOr("aria-label", "-")
		rows = append(rows, strings.Join(strings.Fields(strings.Join(append(cells, trash), " | ")), " "))
	}
	return rows
}

func TestMembers(t *testing.T) {
	tests := []struct {
		name   string
		target string
		want   []string
	}{
		{"direct ones, what is missing too", "/groups/eng", []string{
			"B Bo bo@meridian.example | Direct | google-workspace | Remove Bo from Engineering",
			"GU gone-user | Missing : The tenant does not know this user Direct | | Remove gone-user from Engineering",
		}},
		{"narrowed", "/groups/eng?q=Bo", []string{
			"B Bo bo@meridian.example | Direct | google-workspace | Remove Bo from Engineering",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := enter(newOrg(), everything...).get(t, tt.target, "")
			if got := strings.Join(p.rows(), "\n"); got != strings.Join(tt.want, "\n") {
				t.Errorf("rows:\n%s\nwant:\n%s", got, strings.Join(tt.want, "\n"))
			}
		})
	}
}

// The parts that htmx swaps are those that it asked for.
func TestGroupParts(t *testing.T) {
	for part, want := range map[string]string{"": "html", "detail": "#detail", "list": "#list"} {
		p := enter(newOrg(), everything...).get(t, "/groups/eng", part)
		if p.whole() != (part == "") || p.doc.Find(want).Length() != 1 {
			t.Errorf("part %q: whole page = %t", part, p.whole())
		}
		if p.text("title") != "Engineering, Members · Trellis" {
			t.Errorf("part %q: title = %q", part, p.text("title"))
		}
	}
	p := enter(newOrg(), everything...).get(t, "/groups/eng/roles", "detail")
	if got := p.text(".tabs [aria-current]"); got != "Roles 2" {
		t.Errorf("current tab = %q", got)
	}
	if got := p.text(".tabs"); got != "Members 2 Nested groups 2 Roles 2 Mappings 2" {
		t.Errorf("tabs = %q", got)
	}
}

func TestPickMembers(t *testing.T) {
	const add = "/groups/eng/members/add"
	t.Run("members are there and can't be chosen", func(t *testing.T) {
		p := enter(newOrg(), everything...).get(t, add, "dialog")
		held := p.doc.Find("#choices input[disabled]")
		if held.Length() != 1 || held.AttrOr("value", "") != "u2" || p.text(".why") != "Already a member" {
			t.Errorf("disabled: %d, %q", held.Length(), p.text(".why"))
		}
		if p.doc.Find("#choices .choice input").Length() != 4 || p.doc.Find("#choices input[checked]").Length() != 0 {
			t.Errorf("choices = %q", p.text("#choices"))
		}
	})
	for _, part := range []string{"", "choices"} {
		t.Run("what is chosen survives a search, "+part, func(t *testing.T) {
			o := newOrg()
			p := enter(o, everything...).post(t, add, url.Values{"search": {"1"}, "find": {"cy"}, "id": {"u1"}}, part)
			if got := p.text("#choices b"); got != "Ada Cy" || p.Code != http.StatusOK {
				t.Errorf("choices = %q", got)
			}
			if got := p.doc.Find("#choices input[checked]").AttrOr("value", ""); got != "u1" {
				t.Errorf("checked = %q", got)
			}
			if len(o.wrote) != 0 || p.whole() != (part == "") {
				t.Errorf("wrote %q, whole page = %t", o.wrote, p.whole())
			}
		})
	}
	t.Run("an id can't change the search for those chosen", func(t *testing.T) {
		o := newOrg()
		enter(o, everything...).post(t, add, url.Values{"search": {"1"}, "id": {`x" OR name:"*`}}, "choices")
		if got := o.people[1].Query; got != `user_id:"x\" OR name:\"*"` {
			t.Errorf("searched for %s", got)
		}
	})
	t.Run("nothing chosen", func(t *testing.T) {
		o := newOrg()
		p := enter(o, everything...).post(t, add, nil, "dialog")
		if p.Code != 422 || p.text("[role=alert]") != "Choose at least one user." || len(o.wrote) != 0 {
			t.Errorf("status = %d, %q, wrote %q", p.Code, p.text("[role=alert]"), o.wrote)
		}
	})
}

func TestAddAndRemoveMembers(t *testing.T) {
	tests := []struct {
		name, target string
		form         url.Values
		wantWrote    string
		wantLocation string
		wantToast    string
	}{
		{
			"add", "/groups/eng/members/add?show=all&q=b",
			url.Values{"id": {"u1", "u3", "u1"}},
			"add [u1 u3] to eng", "/groups/eng?q=b&show=all", "2 members added",
		},
		{
			"remove", "/groups/eng/members/remove?user=u2&page=2",
			url.Values{},
			"remove [u2] from eng", "/groups/eng?page=2", "Member removed",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name+" and go back", func(t *testing.T) {
			o := newOrg()
			p := enter(o, everything...).post(t, tt.target, tt.form, "")
			if p.Code != 303 || p.Header().Get("Location") != tt.wantLocation || o.wrote[0] != tt.wantWrote {
				t.Errorf("status = %d, Location = %q, wrote %q", p.Code, p.Header().Get("Location"), o.wrote)
			}
		})
		t.Run(tt.name+" and draw the list behind the dialog", func(t *testing.T) {
			o := newOrg()
			p := enter(o, everything...).post(t, tt.target, tt.form, "dialog")
			if p.Code != 200 || p.Header().Get("HX-Retarget") != "#detail" || p.doc.Find("#detail #list").Length() != 1 {
				t.Errorf("status = %d, HX-Retarget = %q", p.Code, p.Header().Get("HX-Retarget"))
			}
			if events := p.Header().Get("HX-Trigger-After-Settle"); !strings.Contains(events, tt.wantToast) || !strings.Contains(events, "dialogDone") {
				t.Errorf("events = %s", events)
			}
			if o.wrote[0] != tt.wantWrote {
				t.Errorf("wrote %q", o.wrote)
			}
		})
	}
	t.Run("asks first, and sends nothing by that", func(t *testing.T) {
		o := newOrg()
		p := enter(o, everything...).get(t, "/groups/eng/members/remove?user=u2&q=b", "dialog")
		if p.text("h2") != "Remove Bo from Engineering?" || len(o.wrote) != 0 {
			t.Errorf("title = %q", p.text("h2"))
		}
		if got := p.doc.Find("form").AttrOr("action", ""); got != "/groups/eng/members/remove?q=b&user=u2" {
			t.Errorf("action = %q", got)
		}
	})
}
