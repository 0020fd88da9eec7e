package authzapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"trellis/cmd/internal/authzapi"
	"trellis/cmd/internal/store"
	"trellis/web/authz"
)

const guests = "11111111-0000-4000-8000-000000000003"

// offices is explained with Guests, which gives Writer and is nested in All staff too,
// and with people in it.
func offices() store.Document {
	d := explained()
	d.Groups[0].Nested = append(d.Groups[0].Nested, guests)
	d.Groups = append(d.Groups, store.Group{
		ID: guests, Name: "Guests", Description: "d", Members: []string{"auth0|2", "auth0|3"}, Roles: []string{writer},
		Mappings: []store.Mapping{{ID: treeID(1), ConnectionName: "ad", GroupName: "Visitors"}},
	})
	return d
}

// compare is a comparison in words, a line for each part that has something.
func (tn *tenant) compare(t *testing.T, query string) string {
	t.Helper()
	got := tn.send(t, "GET", "/compare?"+query, "")
	var found authz.Comparison
	if err := json.Unmarshal([]byte(got.body), &found); err != nil || got.status != http.StatusOK {
		t.Fatalf("%s: %d %s", query, got.status, got.body)
	}
	var lines []string
	if u := found.Right.Usual; u != nil {
		lines = append(lines, fmt.Sprintf("usual of %s: %d members, %d %%", found.Right.Name, u.Members, u.Percent))
	}
	for _, s := range found.Sections {
		for _, part := range []struct {
			name string
			in   authz.ComparedPart
		}{{"left", s.OnlyLeft}, {"both", s.Both}, {"right", s.OnlyRight}} {
			if part.in.Total == 0 {
				continue
			}
			line := fmt.Sprintf("%s %s %d:", s.Of, part.name, part.in.Total)
			for _, item := range part.in.Items {
				line += " " + strings.Trim(item.ConnectionName+"/"+item.Name+"/"+sideWords(item.Left)+"/"+sideWords(item.Right), "/")
				if item.Members > 0 {
					line += fmt.Sprintf("(%d)", item.Members)
				}
			}
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

func sideWords(r *authz.ComparedReason) string {
	switch {
	case r == nil:
		return ""
	case r.Direct && r.ByTotal == 1:
		return "itself"
	}
	var names []string
	for _, v := range r.By {
		names = append(names, v.Name)
	}
	return fmt.Sprintf("by %s", strings.Join(names, "+"))
}

func TestWhatTwoHaveIsCompared(t *testing.T) {
	each(t, func(t *testing.T, tn *tenant) {
		tn.load(t, offices())
		for query, want := range map[string][]string{
			"left=user:auth0%7C1&right=user:auth0%7C3": {
				"groups left 1: Finance/itself", "groups both 1: All staff/by Finance/by Guests", "groups right 1: Guests//itself",
				"roles both 1: Reader/by Finance+Reader/by Guests", "roles right 1: Writer//by Guests",
				"permissions both 1: read/by Finance+Reader/by Guests",
			},
			"left=user:auth0%7C1&right=user:auth0%7C3&direct=true": {
				"groups left 1: Finance/itself", "groups right 1: Guests//itself", "roles left 1: Reader/itself",
			},
			"left=user:auth0%7C1&right=user:auth0%7C3&application=app2": {
				"groups left 1: Finance/itself", "groups both 1: All staff/by Finance/by Guests", "groups right 1: Guests//itself",
			},
			"left=user:nobody&right=user:auth0%7C1&limit=1": {
				"groups right 2: All staff//by Finance", "roles right 1: Reader//by Finance+Reader", "permissions right 1: read//by Finance+Reader",
			},
			"left=user:nobody&right=user:auth0%7C1&limit=1&page=1": {
				"groups right 2: Finance//itself", "roles right 1:", "permissions right 1:",
			},
			"left=user:auth0%7C1&right=usual:" + allStaff: {
				"usual of All staff: 2 members, 80 %",
				"groups left 1: Finance/itself(1)", "groups both 1: All staff/by Finance/by Guests(2)", "groups right 1: Guests//itself(2)",
				"roles both 1: Reader/by Finance+Reader/by Guests(2)", "roles right 1: Writer//by Guests(2)",
				"permissions both 1: read/by Finance+Reader/by Guests(2)",
			},
			"left=user:auth0%7C9&right=usual:" + finance + "&percent=51": {
				"usual of Finance: 2 members, 51 %",
				"groups right 2: All staff//by Finance(2) Finance//itself(2)", "roles right 1: Reader//by Finance(2)", "permissions right 1: read//by Finance(2)",
			},
			"left=group:" + finance + "&right=group:" + guests: {
				"roles both 1: Reader/by All staff/by All staff", "roles right 1: Writer//itself", "permissions both 1: read/by All staff/by All staff",
				"groups both 1: All staff/itself/itself", "mappings right 1: ad/Visitors", "users left 1: ", "users both 1: ", "users right 1: ",
			},
			"left=group:" + allStaff + "&right=group:" + finance + "&direct=true": {
				"roles left 1: Reader/itself", "groups right 1: All staff//itself", "nested left 2: Finance/itself Guests/itself",
				"mappings left 1: ad/Finance", "users right 2:  ",
			},
			"left=role:" + reader + "&right=role:" + writer: {
				"permissions left 1: read/itself", "groups left 2: All staff/itself Finance/by All staff", "groups both 1: Guests/by All staff/itself",
				"users left 1: ", "users both 2:  ",
			},
			"left=role:" + reader + "&right=role:" + writer + "&direct=true": {
				"permissions left 1: read/itself", "groups left 1: All staff/itself", "groups right 1: Guests//itself", "users left 1: ",
			},
		} {
			if got := tn.compare(t, query); got != strings.Join(want, "\n") {
				t.Errorf("%s:\n%s\nwant\n%s", query, got, strings.Join(want, "\n"))
			}
		}
	})
}

// The answer has the ids and the applications that pages lead to.
func TestAComparisonNamesWhatItIsAbout(t *testing.T) {
	tn := onSQLite(t)
	tn.load(t, offices())
	got := tn.send(t, "GET", "/compare?left=group:"+finance+"&right=group:"+guests, "")
	for _, want := range []string{
		`{"left":` + finVertex + `,"right":{"kind":"group","_id":"` + guests + `","name":"Guests"},"direct":false,"limit":100,"sections":[`,
		`{"kind":"role","_id":"` + writer + `","name":"Writer","applicationType":"client","applicationId":"app1","right":{"direct":true,"by":[{"kind":"role","_id":"` + writer + `","name":"Writer"}],"by_total":1}}`,
		`"of":"mappings","only_left":{"total":0,"items":[]},"both":{"total":0,"items":[]},"only_right":{"total":1,"items":[{"kind":"mapping","_id":"` + treeID(1) + `","name":"Visitors","connectionName":"ad"}]}`,
		`"of":"users","only_left":{"total":1,"items":[{"kind":"user","_id":"auth0|1"}]}`,
	} {
		if !strings.Contains(got.body, want) {
			t.Errorf("%d %s\nlacks %s", got.status, got.body, want)
		}
	}
}

func TestComparisonsThatAreNone(t *testing.T) {
	tn := onSQLite(t)
	tn.load(t, offices())
	for query, want := range map[string]int{
		"":                              http.StatusBadRequest,
		"left=user:a":                   http.StatusBadRequest,
		"left=user:a&right=group:b":     http.StatusBadRequest,
		"left=permission:a&right=user:": http.StatusBadRequest,
		"left=user:&right=user:a":       http.StatusBadRequest,
		"left=usual:" + finance + "&right=usual:" + finance:              http.StatusBadRequest,
		"left=group:" + finance + "&right=usual:" + finance:              http.StatusBadRequest,
		"left=user:a&right=user:b&limit=0":                               http.StatusBadRequest,
		"left=user:a&right=user:b&limit=1001":                            http.StatusBadRequest,
		"left=user:a&right=usual:" + finance + "&percent=0":              http.StatusBadRequest,
		"left=user:a&right=usual:" + finance + "&percent=101":            http.StatusBadRequest,
		"left=user:a&right=user:b&page=-1":                               http.StatusBadRequest,
		"left=user:a&right=usual:" + nothing:                             http.StatusNotFound,
		"left=group:" + finance + "&right=group:" + nothing:              http.StatusNotFound,
		"left=role:" + nothing + "&right=role:" + reader:                 http.StatusNotFound,
		"left=user:a&right=user:a":                                       http.StatusOK,
		"left=user:a&right=usual:" + finance + "&percent=100&limit=1000": http.StatusOK,
	} {
		if got := tn.send(t, "GET", "/compare?"+query, ""); got.status != want {
			t.Errorf("%s: %d %s, want %d", query, got.status, got.body, want)
		}
	}
}

// Who may read one kind of things compares those alone.
func TestAComparisonNeedsWhatItIsAbout(t *testing.T) {
	tn := onSQLite(t)
	tn.load(t, offices())
	users, groups, roles := "left=user:a&right=user:b", "left=group:"+finance+"&right=group:"+guests, "left=role:"+reader+"&right=role:"+writer
	for _, tt := range []struct{ query, scope, missing string }{
		{users, "read:users", ""},
		{users, "read:groups", "read:users"},
		{groups, "read:groups", ""},
		{groups, "read:roles", "read:groups"},
		{roles, "read:roles", ""},
		{roles, "read:users", "read:roles"},
		{"left=user:a&right=usual:" + finance, "read:users", "read:groups"},
		{"left=user:a&right=usual:" + finance, "read:users read:groups", ""},
	} {
		h := http.Header{"Authorization": {"Bearer " + tn.issuer.Scoped(authzapi.Audience, strings.Fields(tt.scope)...)}}
		got := tn.raw(t, "GET", "/compare?"+tt.query, "", h)
		if refused := got.status == http.StatusForbidden; refused != (tt.missing != "") || !strings.Contains(got.header.Get("WWW-Authenticate"), tt.missing) {
			t.Errorf("%s with %s: %d %s", tt.query, tt.scope, got.status, got.header.Get("WWW-Authenticate"))
		}
	}
}
