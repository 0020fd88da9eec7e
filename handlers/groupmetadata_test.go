package handlers_test

import (
	"net/url"
	"strings"
	"testing"

	"trellis/web/upstream"
)

// described is an organisation whose group Engineering has metadata.
func described() *org {
	o := newOrg()
	o.groups[2].Metadata = map[string]any{"cost_center": "4711", "floor": 3.0, "remote": true}
	return o
}

// fields are the rows of metadata in a form.
func (p page) metadata() string {
	var rows []string
	for _, row := range p.doc.Find(".pair").EachIter() {
		rows = append(rows, row.Find("[name=meta-key]").AttrOr("value", "")+"="+row.Find("[name=meta-value]").AttrOr("value", ""))
	}
	return strings.Join(rows, " ")
}

// sent is a form of Engineering with rows of name, value and kind.
func sentGroup(extra url.Values, rows ...string) url.Values {
	form := url.Values{"name": {"Engineering"}, "description": {"Builders"}, "version": {`"v1"`}, "had-metadata": {"1"}}
	for i := 0; i < len(rows); i += 3 {
		form["meta-key"] = append(form["meta-key"], rows[i])
		form["meta-value"] = append(form["meta-value"], rows[i+1])
		form["meta-kind"] = append(form["meta-kind"], rows[i+2])
	}
	for name, values := range extra {
		form[name] = values
	}
	return form
}

func TestGroupMetadataIsShown(t *testing.T) {
	p := enter(described(), everything...).get(t, "/groups/eng", "")
	if got := p.text("header .dl"); got != "cost_center 4711 floor 3 remote true" {
		t.Errorf("metadata = %q", got)
	}
	if p := enter(newOrg(), everything...).get(t, "/groups/eng", ""); p.doc.Find("header details").Length() != 0 {
		t.Error("a group without metadata has an empty list of it")
	}
	p = enter(described(), everything...).get(t, "/groups/eng/edit", "dialog")
	if got := p.metadata(); got != "cost_center=4711 floor=3 remote=true =" {
		t.Errorf("rows = %q", got)
	}
}

func TestEditGroupMetadata(t *testing.T) {
	const stored = `update eng if "v1" to Engineering: Builders`
	three := []string{"cost_center", "4712", "", "floor", "4", "number", "remote", "no", "boolean", "", "", ""}
	tests := []struct {
		name        string
		form        url.Values
		wantStatus  int
		wantWrote   string
		wantRows    string
		wantProblem string
	}{
		{"values stay what they are while they can", sentGroup(nil, three...), 303, stored + ` map[cost_center:4712 floor:4 remote:no] (string float64 string)`, "", ""},
		{"all of it goes", sentGroup(nil), 303, stored + ` map[] ()`, "", ""},
		{"a tenant without metadata is sent none", sentGroup(url.Values{"had-metadata": {""}}), 303, stored, "", ""},
		{"another row", sentGroup(url.Values{"row": {"1"}}, "a", "1", "", "b", "2", ""), 200, "", "a=1 b=2 =", ""},
		{"a row goes", sentGroup(url.Values{"drop": {"0"}}, "a", "1", "", "b", "2", ""), 200, "", "b=2 =", ""},
		{"a name is missing", sentGroup(nil, "", "1", ""), 422, "", "=1 =", "Look at the rows below. Give this value a key."},
		{"a name is there twice", sentGroup(nil, "a", "1", "", "a", "2", ""), 422, "", "a=1 a=2 =", "Look at the rows below. There is another value with the key a."},
	}
	for _, tt := range tests {
		for _, part := range []string{"", "dialog"} {
			t.Run(tt.name+" "+part, func(t *testing.T) {
				o := described()
				p := enter(o, everything...).post(t, "/groups/eng/edit", tt.form, part)
				if want := tt.wantStatus; p.Code != want && (want != 303 || part == "" || p.Code != 200) {
					t.Errorf("status = %d, want %d", p.Code, want)
				}
				if got := strings.Join(o.wrote, "; "); got != tt.wantWrote {
					t.Errorf("wrote %q, want %q", got, tt.wantWrote)
				}
				if got := p.metadata(); got != tt.wantRows {
					t.Errorf("rows = %q, want %q", got, tt.wantRows)
				}
				if got := p.text(".problem"); got != tt.wantProblem {
					t.Errorf("problems = %q, want %q", got, tt.wantProblem)
				}
			})
		}
	}
	t.Run("what the API finds wrong stands beside its row", func(t *testing.T) {
		o := described()
		o.refuse = &upstream.Error{Status: 400, Code: "Bad Request", Fields: map[string]string{"metadata.b": "is too long"}}
		p := enter(o, everything...).post(t, "/groups/eng/edit", sentGroup(nil, "a", "1", "", "b", "2", ""), "dialog")
		if got := p.doc.Find(".pair:has([aria-invalid]) [name=meta-key]").AttrOr("value", ""); p.Code != 422 || got != "b" || p.text(".problem") != "is too long" {
			t.Errorf("%d: %q beside %q", p.Code, p.text(".problem"), got)
		}
	})
	t.Run("a conflict shows and keeps it", func(t *testing.T) {
		o := described()
		o.refuse = &upstream.Error{Status: 412}
		p := enter(o, everything...).post(t, "/groups/eng/edit", sentGroup(nil, "cost_center", "1", "", "floor", "3", "number"), "dialog")
		if got := p.text(".versions mark"); p.Code != 409 || got != "4711 true 1 Not there" {
			t.Errorf("%d: differences %q", p.Code, got)
		}
		var kept []string
		for _, field := range p.doc.Find("[name^=meta-]").EachIter() {
			kept = append(kept, field.AttrOr("value", ""))
		}
		if got := strings.Join(kept, " "); got != " cost_center 1 number floor 3" {
			t.Errorf("keeps %q", got)
		}
	})
}

// Enter in a field saves: other buttons of the form come after one that does.
func TestEnterSavesTheForm(t *testing.T) {
	for _, target := range []string{"/groups/new", "/groups/eng/edit"} {
		p := enter(described(), everything...).get(t, target, "")
		if first := p.doc.Find("form.sheet button").First(); first.AttrOr("name", "") != "enter" {
			t.Errorf("%s: Enter presses %s", target, words(first))
		}
	}
}
