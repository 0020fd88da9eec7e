package e2e

import (
	"os"
	"regexp"
	"testing"
	"time"

	"github.com/playwright-community/playwright-go"

	"trellis/e2e/page"
)

// Keys open the box, go through what it found, and lead to it.
func TestSearchByKeyboard(t *testing.T) {
	word := prepared.name("Searchable")
	group := prepared.group(t, word)
	later := prepared.group(t, "Also "+word)
	tab := visitAs(t, administrator, look{})
	tab.Goto("/roles")
	search := tab.SearchEverything("Control+k").Find(word)
	search.Offers("Groups", word, "Also "+word)
	search.Counts("2 results")
	search.On(word)
	for _, step := range []struct{ key, on string }{
		{"ArrowDown", "Also " + word}, {"ArrowDown", word}, {"ArrowUp", "Also " + word}, {"Home", word}, {"End", "Also " + word},
	} {
		search.Press(step.key)
		search.On(step.on)
	}
	search.Press("Enter")
	tab.Headed("Also " + word)
	tab.At("/groups/" + later)

	tab.SearchEverything("Control+k").Offers("Recent", "Also "+word)
	search.Press("Escape")
	search.Closed()

	// Enter right after the last letter takes what the answer will hold.
	tab.SearchEverything("Control+k")
	search.Type("group:" + word)
	search.Press("Enter")
	tab.Headed(word)
	tab.At("/groups/" + group)
	tab.SearchEverything("Control+k").Offers("Recent", word, "Also "+word)
}

// Enter waits for the answer to what was typed last: one to what stood there before
// that comes in between takes nothing, and does not make it forgotten. The clock
// stands, so that the order is always this one.
func TestSearchTakesWhatWasTypedLast(t *testing.T) {
	word := prepared.name("Belated")
	prepared.group(t, word)
	tab := visitAs(t, administrator, look{})
	answer := make(chan struct{})
	err := tab.Page().Route(regexp.MustCompile(`/search\?q=$`), func(r playwright.Route) {
		go func() {
			<-answer
			if err := r.Continue(); err != nil {
				t.Error(err)
			}
		}()
	})
	if err != nil {
		t.Fatal(err)
	}
	clock := tab.Page().Clock()
	if err := clock.Install(); err != nil {
		t.Fatal(err)
	}
	tab.Goto("/")
	tab.Keyboard()
	if err := clock.PauseAt(time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	tab.Press("Control+k")
	tab.Type("group:" + word)
	tab.Press("Enter")
	close(answer)
	tab.SearchAnswers("")
	if err := clock.RunFor(1000); err != nil {
		t.Fatal(err)
	}
	tab.Headed(word)
}

// The slash opens the box where the page has no search of its own, and a prefix
// narrows to one kind.
func TestSearchByKind(t *testing.T) {
	tab := visitAs(t, administrator, look{})
	tab.Goto("/")
	search := tab.SearchEverything("/")
	search.Find("user:tomasz").Offers("Users", "Tomasz Wierzbicki")
	search.Find("role:deploy")
	search.Find("permission:read:statements")
	search.Find("> dark").Offers("Actions", "Use the dark theme")
	search.Press("Enter")
	search.Closed()
	tab.Theme("dark")
	tab.SearchEverything("/").Find("no such thing anywhere")
	search.Counts("Nothing matches “no such thing anywhere”")
	search.Press("Enter")
	tab.Headed("Search")
	tab.At("/search?q=no+such+thing+anywhere")
}

// What somebody may not do is there, and says why.
func TestSearchOffersWhatOneMayDo(t *testing.T) {
	tab := visitAs(t, auditor, look{})
	tab.Goto("/")
	search := tab.SearchEverything("Control+k").Find("create group")
	search.Refuses("Create group", "Needs create:groups")
	search.Press("Enter")
	search.Counts("Needs create:groups. Your role does not include it.")
	tab.At("/")
}

// Another person on the same browser does not see what somebody looked at.
func TestSearchForgetsAtSignOut(t *testing.T) {
	group := prepared.group(t, prepared.name("Confidential"))
	tab := visit(t, look{})
	page.SignIn(tab).AsSample(administrator)
	tab.Goto("/groups/" + group)
	tab.Goto("/")
	tab.SearchEverything("Control+k").Offers("Recent", "Confidential")
	tab.Press("Escape")
	tab.SignOut()
	tab.Headed("You are signed out")
	page.SignIn(tab).AsSample(auditor)
	search := tab.SearchEverything("Control+k")
	search.Offers("Actions", "Create group", "Create role", "Create permission", "Go to the overview", "See recent changes", "Open the configuration", "Sign out")
	search.Lacks("Recent")
}

func TestSearchPage(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		word := prepared.name("Findable")
		prepared.group(t, word)
		tab := visitAs(t, administrator, l)
		if l.noScript {
			page.OpenSearch(tab)
		} else {
			tab.Goto("/search")
		}
		search := page.SearchPage{Tab: tab}
		search.Find(word)
		search.Offers("Groups", word)
		tab.Reload()
		search.Offers("Groups", word)
		tab.Follow("Actions")
		tab.Says("Nothing matches “> " + word + "”")
		search.Find("group:" + word)
		search.Take(word)
		tab.Headed(word)
		tab.Goto("/search?q=%3E+system")
		search.Take("Use the theme of the system")
		tab.Headed("Search")

		leaving := visit(t, l)
		page.SignIn(leaving).AsSample(administrator)
		leaving.Goto("/search?q=%3E+sign+out")
		page.SearchPage{Tab: leaving}.Take("Sign out")
		leaving.Headed("You are signed out")
	})
}

// The open box, with results and without, has nothing that axe-core finds.
func TestSearchIsAccessible(t *testing.T) {
	axe, err := os.ReadFile("node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range []look{{}, {dark: true}, {phone: true}, {phone: true, dark: true}} {
		t.Run(l.String(), func(t *testing.T) {
			tab := visitAs(t, auditor, l)
			tab.Goto("/")
			search := tab.SearchEverything("Control+k")
			check(t, tab, l, "search-begin", axe)
			search.Find("create")
			check(t, tab, l, "search-actions", axe)
			search.Find("e")
			check(t, tab, l, "search-everything", axe)
			search.Find("zzzz")
			check(t, tab, l, "search-nothing", axe)
		})
	}
}

// A search that fails as a whole says so in the box, and the typing goes on.
func TestSearchThatFails(t *testing.T) {
	tab := visitAs(t, administrator, look{})
	tab.Goto("/")
	search := tab.SearchEverything("Control+k")
	err := tab.Page().Route("**/search?q=broken", func(r playwright.Route) {
		if err := r.Fulfill(playwright.RouteFulfillOptions{
			Status: playwright.Int(502), ContentType: playwright.String("text/html"),
			Body:    `<div id="notice" class="notes" role="status"><div class="note bad"><b>The search has a problem</b></div></div>`,
			Headers: map[string]string{"HX-Retarget": "#notice", "HX-Reswap": "outerHTML"},
		}); err != nil {
			t.Error(err)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	search.Type("broken")
	search.Says("The search has a problem")
	search.Find("group:sre").Offers("Groups", "SRE", "SRE Americas", "SRE EMEA")
	search.On("SRE")
	search.HasNoNotice()
}
