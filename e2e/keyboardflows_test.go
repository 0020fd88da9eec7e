package e2e

import (
	"net/http"
	"strings"
	"testing"

	"trellis/e2e/page"
)

// stroke is something that somebody without a pointer does, or waits for.
type stroke func(t *testing.T, k page.Keys)

// use goes to a control, whose focus is seen, and presses Enter.
func use(name string) stroke {
	return func(_ *testing.T, k page.Keys) {
		k.Reach(name)
		k.Ringed()
		k.Press("Enter")
	}
}

// ask opens a dialog with a control.
func ask(name string) stroke {
	return func(t *testing.T, k page.Keys) {
		use(name)(t, k)
		k.FormOpens()
	}
}

// write goes to a field and types over what it holds.
func write(field, text string) stroke {
	return func(_ *testing.T, k page.Keys) {
		k.Reach(field)
		k.Press("Control+A")
		k.Type(text)
	}
}

// pick takes a choice in the list called what: its letters lead to it.
func pick(what, choice string) stroke {
	return func(_ *testing.T, k page.Keys) {
		k.Reach(what)
		k.Type(choice)
	}
}

// mark presses the space bar on a box.
func mark(name string) stroke { return markWith(name, "Space") }

func markWith(name, keys string) stroke {
	return func(_ *testing.T, k page.Keys) {
		k.Reach(name)
		k.Press(keys)
	}
}

// choose opens a picker, finds name in it, and adds it.
func choose(open, name, confirm string) stroke {
	return func(t *testing.T, k page.Keys) {
		ask(open)(t, k)
		page.PickerOf(k.Tab).FindByKeys(name)
		k.Press("ArrowDown")
		k.Press("Space")
		use(confirm)(t, k)
	}
}

// told waits until screen readers are told text, and the focus is still somewhere.
func told(text string) stroke {
	return func(_ *testing.T, k page.Keys) {
		k.Tells(text)
		k.Stays()
	}
}

// lands waits for a page of that heading that tells text.
func lands(heading, text string) stroke {
	return func(_ *testing.T, k page.Keys) {
		k.Headed(heading)
		k.Tells(text)
		k.Keyboard()
	}
}

func says(text string) stroke { return func(_ *testing.T, k page.Keys) { k.Says(text) } }

