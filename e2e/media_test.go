package e2e

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/playwright-community/playwright-go"

	"trellis/e2e/page"
)

// visitWith opens a tab for the administrator whose browser is set up by set.
func visitWith(t *testing.T, l look, set func(*playwright.BrowserNewContextOptions)) page.Tab {
	t.Helper()
	o := l.options()
	o.StorageState = sessions.of(t, administrator).ToOptionalStorageState()
	set(&o)
	return open(t, l, o)
}

// list is what script finds on the page, a line each.
func list(t *testing.T, tab page.Tab, script string) []string {
	t.Helper()
	out, err := tab.Page().Evaluate("() => JSON.stringify((" + script + ")())")
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	if err := json.Unmarshal([]byte(out.(string)), &found); err != nil {
		t.Fatal(err)
	}
	return found
}

// faint finds what nobody sees whose system chooses the colours: there are no
// grounds and no shadows then.
const faint = `() => {
	const found = [], ground = getComputedStyle(document.body).backgroundColor;
	const shown = (e) => e.checkVisibility() && e.getClientRects().length > 0;
	const lined = (e) => ["outline", "borderTop"].some((side) => {
		const style = getComputedStyle(e);
		return style[side + "Style"] !== "none" && parseFloat(style[side + "Width"]) >= 1;
	});
	const tell = (why, e) => found.push(why + ": " + e.outerHTML.replace(/\s+/g, " ").slice(0, 120));
	for (const e of document.querySelectorAll("dialog[open], .menu:popover-open, .bulk, .note, .tag")) if (shown(e) && !lined(e)) tell("no edge", e);
	for (const e of document.querySelectorAll("svg.i")) if (shown(e) && getComputedStyle(e).color === ground) tell("no colour", e);
	for (const e of document.querySelectorAll("input:is([type=checkbox], [type=radio])")) {
		if (shown(e) && getComputedStyle(e).appearance === "none") tell("a mark of our own", e);
	}
	for (const e of document.querySelectorAll(":is(.side, .tabs, .seg, .pager) [aria-current]")) {
		if (shown(e) && !getComputedStyle(e).textDecorationLine.includes("underline")) tell("not seen to be the current one", e);
	}
	return found;
}`

// Where the system chooses the colours, edges, marks, icons and the focus are seen.
func TestForcedColours(t *testing.T) {
	name := prepared.name("Clara Contrast")
	id := prepared.user(t, name)
	prepared.permit(t, id, ledger, "read:statements")
	tab := visitWith(t, look{}, func(o *playwright.BrowserNewContextOptions) { o.ForcedColors = playwright.ForcedColorsActive })
	looks := func(what string) {
		t.Helper()
		for _, line := range list(t, tab, faint) {
			t.Errorf("%s: %s", what, line)
		}
		photograph(t, tab.Page(), "forced-"+what)
	}
	rows := page.OpenUsers(tab)
	rows.Search(name)
	rows.Check(name)
	looks("rows")
	user := page.OpenUser(tab, id).Turn("Permissions")
	k := tab.Keyboard()
	k.Reach("Remove read:statements from " + name)
	k.Ringed()
	looks("detail")
	user.Add("Add permissions")
	tab.FormOpens()
	looks("dialog")
	tab.Press("Escape")
	search := tab.SearchEverything("Control+k")
	search.Find("an")
	looks("search")
	tab.Goto("/groups/" + prepared.find(t, "Platform"))
	looks("group")
}

