package urls_test

import (
	"net/url"
	"strings"
	"testing"

	"trellis/views/urls"
)

// Whatever an id holds, its link names it and nothing else.
func TestIDsStayInTheirPlace(t *testing.T) {
	for _, id := range []string{"g1", "a b", "a/b", "50%", "%2e%2e", "auth0|7", "ü?#", "a&b=c", "..", ".", "//evil", "\\evil", ":id", "‮x", "é/../é"} {
		u, err := url.Parse(urls.ToGroupNested(id))
		if err != nil {
			t.Errorf("%q: %v", id, err)
			continue
		}
		raw := strings.Split(u.EscapedPath(), "/")
		if len(raw) != 4 || raw[1] != "groups" || raw[3] != "nested" {
			t.Errorf("%q leads to %s", id, u)
		}
		if got, _ := url.PathUnescape(raw[2]); got != id {
			t.Errorf("%q became %q", id, got)
		}
		for _, link := range []string{
			urls.MemberList{Group: "g", Search: id}.ToRemove(id), urls.NestedList{Group: "g", Search: id}.ToRemove(id),
			urls.GroupRoleList{Group: "g", Search: id}.ToRemove(id), urls.ToGroupMappingsRemove("g", id),
			urls.RoleUserList{Role: "g", Search: id}.ToRemove(id), urls.ToRoleGroupsRemove("g", id, ""),
			urls.ToPermissionRolesRemove("g", id),
			urls.HeldList{User: "g", Search: id}.ToGroupsRemove(id), urls.HeldList{User: "g"}.ToRolesRemove(id),
		} {
			u, err := url.Parse(link)
			if err != nil || !strings.Contains(u.Path, "s/g/") {
				t.Errorf("%q leads to %s (%v)", id, link, err)
				continue
			}
			for _, key := range []string{"q", "user", "group", "role", "mapping"} {
				if got := u.Query().Get(key); got != "" && got != id {
					t.Errorf("%s=%q, want %q", key, got, id)
				}
			}
		}
	}
}

// One state of a list has one address.
func TestListAddresses(t *testing.T) {
	tests := []struct{ got, want string }{
		{urls.GroupList{}.To(), "/groups"},
		{urls.GroupList{Page: 1}.To(), "/groups"},
		{urls.GroupList{Search: "a&b", Sort: "-members", Page: 2}.To(), "/groups?page=2&q=a%26b&sort=-members"},
		{urls.MemberList{Group: "g"}.To(), "/groups/g"},
		{urls.MemberList{Group: "g", All: true, Page: 3}.ToAdd(), "/groups/g/members/add?page=3&show=all"},
		{urls.UserList{Field: "name", Group: "g", Role: "r", Page: 1}.To(), "/users?field=name&group=g&role=r"},
		{urls.UserList{Search: "a", Page: 2}.ToFilter("role"), "/filter/users?by=role&page=2&q=a"},
		{urls.HeldList{User: "auth0|1", Show: "direct"}.ToGroups(), "/users/auth0%7C1/groups?show=direct"},
		{urls.HeldList{User: "u", Page: 2}.ToRolesAdd(), "/users/u/roles/add?page=2"},
		{urls.PermissionList{User: "u", Page: 1, Apps: 3}.To(), "/users/u/permissions?apps=3"},
		{urls.AccessRun{User: "u"}.To(), "/users/u/access"},
		{urls.AccessRun{User: "u", Application: "a", Connection: "c", Groups: []string{"x y", "z"}}.To(), "/users/u/access?application=a&connection=c&groups=x+y%0Az"},
		{urls.PathSearch{}.To(), "/paths"},
		{urls.ToPaths(urls.End("user", "auth0|1"), urls.End("role", "r")), "/paths?from=user%3Aauth0%7C1&to=role%3Ar"},
		{urls.PathSearch{From: "user:u", Target: "group:g", Connection: "ad", Groups: []string{"x y", "z"}, Page: 2}.To(), "/paths?connection=ad&from=user%3Au&groups=x+y%0Az&page=2&to=group%3Ag"},
		{urls.PathSearch{From: "user:u", Page: 3}.ToChoose("to", "role"), "/paths/choose?end=to&from=user%3Au&kind=role"},
		{urls.OperationView{Search: "a b"}.To(), "/explorer?q=a+b"},
		{urls.ToOperation("management", "../x"), "/explorer/management/..%2Fx"},
		{urls.OperationView{API: "a", ID: "o", Language: "go", Values: map[string]string{"q": "x&y", "id": "", "send": "2"}, Send: true}.To(), "/explorer/a/o?lang=go&p.q=x%26y&p.send=2&send=1"},
		{urls.RoleIndex{}.To(), "/roles"},
		{urls.RoleIndex{Search: "a", Of: "app 1", Sort: "-users", Page: 2}.To(), "/roles?application=app+1&page=2&q=a&sort=-users"},
		{urls.ToRoleClone("r"), "/roles/new?from=r"},
		{urls.RolePermissionList{Role: "r", Page: 1}.To(), "/roles/r"},
		{urls.RoleUserList{Role: "r", All: true, Page: 3}.ToAdd(), "/roles/r/users/add?page=3&show=all"},
		{urls.PermissionIndex{Of: "app1", Page: 1}.To(), "/permissions?application=app1"},
		{urls.PermissionUserList{Permission: "p", Search: "ada"}.To(), "/permissions/p/users?q=ada"},
		{urls.ToGroupRoles("g", ""), "/groups/g/roles"},
		{urls.ToGroupRoles("g", "direct"), "/groups/g/roles?show=direct"},
		{urls.GroupRoleList{Group: "g", Show: "direct", Page: 2}.ToAdd(), "/groups/g/roles/add?page=2&show=direct"},
		{urls.NestedList{Group: "g", Page: 1}.To(), "/groups/g/nested"},
		{urls.NestedList{Group: "g", Search: "a", Page: 2}.ToAdd(), "/groups/g/nested/add?page=2&q=a"},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("address %s, want %s", tt.got, tt.want)
		}
	}
}

func TestLocal(t *testing.T) {
	for target, want := range map[string]bool{
		"/": true, "/groups?q=a#b": true, "/groups/a%2Fb": true,
		"": false, "groups": false, "//evil.example": false, "/\\evil.example": false, "/\t/evil.example": false,
		"https://evil.example": false, "javascript:alert(1)": false, "/a\nb": false, "/%zz": false, "/a\\b": false,
	} {
		if got := urls.Local(target); got != want {
			t.Errorf("Local(%q) = %t", target, got)
		}
	}
}