// Every flow of the dashboard, without a pointer: the Tab key leads to each control,
// which is seen to have the focus, Enter and the space bar use it, what came of it
// is told, and the focus is still where the person was.
func TestEveryFlowByKeyboard(t *testing.T) {
	group, inner, role, permission, user := prepared.name("Keyed"), prepared.name("Keyed inner"), prepared.name("Keyed role"),
		prepared.name("key:it"), prepared.name("Kay Keyed")
	prepared.group(t, inner)
	of := prepared.appRole(t, console, prepared.name("Keyring"), prepared.permission(t, console, permission))
	ring := prepared.nameOfRole(t, of)
	id := prepared.user(t, user)
	word, keyed, _, crewmates, _ := crew(t, 4)
	lone := prepared.name("key:alone")
	prepared.authz(t, http.MethodPatch, "/configuration/rotate-apikey", nil, nil)

	for _, flow := range []struct {
		name, path string
		strokes    []stroke
	}{
		{"groups", "/groups", []stroke{
			ask("New group"), write("Name", group), write("Description", "By keys"), use("Create group"), lands(group, "Group created"),
			ask("Edit"), write("Description", "By keys alone"), use("Save changes"), lands(group, "Changes saved"),
			choose("Add members", user, "Add members"), told("1 member added"),
			ask("Remove " + user + " from " + group), use("Remove member"), told("Member removed"),
			use("Nested groups 0"), says("No nested groups"), choose("Add nested groups", inner, "Add nested groups"), told("1 group nested"),
			ask("Remove " + inner + " from " + group), use("Remove nested group"), told("Nested group removed"),
			use("Roles 0"), says("No roles"), choose("Add roles", ring, "Add roles"), told("1 role"),
			ask("Remove " + ring + " from " + group), use("Remove role"), told("Role removed"),
			use("Mappings 0"), says("No mappings"), ask("Add mapping"), pick("Connection", "entra"), write("Provider group", "keys"),
			use("Add mapping"), told("Mapping added"),
			ask("Delete group"), use("Delete group"), lands("Groups", "Group deleted"),
		}},
		{"roles", "/roles", []stroke{
			ask("New role"), pick("Application or API", console), says(permission), write("Name", role), write("Description", "By keys"),
			write("Search permissions", permission), says("1 permission matches"), mark(permission), says("1 chosen"),
			use("Create role"), lands(role, "Role created"),
			ask("Edit"), write("Description", "By keys alone"), use("Save changes"), lands(role, "Changes saved"),
			ask("Clone"), use("Create role"), lands("Copy of "+role, "Role created"),
			use("Users 0"), says("Nobody"), choose("Add users", user, "Add users"), told("1 user"),
			ask("Delete role"), use("Delete role"), lands("Roles", "Role deleted"),
		}},
		{"permissions", "/permissions", []stroke{
			ask("New permission"), pick("Application or API", console), write("Name", lone), write("Description", "By keys"),
			use("Create permission"), lands(lone, "Permission created"),
			ask("Edit"), write("Description", "By keys alone"), use("Save changes"), lands(lone, "Changes saved"),
			ask("Delete permission"), use("Delete permission"), lands("Permissions", "Permission deleted"),
			use("Paste many"), pick("Application or API", console), write("Permissions, one on each line", "key:paste-"+strings.ToLower(word)+" By keys"),
			use("Preview"), says("Create"), use("Create 1 permission"), says("Permissions created"),
		}},
		{"a user", "/users/" + escape(id), []stroke{
			use("Groups 0"), says("No groups here"), choose("Add to groups", inner, "Add to groups"), told("Added to 1 group"),
			ask("Remove " + user + " from " + inner), use("Remove from group"), told("Removed from the group"),
			use("Roles 0"), says("No roles"), choose("Add roles", ring, "Add roles"), told("1 role"),
			ask("Remove " + ring + " from " + user), use("Remove role"), told("Role removed"),
			use("Permissions 0"), says("Add permissions"), ask("Add permissions"), pick("API", "Ledger"), says("export:statements"),
			write("Search permissions", "export:statements"), mark("export:statements"), use("Add permissions"), told("1 permission"),
			ask("Remove export:statements from " + user), use("Remove permission"), told("Removed export:statements"),
		}},
		{"many at once", "/users?q=" + word, []stroke{
			mark("Select " + crewmates[0]), markWith("Select "+crewmates[2], "Shift+Space"), says("3 selected"),
			use("Add to group"), lands("Add 3 users to a group", ""),
			write("Search groups", keyed), says("1 group matches"), mark(keyed), use("Preview"), says("3 Will be added"),
			use("Add 3 users"), says("3 Added"),
		}},
		{"configuration", "/configuration", []stroke{
			use("Skip to content"), mark("Groups"), mark("Groups"), use("Save changes"), lands("Configuration", "Changes saved"),
			ask("Rotate key"), use("Rotate key"), says("API key"), use("Done"),
			use("API access"), says("Token lifetime"), use("Machine clients"), ask("Add machine client"), write("Name", "Keys "+word),
			mark("read:groups"), use("Add client"), says("Client secret"), use("Done"),
			ask("Delete Keys " + word), use("Delete client"), told("Machine client deleted"),
		}},
	} {
		t.Run(flow.name, func(t *testing.T) {
			tab := visitAs(t, administrator, look{})
			tab.Goto(flow.path)
			k := tab.Keyboard()
			for _, do := range flow.strokes {
				do(t, k)
			}
		})
	}
}
