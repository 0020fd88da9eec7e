package e2e

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"trellis/e2e/page"
)

// crew makes a group and users whose names share a word that no others have.
func crew(t *testing.T, n int) (word, group, id string, names, users []string) {
	t.Helper()
	word = strings.ReplaceAll(prepared.name("Crewmate"), " ", "")
	group = prepared.name("Crew")
	id = prepared.group(t, group)
	for i := range n {
		names = append(names, fmt.Sprintf("%s %c%c", word, 'A'+i/26, 'A'+i%26))
		users = append(users, prepared.user(t, names[i]))
	}
	return word, group, id, names, users
}

// Rows are checked one by one, with Shift a range, and then put into a group.
func TestBulkAddToGroup(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		word, group, id, names, users := crew(t, 5)
		prepared.members(t, id, users[1])
		tab := visitAs(t, administrator, l)
		list := page.OpenUsers(tab)
		list.Search(word)
		list.Shows(names...)
		list.OffersNothing()
		list.Check(names[0])
		if l.noScript {
			list.Check(names[1], names[2], names[3])
		} else {
			list.CheckTo(names[3])
			list.SaysSelected("4 selected")
		}
		list.Checked(4)
		list.Do("Add to group")

		job := page.Job{Tab: tab}
		job.For(group)
		job.Headed("Add users to " + group)
		job.Comes("Nothing is changed before you confirm")
		job.Comes("3 Will be added")
		job.Line(names[1], "Already a member.")
		job.Begin("Add 3 users")
		job.Comes("Finished")
		job.Comes("3 Added")
		members := page.OpenGroup(tab, id)
		members.Shows(names[:4]...)
		members.Lacks(names[4])

		members.Check(names[0], names[2])
		members.Do("Remove from group")
		job.Comes("2 Will be removed")
		job.Begin("Remove 2 members")
		job.Comes("2 Removed")
		job.Follow("Back to the list")
		members.Lacks(names[0], names[2])
		members.Shows(names[1], names[3])
	})
}

// All that match are more than the page shows. What is checked stays so while pages
// are turned.
func TestBulkAllThatMatch(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		word, _, _, names, _ := crew(t, 30)
		role := prepared.name("Crew Role")
		prepared.appRole(t, "Deploy Console", role, prepared.permission(t, "Deploy Console", prepared.name("sail:crew")))
		tab := visitAs(t, administrator, l)
		list := page.OpenUsers(tab)
		list.Search(word)
		list.Shows(names[0])
		list.Check(names[0])
		if !l.noScript {
			list.Next()
			list.Shows(names[29])
			list.SaysSelected("1 selected, 1 on other pages")
			list.Check(names[29])
			file := tab.Download(func() { list.Do("Export") })
			if !strings.Contains(file, names[0]) || !strings.Contains(file, names[29]) || strings.Contains(file, names[1]) {
				t.Errorf("the file of what is checked:\n%s", file)
			}
			list.Clear()
			list.OffersNothing()
			list.Check(names[29])
		}
		list.CheckAllThatMatch()
		list.Do("Give role")
		job := page.Job{Tab: tab}
		job.For(role)
		job.Comes("30 Will get it")
		job.Begin("Give to 30 users")
		job.Comes("30 Given")
	})
}

// What uses a thing keeps it from being deleted, and the preview says so.
func TestBulkDelete(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		word := strings.ReplaceAll(prepared.name("Doomed"), " ", "")
		outer, inner, empty := word+" outer", word+" inner", word+" empty"
		outerID, innerID := prepared.group(t, outer), prepared.group(t, inner)
		prepared.group(t, empty)
		prepared.nested(t, outerID, innerID)
		tab := visitAs(t, administrator, l)
		list := page.OpenGroups(tab)
		list.Search(word)
		list.Shows(outer, inner, empty)
		list.Check(inner, empty)
		list.Do("Delete")
		job := page.Job{Tab: tab}
		job.Headed("Delete groups")
		job.Line(inner, "Nested in "+outer)
		job.Line(empty, "Will be deleted")
		job.Begin("Delete 1 group")
		job.Comes("1 Deleted")
		list = page.OpenGroups(tab)
		list.Search(word)
		list.Shows(outer, inner)
		list.Lacks(empty)
	})
}

