package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"slices"
	"time"

	"github.com/playwright-community/playwright-go"

	"trellis/e2e/chromium"
	"trellis/views/urls"
)

// tenantInBrowser is a program that runs for a browser to look at.
type tenantInBrowser struct {
	browsing
	program program
	browser *chromium.Chromium
	dir     string
}

// measure starts the program on the organisation of file, if any, signs somebody
// in, and has walk measure.
func (t tenantInBrowser) measure(ctx context.Context, name, file string, args []string, walk func(*visitor) error) (_ []felt, err error) {
	flags := []string{"--data", t.dir}
	if file != "" {
		if _, err := t.program.run(ctx, "", io.Discard, append([]string{"import", file}, flags...)...); err != nil {
			return nil, err
		}
	}
	address, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	base := "http://" + address
	running, err := t.program.serve(ctx, filepath.Join(filepath.Dir(t.dir), name+".log"), slices.Concat([]string{"--listen", address, "--base-url", base}, flags, args)...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, running.stop()) }()
	if err := ready(ctx, base); err != nil {
		return nil, err
	}
	_, err = t.program.run(ctx, password, io.Discard, append([]string{"account", "add", email, "--role", "administrator", "--password-stdin"}, flags...)...)
	if err != nil {
		return nil, err
	}
	v := &visitor{tenantInBrowser: t, name: name, base: base}
	if err := v.signIn(); err != nil {
		return nil, err
	}
	err = walk(v)
	return v.felt, err
}

// ready waits until the program at base can serve.
func ready(ctx context.Context, base string) error {
	for end := time.Now().Add(time.Minute); time.Now().Before(end) && ctx.Err() == nil; time.Sleep(20 * time.Millisecond) {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/readyz", nil)
		if err != nil {
			return err
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			continue
		}
		_ = res.Body.Close()
		if res.StatusCode == http.StatusOK {
			return nil
		}
	}
	return errors.Join(errors.New("the program is not ready after a minute"), ctx.Err())
}

// visitor is a person in front of a browser.
type visitor struct {
	tenantInBrowser
	name, base string
	page       playwright.Page
	felt       []felt
}

func (v *visitor) signIn() error {
	tab, err := v.browser.Browser.NewContext(playwright.BrowserNewContextOptions{
		BaseURL: &v.base, Viewport: &playwright.Size{Width: 1440, Height: 900},
	})
	if err != nil {
		return err
	}
	if v.page, err = tab.NewPage(); err != nil {
		return err
	}
	if _, err := v.page.Goto(urls.Home); err != nil {
		return err
	}
	if err := v.page.GetByLabel("Email").Fill(email); err != nil {
		return err
	}
	if err := v.page.Locator("#password").Fill(password); err != nil {
		return err
	}
	if err := v.page.GetByRole("button", playwright.PageGetByRoleOptions{Name: "Sign in", Exact: playwright.Bool(true)}).Click(); err != nil {
		return err
	}
	return v.page.Locator("nav.side").WaitFor()
}

// drawn is when the page was drawn for the first time with all that it came with,
// in milliseconds since 1970.
const drawn = `() => new Promise((done) => {
	new PerformanceObserver((list) => {
		const [first] = list.getEntriesByName("first-contentful-paint");
		const [here] = performance.getEntriesByType("navigation");
		if (first) done(performance.timeOrigin + Math.max(first.startTime, here.domContentLoadedEventEnd));
	}).observe({type: "paint", buffered: true});
})`

// begin clicks what selector finds, and tells when that was.
const begin = `(selector) => {
	const began = performance.timeOrigin + performance.now();
	document.querySelector(selector).click();
	return began;
}`

// swap clicks what selector finds, or types into it, and tells how long it took
// until the part of the page that changes was drawn.
const swap = `([selector, text]) => new Promise((done, fail) => {
	const control = document.querySelector(selector);
	const began = performance.now();
	document.body.addEventListener("htmx:afterSettle", () => {
		requestAnimationFrame(() => setTimeout(() => done(performance.now() - began)));
	}, {once: true});
	setTimeout(() => fail(new Error("nothing came for " + selector)), 30000);
	if (text === "") return control.click();
	control.value = text;
	control.dispatchEvent(new Event("input", {bubbles: true}));
})`

// step is something that a person does on the page at path.
type step struct {
	what, path string
	selector   string // of what is clicked; empty where going to path is all
	typed      string // into it
	swaps      bool   // a part of the page, not the whole
}

// time does s as often as there are rounds.
func (v *visitor) time(s step, target time.Duration) error {
	v.say("%s: %s", v.name, s.what)
	var took timing
	for range v.rounds + 1 {
		d, err := v.once(s)
		if err != nil {
			return fmt.Errorf("%s, %s: %w", v.name, s.what, err)
		}
		took = append(took, d)
	}
	v.felt = append(v.felt, felt{v.name, s.what, sorted(took[1:]), target}) // the first one filled the browser's cache
	return nil
}

