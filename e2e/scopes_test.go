package e2e

import (
	"net/http"
	"net/url"
	"slices"
	"testing"

	"github.com/playwright-community/playwright-go"

	"trellis/e2e/page"
)

// An auditor sees everything, every control that changes something is disabled
// with its reason, and requests past the controls are refused.
func TestAuditorChangesNothing(t *testing.T) {
	user := prepared.user(t, prepared.name("Audited Probe"))
	prepared.permit(t, user, warehouse, "read:stock")
	prepared.rbac(t, warehouse, false)
	group := prepared.group(t, prepared.name("Audited"))
	permission := prepared.permission(t, console, prepared.name("audited:it"))
	role := prepared.appRole(t, console, prepared.name("Audited Role"), permission)

	both(t, func(t *testing.T, l look) {
		tab := visitAs(t, auditor, l)
		page.OpenGroups(tab).SeesDisabled("New group", "create:groups")
		g := page.OpenGroup(tab, group)
		g.SeesDisabled("Edit", "update:groups")
		g.SeesDisabled("Delete group", "delete:groups")
		g.SeesDisabled("Add members", "update:groups")
		g.Turn("Nested groups")
		g.SeesDisabled("Add nested groups", "update:groups")
		g.Turn("Roles")
		g.SeesDisabled("Add roles", "update:groups")
		g.Turn("Mappings")
		g.SeesDisabled("Add mapping", "update:groups")
		u := page.OpenUser(tab, user).Turn("Groups")
		u.SeesDisabled("Add to groups", "update:groups")
		u.Turn("Roles").SeesDisabled("Add roles", "update:roles")
		u.Turn("Permissions")
		u.SeesDisabled("Add permissions", "update:users")
		u.SeesDisabled("Turn on RBAC", "update:resource_servers")

		cfg := page.OpenConfiguration(tab)
		cfg.SeesDisabled("Save changes", "update:configuration")
		cfg.Turn("API access").SeesDisabled("Save changes", "update:resource-server")
		cfg.Turn("Machine clients").SeesDisabled("Add machine client", "create:clients")
		cfg.Turn("People").SeesDisabled("Add person", "create:accounts")
		cfg.Turn("Import and export").SeesDisabled("Show what would change", "update:configuration")

		page.OpenRoles(tab).SeesDisabled("New role", "create:roles")
		r := page.OpenRole(tab, role)
		r.SeesDisabled("Edit", "update:roles")
		r.SeesDisabled("Clone", "create:roles")
		r.SeesDisabled("Delete role", "delete:roles")
		r.Turn("Users").SeesDisabled("Add users", "update:roles")
		r.Turn("Groups").SeesDisabled("Add groups", "update:groups")
		page.OpenPermissions(tab).SeesDisabled("New permission", "create:permissions")
		page.OpenPermissions(tab).SeesDisabled("Paste many", "create:permissions")
		p := page.OpenPermission(tab, permission)
		p.SeesDisabled("Edit", "update:permissions")
		p.SeesDisabled("Delete permission", "delete:permissions")

		for path, form := range map[string]url.Values{
			"/configuration":                                 {"groupsInToken": {"on"}},
			"/configuration/api-key":                         {},
			"/configuration/api":                             {},
			"/configuration/transfer":                        {"mode": {"replace"}},
			"/configuration/import":                          {"document": {"{}"}, "mode": {"replace"}},
			"/configuration/people/new":                      {"email": {"sneak@test.example"}, "role": {"administrator"}},
			"/configuration/clients/new":                     {"name": {"Sneaked in"}, "authorization": {"read:groups"}},
			"/roles/new":                                     {"name": {"Sneaked in"}, "description": {"x"}, "application": {"x"}},
			"/roles/" + role + "/edit":                       {"name": {"Renamed"}, "description": {"x"}},
			"/roles/" + role + "/delete":                     {"release": {"1"}},
			"/roles/" + role + "/users/add":                  {"id": {user}},
			"/roles/" + role + "/users/remove":               {"user": {user}},
			"/roles/" + role + "/groups/add":                 {"id": {group}},
			"/roles/" + role + "/groups/remove":              {"group": {group}},
			"/permissions/new":                               {"name": {"sneak:in"}, "description": {"x"}, "application": {"x"}},
			"/permissions/paste":                             {"lines": {"sneak:in x"}, "application": {"x"}},
			"/permissions/" + permission + "/edit":           {"name": {"sneak:in"}, "description": {"x"}, "application": {"x"}},
			"/permissions/" + permission + "/delete":         {"release": {"1"}},
			"/permissions/" + permission + "/roles/remove":   {},
			"/groups/new":                                    {"name": {"Sneaked in"}, "description": {"x"}},
			"/groups/" + group + "/edit":                     {"name": {"Renamed"}, "description": {"x"}},
			"/groups/" + group + "/delete":                   {},
			"/groups/" + group + "/members/add":              {"id": {user}},
			"/groups/" + group + "/nested/add":               {"id": {group}},
			"/groups/" + group + "/roles/add":                {"id": {group}},
			"/groups/" + group + "/mappings/add":             {"connectionName": {"google-workspace"}, "groupName": {"x"}},
			"/users/" + escape(user) + "/groups/add":         {"id": {group}},
			"/users/" + escape(user) + "/groups/remove":      {"group": {group}},
			"/users/" + escape(user) + "/roles/add":          {"id": {group}},
			"/users/" + escape(user) + "/roles/remove":       {"role": {group}},
			"/users/" + escape(user) + "/permissions/remove": {"api": {warehouse}, "permission": {"read:stock"}},
			"/users/" + escape(user) + "/permissions/add":    {"id": {ledger + " read:accounts"}},
			"/apis/" + escape(warehouse) + "/rbac":           {},
		} {
			if status := sneak(t, tab, path, form); status != http.StatusForbidden {
				t.Errorf("POST %s: status = %d, want 403", path, status)
			}
		}
		if held := prepared.holds(t, user); !slices.Equal(held, []string{"read:stock"}) {
			t.Errorf("the user holds %v", held)
		}
	})
}

