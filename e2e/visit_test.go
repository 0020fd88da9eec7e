package e2e

import (
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/playwright-community/playwright-go"

	"trellis/e2e/page"
)

// The sample accounts, by name.
const (
	administrator = "Ada Lindqvist"
	helpDesk      = "Hugo Marchetti"
	auditor       = "Inês Tavares"
)

// look is how somebody looks at the dashboard. Its zero value is a large light
// screen with JavaScript.
type look struct {
	noScript bool
	dark     bool
	phone    bool
}

func (l look) String() string {
	words := []string{"1440", "light"}
	if l.phone {
		words[0] = "390"
	}
	if l.dark {
		words[1] = "dark"
	}
	if l.noScript {
		words = append(words, "no-script")
	}
	return strings.Join(words, "-")
}

func (l look) options() playwright.BrowserNewContextOptions {
	o := playwright.BrowserNewContextOptions{
		BaseURL:           &trellis.base,
		ColorScheme:       playwright.ColorSchemeLight,
		JavaScriptEnabled: playwright.Bool(!l.noScript),
		ReducedMotion:     playwright.ReducedMotionReduce,
		Viewport:          &playwright.Size{Width: 1440, Height: 900},
		Locale:            playwright.String("en-GB"),
	}
	if l.dark {
		o.ColorScheme = playwright.ColorSchemeDark
	}
	if l.phone {
		o.Viewport = &playwright.Size{Width: 390, Height: 844}
	}
	return o
}

// both runs test with and without JavaScript.
func both(t *testing.T, test func(t *testing.T, l look)) {
	t.Run("with JavaScript", func(t *testing.T) { test(t, look{}) })
	t.Run("without JavaScript", func(t *testing.T) { test(t, look{noScript: true}) })
}

// visit opens a tab for somebody who is not signed in. The test fails when a
// page of the tab reports an error or asks for anything from elsewhere.
func visit(t *testing.T, l look) page.Tab {
	t.Helper()
	return open(t, l, l.options())
}

// visitAs opens a tab for an account that is signed in.
func visitAs(t *testing.T, account string, l look) page.Tab {
	t.Helper()
	o := l.options()
	o.StorageState = sessions.of(t, account).ToOptionalStorageState()
	return open(t, l, o)
}

func open(t *testing.T, l look, o playwright.BrowserNewContextOptions) page.Tab {
	t.Helper()
	context, err := chrome.Browser.NewContext(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = context.Close() })
	home, err := url.Parse(*o.BaseURL)
	if err != nil {
		t.Fatal(err)
	}
	watch(t, context, home)
	p, err := context.NewPage()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { keepFailure(t, p) })
	slow(t, p)
	if l.noScript {
		return page.Open(t, p, false)
	}
	return observed(t, page.Open(t, p, true))
}

// slow makes p as many times slower as E2E_SLOW says: so one sees what a test or a
// page owes to a quick machine.
func slow(t *testing.T, p playwright.Page) {
	t.Helper()
	rate, err := strconv.Atoi(os.Getenv("E2E_SLOW"))
	if err != nil {
		return
	}
	tools, err := p.Context().NewCDPSession(p)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tools.Send("Emulation.setCPUThrottlingRate", map[string]any{"rate": rate}); err != nil {
		t.Fatal(err)
	}
}

// watch fails t for what no page may do.
func watch(t *testing.T, context playwright.BrowserContext, home *url.URL) {
	context.OnRequest(func(r playwright.Request) {
		if u, err := url.Parse(r.URL()); err != nil || u.Host != home.Host {
			t.Errorf("a page asked for %s", r.URL())
		}
	})
	context.OnWebError(func(e playwright.WebError) { t.Errorf("a script failed: %v", e.Error()) })
	context.OnConsole(func(m playwright.ConsoleMessage) {
		if m.Type() == "error" && !refusal(m.Text()) {
			t.Errorf("the console says: %s (%s)", m.Text(), m.Location().URL)
		}
	})
}

// refusal reports whether text is a line of Chromium or of htmx about an answer
// that a test has asked for: a form that is turned down, a thing that is gone.
func refusal(text string) bool {
	if strings.HasPrefix(text, "htmx:sendAbort") || strings.HasPrefix(text, "htmx:afterRequest") {
		return true // a search that was asked anew drops the answer to the old one
	}
	for _, status := range []string{"400", "401", "403", "404", "409", "412", "422", "502"} {
		if strings.HasPrefix(text, "Failed to load resource: the server responded with a status of "+status) ||
			strings.HasPrefix(text, "Response Status Error Code "+status) {
			return true
		}
	}
	return false
}

// signedIn keeps the cookies of each account, so that it signs in once.
type signedIn struct {
	mu     sync.Mutex
	states map[string]*playwright.StorageState
}

var sessions signedIn

func (s *signedIn) of(t *testing.T, account string) *playwright.StorageState {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if state, ok := s.states[account]; ok {
		return state
	}
	l := look{}
	tab := open(t, l, l.options())
	tab.Goto("/users")
	page.SignInPage{Tab: tab}.AsSampleTo(account, "Users")
	if s.states == nil {
		s.states = map[string]*playwright.StorageState{}
	}
	s.states[account] = tab.State()
	return s.states[account]
}

// artifacts is where pictures go.
const artifacts = "artifacts"

// keepFailure leaves a picture of p when t has failed.
func keepFailure(t *testing.T, p playwright.Page) {
	if !t.Failed() {
		return
	}
	where := strings.TrimPrefix(p.URL(), trellis.base)
	name := strings.NewReplacer("/", "-", " ", "_", "?", "-", "%", "").Replace(t.Name() + " at " + where)
	path := filepath.Join(artifacts, "failures", name[:min(len(name), 200)]+".png")
	_, err := p.Screenshot(playwright.PageScreenshotOptions{Path: &path, FullPage: playwright.Bool(true)})
	t.Logf("at %s; a picture is in %s (%v)", p.URL(), path, err)
}