// unprinted finds what paper would not have of a page, or should not.
const unprinted = `() => {
	const found = [];
	const shown = (e) => e.checkVisibility() && e.getClientRects().length > 0;
	const tell = (why, e) => found.push(why + ": " + e.outerHTML.replace(/\s+/g, " ").slice(0, 120));
	for (const e of document.querySelectorAll("nav, header.top, button, .btn, input, select, dialog, [role=search], .toasts")) {
		if (shown(e) && !e.matches(".crumbs")) tell("a control", e);
	}
	for (const e of document.querySelectorAll("main *")) {
		const style = getComputedStyle(e);
		if (e.matches(".sr, .sr *, thead *, caption, svg, svg *") || !shown(e) || style.display === "inline") continue;
		if (style.overflowX !== "visible" && e.scrollWidth > e.clientWidth + 1) tell("cut", e);
		if (style.overflowY !== "visible" && e.scrollHeight > e.clientHeight + 1) tell("cut", e);
	}
	for (const e of document.querySelectorAll("main details > :not(summary)")) if (!shown(e)) tell("folded", e);
	for (const e of document.querySelectorAll("main td:not(.act, .ck)")) if (!shown(e) && e.textContent.trim()) tell("left out", e);
	for (const e of document.querySelectorAll("main a")) {
		const light = getComputedStyle(e).color.match(/[\d.]+/g).slice(0, 3).map(Number);
		if (shown(e) && !e.closest(".tag") && light.some((n) => n > 140)) tell("too light a link", e);
	}
	if (document.documentElement.scrollWidth > innerWidth) found.push("wider than the paper");
	return found;
}`

// The pages about one thing print whole, in dark ink, without the controls: also for
// somebody who reads them dark.
func TestPrintedPages(t *testing.T) {
	name := prepared.name("Pat Paper " + strings.Repeat("Wolfeschlegelsteinhausen", 5))
	id := prepared.user(t, name)
	prepared.permit(t, id, ledger, "read:statements")
	group := prepared.group(t, prepared.name("Paper 🦊 مجموعة Donaudampfschiff"))
	prepared.members(t, group, id)
	role := prepared.appRole(t, console, prepared.name("Paper Role"), prepared.permission(t, console, prepared.name("print:paper")))
	prepared.grant(t, group, role)
	user := "/users/" + escape(id)
	tab := visitAs(t, administrator, look{dark: true})
	resize(t, tab, 703, 1000) // a sheet of A4 between its margins
	if err := tab.Page().EmulateMedia(playwright.PageEmulateMediaOptions{Media: playwright.MediaPrint}); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{
		"/groups/" + group, "/groups/" + group + "?show=all", "/groups/" + group + "/nested", "/groups/" + group + "/roles", "/groups/" + group + "/mappings",
		"/roles/" + role, "/roles/" + role + "/users?show=all", "/roles/" + role + "/groups",
		"/permissions/" + prepared.findPermission(t, "read:services"), user, user + "/groups", user + "/roles", user + "/permissions",
	} {
		tab.Goto(path)
		for _, line := range list(t, tab, unprinted) {
			t.Errorf("%s: %s", path, line)
		}
		photograph(t, tab.Page(), "printed"+strings.NewReplacer("/", "-", "?", "-", "%", "", "=", "-").Replace(path))
	}
}

// running tells whether the bar below the top runs, and is beyond its pause.
const running = `() => document.getAnimations().some((a) => a.animationName === "slide" && a.currentTime > a.effect.getComputedTiming().delay)`

