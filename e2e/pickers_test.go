package e2e

import (
	"fmt"
	"strings"
	"testing"

	"trellis/e2e/page"
)

// picking is a picker, and what it is tried with.
type picking struct {
	name, path, open string
	first, second    string // can be chosen, and found by word
	word             string
	taken, reason    string // can't be chosen; empty for none
	api              string // to choose first; empty for none
}

// pickings is every picker of users, groups, roles and permissions.
func pickings(t *testing.T) []picking {
	t.Helper()
	word := strings.ReplaceAll(prepared.name("Pick"), " ", "")
	names := func(what string) (out [3]string) {
		for i := range out {
			out[i] = fmt.Sprintf("%s %s %c", word, what, 'A'+i)
		}
		return out
	}
	users, groups, roles := names("User"), names("Group"), names("Role")
	var userIDs, groupIDs, roleIDs [3]string
	permission := prepared.permission(t, "Deploy Console", prepared.name("pick:things"))
	for i := range 3 {
		userIDs[i] = prepared.user(t, users[i])
		groupIDs[i] = prepared.group(t, groups[i])
		roleIDs[i] = prepared.appRole(t, "Deploy Console", roles[i], permission)
	}
	outer := prepared.group(t, word+" Outer")
	prepared.nested(t, outer, groupIDs[2])
	prepared.members(t, groupIDs[2], userIDs[2])
	prepared.grant(t, groupIDs[2], roleIDs[2])
	prepared.give(t, userIDs[2], roleIDs[2])
	prepared.permit(t, userIDs[2], ledger, "read:statements")
	group, user, role := "/groups/"+groupIDs[2], "/users/"+escape(userIDs[2]), "/roles/"+roleIDs[2]
	return []picking{
		{"members of a group", group, "Add members", users[0], users[1], word, users[2], "Already a member", ""},
		{"nested groups", group + "/nested", "Add nested groups", groups[0], groups[1], word, word + " Outer", "Contains this group", ""},
		{"roles of a group", group + "/roles", "Add roles", roles[0], roles[1], word, roles[2], "Already given", ""},
		{"groups of a user", user + "/groups", "Add to groups", groups[0], groups[1], word, groups[2], "Already a member", ""},
		{"roles of a user", user + "/roles", "Add roles", roles[0], roles[1], word, "", "", ""},
		{"permissions of a user", user + "/permissions", "Add permissions", "export:statements", "read:accounts", ":", "read:statements", "Already assigned", "Ledger API"},
		{"users of a role", role + "/users", "Add users", users[0], users[1], word, users[2], "Has it already", ""},
		{"groups of a role", role + "/groups", "Add groups", groups[0], groups[1], word, "", "", ""},
	}
}

// opened is the picker, as its link opens it.
func (p picking) opened(tab page.Tab) page.Picker {
	picker := page.OpenPicker(tab, p.path, p.open)
	if p.api != "" {
		page.PermissionPicker{Picker: picker}.Of(p.api)
	}
	return picker
}

// What is chosen stays chosen through searches, what can't be chosen says why, and
// nothing is remembered for the next time.
func TestPickers(t *testing.T) {
	all := pickings(t)
	both(t, func(t *testing.T, l look) {
		tab := visitAs(t, administrator, l)
		for _, p := range all {
			t.Run(p.name, func(t *testing.T) {
				picker := p.opened(tab.For(t))
				picker.Find(p.word)
				if p.taken != "" {
					picker.Refuses(p.taken, p.reason)
				}
				picker.Choose(p.first)
				picker.Told("1 chosen")
				picker.Find("zzz nothing")
				picker.Told("“zzz nothing”. 1 chosen.")
				picker.Chosen(p.first)
				picker.Find(p.second)
				picker.Choose(p.second)
				picker.Chosen(p.first, p.second)
				picker.Cancel()

				picker = p.opened(tab.For(t))
				picker.Find(p.word)
				picker.Chosen()
			})
		}
	})
}

// A picker needs no pointer: the search has the focus, arrows lead to what it finds,
// the space bar chooses, and Enter in the search sends nothing.
func TestPickersByKeyboard(t *testing.T) {
	all := pickings(t)
	tab := visitAs(t, administrator, look{})
	for _, p := range all {
		t.Run(p.name, func(t *testing.T) {
			picker := p.opened(tab.For(t))
			picker.FindByKeys(p.first)
			picker.Press("ArrowDown")
			picker.Press("Space")
			picker.Chosen(p.first)
			picker.Press("ArrowUp")
			picker.Press("Enter")
			picker.FindByKeys(p.second)
			picker.Press("ArrowDown")
			picker.Press("ArrowDown")
			picker.Press("Space")
			picker.Chosen(p.first, p.second)
			picker.Press("Escape")
		})
	}
}

// More than fifty are a step away, and what is chosen stays on the way.
func TestPickersShowMore(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		group := prepared.group(t, prepared.name("Wide"))
		picker := page.OpenPicker(visitAs(t, administrator, l), "/groups/"+group, "Add members")
		picker.Find("@meridian.example")
		picker.Choose("Adaeze Okafor")
		picker.ShowMore()
		picker.Chosen("Adaeze Okafor")
		picker.Find("meridian.example")
		picker.ShowMore()
		picker.Offers("Emeka")
		picker.Chosen("Adaeze Okafor")
	})
}
