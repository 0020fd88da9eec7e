package handlers_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"trellis/views"
)

// actionsOf is what items offer, with where each leads in attr or what it needs.
func actionsOf(items *goquery.Selection, attr string) string {
	var out []string
	for _, item := range items.EachIter() {
		leads := item.AttrOr(attr, item.AttrOr("title", "nowhere"))
		out = append(out, strings.Join(strings.Fields(item.Find("b").Text()+item.Not(".choice").Text()), " ")+" "+leads)
	}
	return strings.Join(out, "; ")
}

// The menu is once on the page, and each row leads to a page of the same for those
// without script.
func TestRowMenus(t *testing.T) {
	tests := []struct {
		name, target string
		door         door
		wantPage     string
		want         string
	}{
		{
			"a group", "/groups?q=engineering", enter(newOrg(), everything...), "/groups/eng/actions",
			"Add members /groups/eng/members/add; Nest groups in it /groups/eng/nested/add; Give it roles /groups/eng/roles/add; " +
				"Edit /groups/eng/edit; Delete /groups/eng/delete",
		},
		{
			"a role", "/roles?q=viewer", enterRoles(newRoles(), allRoles...), "/roles/deploy/actions",
			"Give it to users /roles/deploy/users/add; Give it to groups /roles/deploy/groups/add; Clone /roles/new?from=deploy; " +
				"Edit /roles/deploy/edit; Delete /roles/deploy/delete",
		},
		{
			"a permission, for who may only edit", "/permissions?q=services", enterRoles(newRoles(), "update:permissions"), "/permissions/p1/actions",
			"Edit /permissions/p1/edit; Delete Needs delete:permissions. Your role does not include it.",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			doc := tt.door.get(t, tt.target, "").doc
			row := doc.Find("#list tbody tr").First().Find("[data-menu]")
			menu := strings.ReplaceAll(actionsOf(doc.Find("#row-menu").Children(), "data-to"), views.AnyRow, row.AttrOr("data-menu", "none"))
			if page := row.AttrOr("href", "none"); menu != tt.want || page != tt.wantPage {
				t.Errorf("the menu offers %q\nwant %q\nand its page is %q", menu, tt.want, page)
			}
			if got := actionsOf(tt.door.get(t, tt.wantPage, "").doc.Find(".choice"), "href"); got != tt.want {
				t.Errorf("the page offers %q\nwant %q", got, tt.want)
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
