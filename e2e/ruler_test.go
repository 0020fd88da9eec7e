package e2e

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/playwright-community/playwright-go"

	"trellis/e2e/page"
)

// What a page may be.
const (
	heaviest = 150_000 // bytes, compressed, of a page that nobody has seen before
	moved    = 0.02    // how far what is drawn moves on its own, as Chromium counts it; 0.1 passes for good
	narrow   = 320
	ultra    = 2560
)

// notes is run before any script of a page: it writes down what moves on its own
// until somebody asks for more,
// and what the content policy stops.
const notes = `(() => {
	window.moved = 0;
	window.stopped = [];
	new PerformanceObserver((list) => {
		for (const shift of list.getEntries()) if (!shift.hadRecentInput && !window.asked) window.moved += shift.value;
	}).observe({type: "layout-shift", buffered: true});
	addEventListener("securitypolicyviolation", (event) => window.stopped.push(event.violatedDirective + " " + event.blockedURI));
})()`

// ruler measures the page: what is too small to hit, what still runs for somebody
// who asked for less motion, how much came over the line, and what is no part of
// any page of ours.
const ruler = `() => {
	const shown = (e) => e.checkVisibility({visibilityProperty: true, opacityProperty: true}) && e.getClientRects().length > 0;
	const text = (e) => e.textContent.replace(/\s+/g, " ").trim();
	// A link within a sentence is as high as its line.
	const inText = (e) => e.localName === "a" && getComputedStyle(e).display === "inline" && text(e.parentElement).length > text(e).length;
	const size = (e) => {
		let {width, height} = e.getBoundingClientRect();
		const grow = (w, h) => { width = Math.max(width, w); height = Math.max(height, h); };
		const label = e.closest("label") ?? e.labels?.[0];
		if (label && /checkbox|radio/.test(e.type)) grow(label.getBoundingClientRect().width, label.getBoundingClientRect().height);
		for (const part of ["::before", "::after"]) {
			const style = getComputedStyle(e, part);
			if (style.content !== "none" && style.position === "absolute") grow(parseFloat(style.width), parseFloat(style.height));
		}
		return [width, height];
	};
	const tell = (e) => e.outerHTML.replace(/\s+/g, " ").slice(0, 160);
	const small = [];
	for (const e of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")) {
		if (!shown(e) || inText(e) || e.closest("[aria-hidden=true]")) continue; // what is hidden from people is there for Enter
		const [width, height] = size(e);
		if (Math.min(width, height) < 23.9) small.push(width.toFixed(1) + "×" + height.toFixed(1) + " " + tell(e));
	}
	const running = document.getAnimations().filter((a) => a.playState === "running" && a.effect.getComputedTiming().duration > 1)
		.map((a) => (a.animationName ?? a.transitionProperty) + " of " + tell(a.effect.target));
	const loaded = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
	const foreign = [];
	for (const e of document.querySelectorAll("*")) {
		if (e.localName === "script" && !(e.src && new URL(e.src).origin === location.origin)) foreign.push(tell(e));
		for (const a of e.attributes) {
			if (/^on/i.test(a.name) || /^\s*javascript:/i.test(a.value) && !/^(value|title|placeholder|aria-label|data-copy)$/.test(a.name)) foreign.push(tell(e));
		}
	}
	return JSON.stringify({
		small, running, foreign, stopped: window.stopped, moved: window.moved,
		weight: loaded.reduce((sum, e) => sum + e.encodedBodySize + 300, 0),
		wide: document.documentElement.scrollWidth - innerWidth,
	});
}`

// measured is what the ruler tells.
type measured struct {
	Small, Running, Foreign, Stopped []string
	Moved                            float64
	Weight                           int
	Wide                             float64
}

// measure holds the ruler to the page.
func measure(t *testing.T, tab page.Tab) measured {
	t.Helper()
	out, err := tab.Page().Evaluate(ruler)
	if err != nil {
		t.Fatal(err)
	}
	var m measured
	if err := json.Unmarshal([]byte(out.(string)), &m); err != nil {
		t.Fatal(err)
	}
	return m
}

// keeps fails t for all in which the page is not what it may be.
func (m measured) keeps(t *testing.T) {
	t.Helper()
	for what, found := range map[string][]string{
		"too small to hit": m.Small, "moves for somebody who wants no motion": m.Running,
		"no part of the page": m.Foreign, "stopped by the content policy": m.Stopped,
	} {
		if len(found) > 0 {
			t.Errorf("%s:\n%s", what, strings.Join(found, "\n"))
		}
	}
	if m.Moved >= moved {
		t.Errorf("what is drawn moves by %.4f on its own", m.Moved)
	}
	if m.Weight > heaviest {
		t.Errorf("the page comes with %d bytes", m.Weight)
	}
	if m.Wide != 0 {
		t.Errorf("the page is %v pixels wider than the screen", m.Wide)
	}
}

// fits fails t when the page has to be scrolled sideways on a screen of that width.
// The screen is as it was afterwards.
func fits(t *testing.T, tab page.Tab, l look, width int) {
	t.Helper()
	was := l.options().Viewport
	resize(t, tab, width, was.Height)
	wide, err := tab.Page().Evaluate(`() => document.documentElement.scrollWidth - innerWidth`)
	if err != nil {
		t.Fatal(err)
	}
	if wide != 0 {
		t.Errorf("on a screen of %d pixels the page is %v wider", width, wide)
	}
	resize(t, tab, was.Width, was.Height)
}

func resize(t *testing.T, tab page.Tab, width, height int) {
	t.Helper()
	if err := tab.Page().SetViewportSize(width, height); err != nil {
		t.Fatal(err)
	}
}

// observed is tab with the notes taken of each page that it goes to.
func observed(t *testing.T, tab page.Tab) page.Tab {
	t.Helper()
	if err := tab.Page().AddInitScript(playwright.Script{Content: playwright.String(notes)}); err != nil {
		t.Fatal(err)
	}
	return tab
}