func (v *visitor) once(s step) (time.Duration, error) {
	began := now()
	if _, err := v.page.Goto(s.path, playwright.PageGotoOptions{WaitUntil: playwright.WaitUntilStateLoad}); err != nil {
		return 0, err
	}
	switch {
	case s.selector == "":
		return v.since(began)
	case s.swaps:
		ms, err := v.page.Evaluate(swap, []string{s.selector, s.typed})
		return milliseconds(ms), err
	}
	before := v.page.URL()
	clicked, err := v.page.Evaluate(begin, s.selector)
	if err == nil {
		err = v.page.WaitForURL(func(address string) bool { return address != before })
	}
	if err != nil {
		return 0, err
	}
	return v.since(float64(milliseconds(clicked)) / float64(time.Millisecond))
}

// since is how long it took from began until the page was drawn.
func (v *visitor) since(began float64) (time.Duration, error) {
	at, err := v.page.Evaluate(drawn)
	if err != nil {
		return 0, err
	}
	return milliseconds(at) - time.Duration(began*float64(time.Millisecond)), nil
}

// now is the time in milliseconds since 1970, as the browser tells it.
func now() float64 { return float64(time.Now().UnixNano()) / float64(time.Millisecond) }

// milliseconds is the duration of a number that the browser told.
func milliseconds(number any) time.Duration {
	switch n := number.(type) {
	case float64:
		return time.Duration(n * float64(time.Millisecond))
	case int:
		return time.Duration(n) * time.Millisecond
	}
	return 0
}

// click measures what people click on the sample organisation.
func (v *visitor) click() error {
	group, err := v.firstOf(urls.Groups + "?q=platform")
	if err != nil {
		return err
	}
	user, err := v.firstOf(urls.Users + "?q=tomasz")
	if err != nil {
		return err
	}
	steps := []step{
		{what: "Users, in the navigation", path: "/", selector: "nav.side a[href='/users']", swaps: true},
		{what: "Groups, in the navigation", path: "/", selector: "nav.side a[href='/groups']", swaps: true},
		{what: "Roles, in the navigation", path: "/", selector: "nav.side a[href='/roles']", swaps: true},
		{what: "Permissions, in the navigation", path: "/", selector: "nav.side a[href='/permissions']", swaps: true},
		{what: "Configuration, in the navigation", path: "/", selector: "nav.side a[href='/configuration']", swaps: true},
		{what: "Overview, in the navigation", path: "/groups", selector: "nav.side a[href='/']", swaps: true},
		{what: "a group in the list", path: "/groups?q=platform", selector: "#list a.row"},
		{what: "a user in the list", path: "/users?q=tomasz", selector: "#list .who a"},
		{what: "the next page of a list", path: "/users", selector: "#page-next", swaps: true},
		{what: "the order of a list", path: "/groups", selector: "#list thead a", swaps: true},
		{what: "the nested groups of a group", path: group, selector: "#tab-nested", swaps: true},
		{what: "the roles of a group", path: group, selector: "#tab-roles", swaps: true},
		{what: "all members of a group", path: group, selector: "#show-all", swaps: true},
		{what: "the picker of members", path: group, selector: "[hx-get$='/members/add']", swaps: true},
		{what: "the groups of a user", path: user, selector: "#tab-groups", swaps: true},
		{what: "the permissions of a user", path: user, selector: "#tab-permissions", swaps: true},
	}
	for _, s := range steps {
		if err := v.time(s, aClick); err != nil {
			return err
		}
	}
	return nil
}

// look measures the lists of a large organisation.
func (v *visitor) look() error {
	group, err := v.firstOf(urls.Groups + "?sort=-members")
	if err != nil {
		return err
	}
	role, err := v.firstOf(urls.Roles + "?sort=-users")
	if err != nil {
		return err
	}
	steps := []step{
		{what: "overview", path: "/"},
		{what: "users", path: "/users"},
		{what: "the last page of users", path: "/users?page=4000"},
		{what: "a search of users, from the last letter", path: "/users", selector: "#search", typed: "an", swaps: true},
		{what: "groups", path: "/groups"},
		{what: "groups, the largest first", path: "/groups?sort=-members"},
		{what: "the last page of groups", path: "/groups?page=400"},
		{what: "a search of groups, from the last letter", path: "/groups", selector: "#search", typed: "an", swaps: true},
		{what: "roles", path: "/roles"},
		{what: "permissions", path: "/permissions"},
		{what: "members of the largest group", path: group},
		{what: "all members of the largest group", path: group + "?show=all"},
		{what: "nested groups of the largest group", path: group + "/nested"},
		{what: "a picker of members of the largest group", path: group + "/members/add"},
		{what: "users of the largest role", path: role + "/users"},
		{what: "everybody with the largest role", path: role + "/users?show=all"},
		{what: "search everywhere", path: "/search?q=an"},
		{what: "users in the largest group", path: "/users?group=" + filepath.Base(group)},
	}
	var failures []error
	for _, s := range steps {
		failures = append(failures, v.time(s, aList))
	}
	return errors.Join(failures...)
}

// firstOf is the address of the first thing in the list at path.
func (v *visitor) firstOf(path string) (string, error) {
	if _, err := v.page.Goto(path); err != nil {
		return "", err
	}
	return v.page.Locator("#list tbody th a").First().GetAttribute("href")
}
