package handlers_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// menuOf is what the first row's menu of a page offers, with where it leads or what
// it needs.
func menuOf(doc *goquery.Document) string {
	row := doc.Find("#list tbody tr").First()
	opens := row.Find("[popovertarget]").AttrOr("popovertarget", "none")
	var items []string
	for _, item := range doc.Find("#" + strings.ReplaceAll(opens, "|", `\|`)).Children().EachIter() {
		leads := item.AttrOr("hx-get", item.AttrOr("title", "nowhere"))
		items = append(items, strings.Join(strings.Fields(item.Text()), " ")+" "+leads)
	}
	return strings.Join(items, "; ")
}

func TestRowMenus(t *testing.T) {
	tests := []struct {
		name, target string
		door         door
		want         string
	}{
		{
			"a group", "/groups?q=engineering", enter(newOrg(), everything...),
			"Add members /groups/eng/members/add; Nest groups in it /groups/eng/nested/add; Give it roles /groups/eng/roles/add; " +
				"Edit /groups/eng/edit; Delete /groups/eng/delete",
		},
		{
			"a role", "/roles?q=viewer", enterRoles(newRoles(), allRoles...),
			"Give it to users /roles/deploy/users/add; Give it to groups /roles/deploy/groups/add; Clone /roles/new?from=deploy; " +
				"Edit /roles/deploy/edit; Delete /roles/deploy/delete",
		},
		{
			"a permission, for who may only edit", "/permissions?q=services", enterRoles(newRoles(), "update:permissions"),
			"Edit /permissions/p1/edit; Delete Needs delete:permissions. Your role does not include it.",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := menuOf(tt.door.get(t, tt.target, "").doc); got != tt.want {
				t.Errorf("the menu offers %q\nwant %q", got, tt.want)
			}
		})
	}
}

// What is deleted over the list leaves the person in the list, as it was.
func TestADeletionComesBackToTheList(t *testing.T) {
	for current, want := range map[string]string{
		"https://trellis.example/permissions?q=read&sort=-roles": "/permissions?q=read&sort=-roles",
		"https://trellis.example/permissions/p3":                 "/permissions",
		"https://trellis.example/permissions/p3/users":           "/permissions",
		"javascript:alert(1)":                                    "/permissions",
		"":                                                       "/permissions",
	} {
		r := httptest.NewRequest(http.MethodPost, "/permissions/p3/delete", strings.NewReader(""))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("HX-Current-URL", current)
		if got := enterRoles(newRoles(), allRoles...).send(t, r, "dialog").Header().Get("HX-Redirect"); got != want {
			t.Errorf("from %q it goes to %q, want %q", current, got, want)
		}
	}
}