// The row Loading: whoever waits longer than a moment sees that something goes on,
// in a part of the page and for a whole one; whoever does not, sees nothing flicker.
func TestFrameLoading(t *testing.T) {
	tab := visitWith(t, look{}, func(o *playwright.BrowserNewContextOptions) { o.ReducedMotion = playwright.ReducedMotionNoPreference })
	held := make(chan playwright.Route, 1)
	hold := func(glob string) {
		t.Helper()
		if err := tab.Page().Route(glob, func(r playwright.Route) { held <- r }); err != nil {
			t.Fatal(err)
		}
	}
	waits := func() {
		t.Helper()
		if _, err := tab.Page().WaitForFunction(running, nil); err != nil {
			t.Fatalf("nothing shows that the answer is on its way: %v", err)
		}
		if err := (<-held).Continue(); err != nil {
			t.Fatal(err)
		}
		if err := tab.Page().Locator("body:not(.busy)").WaitFor(); err != nil {
			t.Fatalf("the answer is there, and the bar still runs: %v", err)
		}
	}
	groups := page.OpenGroups(tab)
	pause := list(t, tab, `() => { document.body.classList.add("busy"); const a = getComputedStyle(document.querySelector(".top"), "::after");
		const pause = [a.animationDelay, a.animationFillMode]; document.body.classList.remove("busy"); return pause; }`)
	if pause[0] != "0.15s" || pause[1] != "backwards" {
		t.Errorf("the bar begins after %v: quick answers make it flicker, or slow ones lack it", pause)
	}
	hold("**/groups?q=*")
	box := tab.Page().GetByRole("main").GetByRole("searchbox")
	if err := box.Fill("treasury"); err != nil {
		t.Fatal(err)
	}
	waits()
	groups.Shows("Treasury")
	// While a page is on its way nobody can ask this one, so it tells by itself.
	hold("**/roles")
	_, err := tab.Page().ExpectConsoleMessage(func() error {
		_, err := tab.Page().Evaluate(`() => {
			const runs = ` + running + `;
			setInterval(() => runs() && console.info("the bar runs"), 20);
			document.querySelector("nav a[href='/roles']").click();
		}`)
		return err
	}, playwright.PageExpectConsoleMessageOptions{Predicate: func(m playwright.ConsoleMessage) bool { return m.Text() == "the bar runs" }})
	if err != nil {
		t.Errorf("nothing shows that the page is on its way: %v", err)
	}
	if err := (<-held).Continue(); err != nil {
		t.Fatal(err)
	}
	tab.Headed("Roles")
}

// Over a line as slow as an old phone's, a whole flow works, nothing moves about
// while parts come late, and no step gives up.
func TestASlowLine(t *testing.T) {
	name, group := prepared.name("Slow Sloane"), prepared.name("Slow")
	prepared.user(t, name)
	prepared.group(t, group)
	tab := visitAs(t, administrator, look{phone: true})
	line, err := tab.Page().Context().NewCDPSession(tab.Page())
	if err != nil {
		t.Fatal(err)
	}
	for _, order := range []struct {
		what string
		how  map[string]any
	}{
		{"Network.enable", nil},
		{"Network.emulateNetworkConditions", map[string]any{"offline": false, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}},
	} {
		if _, err := line.Send(order.what, order.how); err != nil {
			t.Fatal(err)
		}
	}
	groups := page.OpenGroups(tab)
	measure(t, tab).keeps(t)
	groups.Search(group)
	groups.Open(group)
	groups.Headed(group)
	measure(t, tab).keeps(t)
	page.Group{List: groups.List}.Add("Add members").Find(name).Choose(name).Confirm()
	groups.Tells("1 member added")
	groups.Shows(name)
}

// Times are told in the reader's zone, the exact one to whoever points at it. The
// server does not know that zone, so without JavaScript it says which one it means.
func TestTimesAreTheReaders(t *testing.T) {
	moments := `() => [...document.querySelectorAll("main time")].map((e) => e.title)`
	both(t, func(t *testing.T, l look) {
		zone, away := "GMT-", "UTC" // 4 in summer, 5 in winter
		if l.noScript {
			zone, away = "UTC", "GMT-"
		}
		tab := visitWith(t, l, func(o *playwright.BrowserNewContextOptions) { o.TimezoneId = playwright.String("America/New_York") })
		for _, path := range []string{"/", "/changes", "/users", "/configuration/people", "/users?q=tomasz"} {
			tab.Goto(path)
			told := list(t, tab, moments)
			if len(told) == 0 {
				t.Errorf("%s has no time", path)
			}
			for _, exact := range told {
				if !strings.Contains(exact, zone) || strings.Contains(exact, away) {
					t.Errorf("%s: the exact time is %q", path, exact)
				}
			}
		}
		page.OpenUsers(tab).Search("tomasz") // what is swapped in, too
		for _, exact := range list(t, tab, moments) {
			if !strings.Contains(exact, zone) {
				t.Errorf("after a search the exact time is %q", exact)
			}
		}
	})
}
