package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"trellis/web/upstream"
)

func TestMappings(t *testing.T) {
	p := enter(newOrg(), everything...).get(t, "/groups/eng/mappings", "")
	want := []string{
		"eng-all | google-workspace google-apps | Engineering | Remove mapping eng-all from Engineering",
		"SG (old) | okta Connection is gone | Engineering | Remove mapping SG (old) from Engineering",
	}
	if got := strings.Join(p.rows(), "\n"); got != strings.Join(want, "\n") {
		t.Errorf("rows:\n%s", got)
	}
}

func TestAddMapping(t *testing.T) {
	refused := &upstream.Error{Status: 400, Fields: map[string]string{"0.groupName": "At most 50 characters."}}
	good := url.Values{"connectionName": {"entra"}, "groupName": {" SG-Eng "}}
	tests := []struct {
		name        string
		form        url.Values
		refuse      error
		wantStatus  int
		wantProblem string
		wantWrote   string
	}{
		{name: "it is sent without the spaces around", form: good, wantStatus: 303, wantWrote: "map [{SG-Eng entra}] to eng"},
		{name: "nothing filled in", form: url.Values{}, wantStatus: 422, wantProblem: "Choose the connection that the group comes from. Type the name that the group has at the provider."},
		{name: "the API's problem stands beside its field", form: good, refuse: refused, wantStatus: 422, wantProblem: "At most 50 characters."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := newOrg()
			o.refuse = tt.refuse
			p := enter(o, everything...).post(t, "/groups/eng/mappings/add", tt.form, "")
			if p.Code != tt.wantStatus || p.text(".problem") != tt.wantProblem {
				t.Errorf("status = %d, problem = %q", p.Code, p.text(".problem"))
			}
			if got := strings.Join(o.wrote, "\n"); got != tt.wantWrote {
				t.Errorf("wrote %q", got)
			}
			if tt.refuse != nil && p.doc.Find("option[selected]").AttrOr("value", "") != "entra" {
				t.Error("the form lost the connection")
			}
		})
	}
}

func TestRemoveMapping(t *testing.T) {
	o := newOrg()
	d := enter(o, everything...)
	if p := d.get(t, "/groups/eng/mappings/remove?mapping=m1", "dialog"); p.text("h2") != "Remove the mapping eng-all?" {
		t.Errorf("asks %q", p.text("h2"))
	}
	if p := d.get(t, "/groups/eng/mappings/remove?mapping=m9", ""); p.Code != http.StatusNotFound || p.text("h1") != "This mapping is gone" {
		t.Errorf("status = %d, %q", p.Code, p.text("h1"))
	}
	d.post(t, "/groups/eng/mappings/remove?mapping=m1", nil, "")
	if len(o.wrote) != 1 || o.wrote[0] != "unmap [m1] from eng" {
		t.Errorf("wrote %q", o.wrote)
	}
}
