package handlers_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"trellis/web/authz"
	"trellis/web/upstream"
)

func TestNestedGroups(t *testing.T) {
	p := enter(newOrg(), everything...).get(t, "/groups/eng/nested", "")
	want := []string{
		"Platform Machines | 1 | 1 | 0 | 0 | Remove Platform from Engineering",
		"gone-group | Missing : This group does not exist any more | Remove missing group gone-group from Engineering",
	}
	if got := strings.Join(p.rows(), "\n"); got != strings.Join(want, "\n") {
		t.Errorf("rows:\n%s", got)
	}
	if parents := p.doc.Find(".aside a"); parents.Length() != 1 || parents.AttrOr("href", "") != "/groups/product" {
		t.Errorf("nested in %q", p.text(".aside"))
	}
	p = enter(newOrg(), everything...).get(t, "/groups/all/nested", "")
	if got := p.text(".aside"); got != "Nested in no other group." {
		t.Errorf("nested in %q", got)
	}
}

// Thousands of groups can be nested in one: they are found and turned.
func TestManyNestedGroups(t *testing.T) {
	o := newOrg()
	sre := slices.IndexFunc(o.groups, func(g authz.Group) bool { return g.ID == "sre" })
	for i := range 60 {
		id := fmt.Sprintf("many%02d", i)
		o.groups = append(o.groups, authz.Group{ID: id, Name: "Many " + id})
		o.groups[sre].Nested = append(o.groups[sre].Nested, id)
	}
	d := enter(o, everything...)
	p := d.get(t, "/groups/sre/nested?page=9&q=many", "")
	if got := p.rows(); len(got) != 10 || !strings.HasPrefix(got[0], "Many many50 |") {
		t.Errorf("%d rows on the last page:\n%s", len(got), strings.Join(got, "\n"))
	}
	const remove = "/groups/sre/nested/remove?group=many50&page=3&q=many"
	if got, _ := p.doc.Find("#list a[aria-label^='Remove Many many50']").Attr("href"); got != remove {
		t.Errorf("removing leads to %q", got)
	}
	if p = d.post(t, remove, nil, ""); p.Header().Get("Location") != "/groups/sre/nested?page=3&q=many" {
		t.Errorf("after removing: %q", p.Header().Get("Location"))
	}
	if p = d.get(t, "/groups/sre/nested?q=zebra", "list"); p.text("h2") != "No nested group matches “zebra”" {
		t.Errorf("found %q", p.text("#list"))
	}
}

func TestPickNested(t *testing.T) {
	const add = "/groups/eng/nested/add"
	t.Run("what would close a circle can't be chosen", func(t *testing.T) {
		p := enter(newOrg(), everything...).get(t, add, "dialog")
		got := map[string]string{}
		for _, label := range p.doc.Find(".choice").EachIter() {
			if label.Find("input[disabled]").Length() == 1 {
				got[words(label.Find("b"))] = words(label.Find(".why"))
			}
		}
		for name, why := range map[string]string{
			"All staff":   "Contains this group, through Product",
			"Product":     "Contains this group",
			"Engineering": "This group itself",
			"Platform":    "Already nested here",
		} {
			if got[name] != why {
				t.Errorf("%s: %q, want %q", name, got[name], why)
			}
		}
		if len(got) != 4 {
			t.Errorf("disabled = %q", got)
		}
	})
	t.Run("a search keeps what is chosen", func(t *testing.T) {
		p := enter(newOrg(), everything...).post(t, add, url.Values{"search": {"1"}, "find": {"sre"}, "id": {"empty"}}, "choices")
		if got := p.text("#choices b"); got != "Empty SRE" {
			t.Errorf("choices = %q", got)
		}
	})
	t.Run("nothing chosen", func(t *testing.T) {
		p := enter(newOrg(), everything...).post(t, add, nil, "")
		if p.Code != 422 || p.text("[role=alert]") != "Choose at least one group." {
			t.Errorf("status = %d, %q", p.Code, p.text("[role=alert]"))
		}
	})
	t.Run("a circle is shown as a path", func(t *testing.T) {
		o := newOrg()
		o.refuse = &upstream.Error{Status: 409, Message: "Engineering > All staff > Product > Engineering"}
		p := enter(o, everything...).post(t, add, url.Values{"id": {"all"}}, "dialog")
		if p.Code != http.StatusConflict || !strings.HasPrefix(p.text("[role=alert]"), "All staff can't be nested in Engineering") {
			t.Errorf("status = %d, %q", p.Code, p.text("[role=alert]"))
		}
		if got := p.text(".hops"); got != "Engineering All staff Product Engineering" {
			t.Errorf("path = %q", got)
		}
	})
	t.Run("a refusal that the groups do not explain keeps the API's words", func(t *testing.T) {
		o := newOrg()
		o.refuse = &upstream.Error{Status: 409, Message: "Somebody was faster."}
		p := enter(o, everything...).post(t, add, url.Values{"id": {"empty"}}, "dialog")
		if p.text("[role=alert]") != "Somebody was faster." {
			t.Errorf("problem = %q", p.text("[role=alert]"))
		}
	})
}

func TestAddAndRemoveNested(t *testing.T) {
	o := newOrg()
	d := enter(o, everything...)
	if p := d.post(t, "/groups/eng/nested/add", url.Values{"id": {"sre", "empty"}}, ""); p.Header().Get("Location") != "/groups/eng/nested" {
		t.Errorf("after adding: %q", p.Header().Get("Location"))
	}
	p := d.post(t, "/groups/eng/nested/remove?group=gone-group", nil, "dialog")
	if p.Header().Get("HX-Retarget") != "#detail" || p.text(".tabs [aria-current]") != "Nested groups 2" {
		t.Errorf("after removing: %q", p.text(".tabs"))
	}
	if got := strings.Join(o.wrote, "\n"); got != "nest [sre empty] in eng\ntake [gone-group] out of eng" {
		t.Errorf("wrote %q", got)
	}
	for group, want := range map[string]string{
		"platform":   "Remove Platform from Engineering?",
		"gone-group": "Remove the missing group gone-group from Engineering?",
	} {
		if p := d.get(t, "/groups/eng/nested/remove?group="+group, "dialog"); p.text("h2") != want {
			t.Errorf("asks %q, want %q", p.text("h2"), want)
		}
	}
}
