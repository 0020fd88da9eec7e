package handlers_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"trellis/views/urls"
	"trellis/web/mgmt"
)

// crowd is a directory of n users.
func crowd(n int) *directory {
	d := meridian()
	d.users = nil
	for i := range n {
		d.users = append(d.users, mgmt.User{UserID: fmt.Sprintf("auth0|%03d", i), Name: fmt.Sprintf("Person %03d", i)})
	}
	return d
}

func TestUsersList(t *testing.T) {
	tests := []struct {
		name      string
		target    string
		part      string
		users     int
		wantQuery mgmt.ListQuery
		wantRows  int
		wantWhole bool
		wantEmpty string
	}{
		{
			name: "a browser gets the page, by name", target: "/users", users: 30,
			wantQuery: mgmt.ListQuery{PerPage: 25, Sort: "name:1"}, wantRows: 25, wantWhole: true,
		},
		{
			name: "htmx gets the rows alone", target: "/users?page=2", part: "list", users: 30,
			wantQuery: mgmt.ListQuery{Page: 1, PerPage: 25, Sort: "name:1"}, wantRows: 5,
		},
		{
			name: "a page that is no more leads to the last one", target: "/users?page=9", users: 30,
			wantQuery: mgmt.ListQuery{Page: 1, PerPage: 25, Sort: "name:1"}, wantRows: 5, wantWhole: true,
		},
		{
			name: "the last to sign in come first when asked", target: "/users?sort=-signin", users: 3,
			wantQuery: mgmt.ListQuery{PerPage: 25, Sort: "last_login:-1"}, wantRows: 3, wantWhole: true,
		},
		{
			name: "an order that the list does not know is the usual one", target: "/users?sort=profile:1", users: 3,
			wantQuery: mgmt.ListQuery{PerPage: 25, Sort: "name:1"}, wantRows: 3, wantWhole: true,
		},
		{
			name: "a search that finds nobody says so", target: "/users?q=nobody", users: 3,
			wantQuery: mgmt.ListQuery{Search: "nobody", PerPage: 25, Sort: "name:1"}, wantWhole: true, wantEmpty: "No user matches “nobody”",
		},
		{
			name: "a tenant without users says how they come", target: "/users",
			wantQuery: mgmt.ListQuery{PerPage: 25, Sort: "name:1"}, wantWhole: true, wantEmpty: "No users yet",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := crowd(tt.users)
			p := openDoor(d).get(t, tt.target, tt.part)
			if p.Code != http.StatusOK {
				t.Fatalf("status = %d: %s", p.Code, p.Body)
			}
			if d.asked != tt.wantQuery {
				t.Errorf("asked the API for %+v, want %+v", d.asked, tt.wantQuery)
			}
			if got := p.doc.Find("tbody tr").Length(); got != tt.wantRows {
				t.Errorf("%d rows, want %d", got, tt.wantRows)
			}
			if p.whole() != tt.wantWhole {
				t.Errorf("whole page = %t, want %t", p.whole(), tt.wantWhole)
			}
			if got := p.text("#list .empty h2"); got != tt.wantEmpty {
				t.Errorf("empty state = %q, want %q", got, tt.wantEmpty)
			}
		})
	}
}

func TestUserRow(t *testing.T) {
	p := openDoor(meridian()).get(t, "/users", "")
	row := p.text("tbody tr")
	for _, want := range []string{"Tomasz Wierzbicki", "tomasz@meridian.example", "google-workspace", "3 days ago", "1,204"} {
		if !strings.Contains(row, want) {
			t.Errorf("row = %q, want %q in it", row, want)
		}
	}
	if got := p.doc.Find("tbody th a").AttrOr("href", ""); got != urls.ToUser(tomasz) {
		t.Errorf("the name leads to %q", got)
	}
	if got := p.doc.Find("tbody time").AttrOr("datetime", ""); got != "2026-11-20T08:14:00Z" {
		t.Errorf("datetime = %q", got)
	}
}

func TestUserProfile(t *testing.T) {
	for part, wantWhole := range map[string]bool{"": true, "detail": false} {
		p := openDoor(meridian()).get(t, urls.ToUser(tomasz), part)
		if p.Code != http.StatusOK || p.whole() != wantWhole {
			t.Fatalf("part %q: status = %d, whole page = %t", part, p.Code, p.whole())
		}
		facts := p.text("#detail dl")
		for _, want := range []string{tomasz, "Staff SRE", "Verified", "3 days ago"} {
			if !strings.Contains(facts, want) {
				t.Errorf("part %q: facts = %q, want %q in them", part, facts, want)
			}
		}
		if got := p.text("details summary"); !strings.HasPrefix(got, "Raw profile") || p.doc.Find("details[open]").Length() != 0 {
			t.Errorf("part %q: the raw profile is not folded: %q", part, got)
		}
		if got := p.text("#tab-permissions .count"); got != "2" {
			t.Errorf("part %q: count of permissions = %q, want 2", part, got)
		}
	}
}

func TestUnknownUser(t *testing.T) {
	for _, target := range []string{urls.ToUser("auth0|gone"), urls.PermissionList{User: "auth0|gone"}.To()} {
		if p := openDoor(meridian()).get(t, target, ""); p.Code != http.StatusNotFound {
			t.Errorf("%s: status = %d, want 404", target, p.Code)
		}
	}
}

// A user without a name is called by what is known.
func TestNameless(t *testing.T) {
	d := meridian()
	d.users = []mgmt.User{{UserID: "sms|1", Email: "x@y.example"}, {UserID: "sms|2"}}
	p := openDoor(d).get(t, "/users", "")
	if got := p.text("tbody th"); !strings.Contains(got, "x@y.example") || !strings.Contains(got, "sms|2") {
		t.Errorf("rows = %q", got)
	}
	if got := p.text("tbody tr:nth-child(2)"); !strings.Contains(got, "Never") {
		t.Errorf("row = %q, want Never in it", got)
	}
}

func TestUsersListHandsErrorsOn(t *testing.T) {
	d := meridian()
	d.fail["ListUsers"] = errors.New("no answer")
	if p := openDoor(d).get(t, "/users", ""); p.doc.Find("table").Length() != 0 || !strings.Contains(p.Body.String(), "no answer") {
		t.Errorf("body = %s", p.Body)
	}
}