// A pasted list: what each line does is there before anything is changed, a line
// that means several people asks whom, and the result is a file.
func TestBulkPaste(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		_, group, id, names, users := crew(t, 3)
		twin := prepared.twin(t, users[2], names[2])
		prepared.members(t, id, users[1])
		email := func(name string) string { return strings.ToLower(strings.ReplaceAll(name, " ", ".")) + "@test.example" }

		tab := visitAs(t, administrator, l)
		page.OpenGroup(tab, id).Follow("Add many")
		job := page.Job{Tab: tab}
		job.Paste(" ,\n")
		job.Says("Paste at least one email or ID")
		job.Paste(strings.Join([]string{email(names[0]), users[1], email(names[2]), "nobody@test.example", email(names[0]), "=1+1"}, "\n"))
		job.Headed("Add users to " + group)
		job.Comes("1 Will be added")
		job.Line(users[1], "Already a member.")
		job.Line("nobody@test.example", "No user has this email.")
		job.Line("=1+1", "No user has this ID.")
		job.Comes("The same as line 1.")
		job.Means("Line 3: "+email(names[2]), twin)
		job.Begin("Add 1 user")
		job.Comes("2 Will be added")
		job.Begin("Add 2 users")
		job.Comes("2 Added")
		job.Reload()
		job.Comes("2 Added")

		file := job.Result()
		for _, want := range []string{
			"\ufeff\"line\",\"entry\",\"id\",\"name\",\"result\",\"reason\"\r\n", `"` + twin + `"`, `"2","` + users[1] + `"`, `"No user has this email."`, `"'=1+1"`,
		} {
			if !strings.Contains(file, want) {
				t.Errorf("the result file lacks %s:\n%s", want, file)
			}
		}
		page.OpenGroup(tab, id).Shows(names[0], names[1], names[2])
	})
}

// A thousand members at once, from a file. The work goes on without its page.
func TestBulkAThousandMembers(t *testing.T) {
	group := prepared.name("Thousand")
	id := prepared.group(t, group)
	defer prepared.authz(t, http.MethodDelete, "/groups/"+id, nil, nil) // other tests know which group is the largest
	var list strings.Builder
	list.WriteString("name,user_id\r\n")
	for i := range 1000 {
		fmt.Fprintf(&list, "\"Lot, %d\",%s\r\n", i, prepared.user(t, prepared.name("Lot")))
	}
	axe, err := os.ReadFile("node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	tab := visitAs(t, administrator, look{})
	page.OpenGroup(tab, id).Follow("Add many")
	job := page.Job{Tab: tab}
	check(t, tab, look{}, "many", axe)
	job.Upload("members.csv", list.String())
	job.Headed("Add users to " + group)
	job.Comes("1,000 Will be added")
	check(t, tab, look{}, "job-preview", axe)
	job.Begin("Add 1,000 users")
	tab.Goto("/groups") // and back: nothing is lost
	tab.Goto("/jobs")
	check(t, tab, look{}, "jobs", axe)
	tab.Follow("Add users to " + group)
	job.Comes("1,000 Added")
	job.Comes("Finished")
	tab.Reload() // what comes step by step moves what is below it
	check(t, tab, look{}, "job-finished", axe)
	page.OpenGroup(tab, id).Says("of 1,000")
}

// Every list is a file too: of what the search found, and of all its pages.
func TestExportCSV(t *testing.T) {
	word, _, id, names, users := crew(t, 26)
	prepared.members(t, id, users[:2]...)
	tab := visitAs(t, administrator, look{})
	list := page.OpenUsers(tab)
	list.Search(word)
	list.Shows(names[0])
	file := tab.Download(func() { tab.Follow("Export") })
	if strings.Count(file, "\r\n") != 27 || !strings.HasPrefix(file, "\ufeff\"user_id\",\"name\"") || !strings.Contains(file, names[25]) {
		t.Errorf("all that match:\n%s", file)
	}
	list.Check(names[0], names[1])
	file = tab.Download(func() { list.Do("Export") })
	if strings.Count(file, "\r\n") != 3 || !strings.Contains(file, users[1]) {
		t.Errorf("two rows:\n%s", file)
	}
	page.OpenGroup(tab, id)
	if file = tab.Download(func() { tab.Follow("Export") }); strings.Count(file, "\r\n") != 3 || !strings.Contains(file, users[1]) {
		t.Errorf("members:\n%s", file)
	}
	for _, list := range []string{"groups", "roles", "permissions"} {
		tab.Goto("/" + list)
		if file = tab.Download(func() { tab.Follow("Export") }); strings.Count(file, "\r\n") < 20 {
			t.Errorf("%s:\n%s", list, file)
		}
	}
}

// Who may not change anything can still take lists along.
func TestBulkNeedsScopes(t *testing.T) {
	tab := visitAs(t, auditor, look{})
	list := page.OpenGroups(tab)
	list.Check("Accounting")
	tab.SeesDisabled("Delete", "delete:groups")
	tab.SeesDisabled("Give role", "update:groups")
	if file := tab.Download(func() { list.Do("Export") }); !strings.Contains(file, "Accounting") {
		t.Errorf("the file:\n%s", file)
	}
}