// The help desk changes who belongs where and who holds what, and nothing else.
func TestHelpDeskChangesAssignments(t *testing.T) {
	name := prepared.name("Helped Probe")
	user := prepared.user(t, name)
	prepared.permit(t, user, ledger, "read:statements")
	prepared.permit(t, user, warehouse, "read:stock")
	prepared.rbac(t, warehouse, false)
	group := prepared.group(t, prepared.name("Helped"))
	role := prepared.name("Helped Role")
	prepared.grant(t, group, prepared.appRole(t, console, role))
	directly := prepared.name("Helped Directly")
	prepared.appRole(t, console, directly)

	tab := visitAs(t, helpDesk, look{})
	page.OpenGroups(tab).SeesDisabled("New group", "create:groups")
	g := page.OpenGroup(tab, group)
	g.SeesDisabled("Delete group", "delete:groups")
	g.Add("Add members").Find(name).Choose(name).Confirm()
	g.Shows(name)

	r := page.OpenUser(tab, user).Turn("Roles")
	r.Shows(role)
	r.Add("Add roles").Find(directly).Choose(directly).Confirm()
	r.Shows(directly)

	u := page.OpenUser(tab, user).Turn("Permissions")
	u.SeesDisabled("Turn on RBAC", "update:resource_servers")
	u.AskToRemove("read:statements", name)
	u.Confirm("Remove permission")
	u.Lacks("read:statements")

	for _, path := range []string{"/groups/new", "/groups/" + group + "/delete", "/apis/" + escape(warehouse) + "/rbac"} {
		if status := sneak(t, tab, path, url.Values{"name": {"Sneaked in"}, "description": {"x"}}); status != http.StatusForbidden {
			t.Errorf("POST %s: status = %d, want 403", path, status)
		}
	}
}

// A form without the session's token changes nothing, whoever sends it.
func TestFormsNeedTheirToken(t *testing.T) {
	tab := visitAs(t, administrator, look{})
	tab.Goto("/groups")
	res, err := tab.Page().Context().Request().Post("/groups/new", playwright.APIRequestContextPostOptions{
		Form:    map[string]any{"name": prepared.name("Forged"), "description": "x"},
		Headers: map[string]string{"Origin": trellis.base},
	})
	if err != nil {
		t.Fatal(err)
	}
	if res.Status() != http.StatusForbidden {
		t.Errorf("status = %d, want 403", res.Status())
	}
}

// sneak sends a form past the page's controls, with all that a page of the
// session has, and returns the status of the answer.
func sneak(t *testing.T, tab page.Tab, path string, form url.Values) int {
	t.Helper()
	fields := map[string]any{"csrf": tab.Token()}
	for name, values := range form {
		fields[name] = values[0]
	}
	res, err := tab.Page().Context().Request().Post(path, playwright.APIRequestContextPostOptions{
		Form:         fields,
		Headers:      map[string]string{"Origin": trellis.base},
		MaxRedirects: playwright.Int(0),
	})
	if err != nil {
		t.Fatal(err)
	}
	return res.Status()
}
