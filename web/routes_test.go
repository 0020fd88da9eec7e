package web

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"trellis/views/urls"
	"trellis/web/session"
)

// Whatever action is added later, it asks for a scope that lets people change
// something. Signing out and choosing colours change nothing of the tenant, nor does
// asking what changes would do or what mappings match; what a job asks for is up to its
// task, see TestAJobAsksForTheScopeOfItsTask, and what a copy asks for up to each of its
// changes, see TestCopy.
func TestWritesAskForAScopeToWrite(t *testing.T) {
	jobs := []string{
		urls.SelectUsers, urls.SelectGroups, urls.SelectRoles, urls.SelectPermissions, urls.SelectMembers, urls.SelectRoleUsers,
		urls.JobTarget, urls.JobStart, urls.JobAgain, urls.JobCancel, urls.JobDrop, urls.CompareCopy,
	}
	for _, r := range newSite(t).routes() {
		asks := slices.Contains([]string{urls.Impact, urls.ImpactExport, urls.MappingTest}, r.path)
		if r.method == http.MethodGet || r.path == urls.Logout || r.path == urls.Theme || asks || slices.Contains(jobs, r.path) {
			continue
		}
		verb, _, _ := strings.Cut(r.needs.scope, ":")
		if !r.needs.person || !slices.Contains([]string{"create", "update", "delete"}, verb) {
			t.Errorf("%s %s asks for %+v", r.method, r.path, r.needs)
		}
		if r.needs.api != session.Authorization && r.needs.api != session.Management {
			t.Errorf("%s %s asks for a scope of API %q", r.method, r.path, r.needs.api)
		}
	}
}

// Without a session there is nothing to see but how to get one.
func TestPagesAskForAPerson(t *testing.T) {
	open := []string{urls.Static + "/*", urls.Login, urls.Callback, urls.Logout, urls.SignedOut}
	for _, r := range newSite(t).routes() {
		if r.needs.person == slices.Contains(open, r.path) {
			t.Errorf("%s %s asks for %+v", r.method, r.path, r.needs)
		}
	}
}

func TestThereIsNoRouteBesideTheTable(t *testing.T) {
	s := newSite(t)
	var got, want []string
	for _, r := range s.echo.Routes() {
		got = append(got, r.Method+" "+r.Path)
	}
	for _, r := range s.routes() {
		want = append(want, r.method+" "+r.path)
		if r.hasHead() {
			want = append(want, http.MethodHead+" "+r.path)
		}
		if r.method != http.MethodGet && r.method != http.MethodPost {
			t.Errorf("%s %s: forms can only GET and POST", r.method, r.path)
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("routes\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// The first page stands, whatever the APIs say; only a session that is over ends it.
func TestHomeIsTheOverview(t *testing.T) {
	s := newSite(t)
	s.administrator()
	for _, status := range []int{200, 403, 404, 429, 500, 503} {
		s.api.says(status, `{}`, nil)
		res := s.get("/")
		if text := page(t, res).Find("h1").Text(); res.StatusCode != 200 || text != "Overview" {
			t.Errorf("the APIs say %d: %d, %q", status, res.StatusCode, text)
		}
	}
}

func TestVisitorsGoToSignIn(t *testing.T) {
	tests := []struct {
		name         string
		method, path string
		headers      []string
		wantStatus   int
		wantLocation string
		wantHX       string
	}{
		{"a page", "GET", "/groups?q=a", nil, 303, "/login?return_to=%2Fgroups%3Fq%3Da", ""},
		{"the first page", "GET", "/", nil, 303, "/login", ""},
		{"what is posted is not sent again", "POST", "/groups/new", nil, 303, "/login?return_to=%2Fgroups%2Fnew&unsaved=1", ""},
		{"a removal", "POST", "/groups/g/members/remove?user=u", nil, 303, "/login?return_to=%2Fgroups%2Fg%2Fmembers%2Fremove%3Fuser%3Du&unsaved=1", ""},
		{"colours have no page", "POST", "/theme", nil, 303, "/login", ""},
		{"SES-19 a part of a page", "GET", "/groups/new", []string{"HX-Request", "true", "HX-Current-URL", "http://localhost:8080/groups?q=a"}, 401, "", "/login?return_to=%2Fgroups%3Fq%3Da"},
		{"SES-19 a page in the frame", "GET", "/groups?q=a", []string{"HX-Request", "true", "HX-Boosted", "true", "HX-Current-URL", "http://localhost:8080/users"}, 401, "", "/login?return_to=%2Fgroups%3Fq%3Da"},
		{"SES-19 a form in a page", "POST", "/groups/new", []string{"HX-Request", "true", "HX-Current-URL", "http://localhost:8080/groups"}, 401, "", "/login?return_to=%2Fgroups%2Fnew&unsaved=1"},
		{"SES-19 a page of elsewhere", "GET", "/groups", []string{"HX-Request", "true", "HX-Current-URL", "http://evil.test/x"}, 401, "", "/login"},
		{"WEB-09 a bearer token is not a session", "GET", "/groups", []string{"Authorization", "Bearer token-canary"}, 303, "/login?return_to=%2Fgroups", ""},
		{"an unknown cookie", "GET", "/groups", []string{"Cookie", "trellis=garbage"}, 303, "/login?return_to=%2Fgroups", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newSite(t)
			res := s.do(s.request(tt.method, tt.path, nil, tt.headers...))
			if res.StatusCode != tt.wantStatus || res.Header.Get("Location") != tt.wantLocation || res.Header.Get("HX-Redirect") != tt.wantHX {
				t.Errorf("%d to %q or %q, want %d to %q or %q", res.StatusCode, res.Header.Get("Location"), res.Header.Get("HX-Redirect"),
					tt.wantStatus, tt.wantLocation, tt.wantHX)
			}
			if s.api.calls != 0 {
				t.Errorf("the API was asked %d times", s.api.calls)
			}
		})
	}
}

// A person whose role lacks a scope learns which one, and the API is not asked.
func TestEveryWriteIsRefusedWithoutItsScope(t *testing.T) {
	s := newSite(t)
	d := s.signIn(tenMinutesAgo(), "read:groups", "read:users")
	for _, r := range s.routes() {
		if r.needs.scope == "" {
			continue
		}
		s.api.says(200, "{}", nil)
		res := s.post(r.address(), form(csrfField, d.CSRF))
		text := page(t, res).Find("main").Text()
		if res.StatusCode != 403 || !strings.Contains(text, strings.Fields(r.needs.scope)[0]) || s.api.calls != 0 {
			t.Errorf("%s %s: %d after %d calls: %s", r.method, r.path, res.StatusCode, s.api.calls, text)
		}
	}
}

// What an action says is read on the next page, and on no other.
func TestMessagesWaitForTheNextPage(t *testing.T) {
	s := newSite(t)
	s.administrator()
	act := func(c echo.Context) error {
		session.From(c.Request().Context()).Say(session.Flash{Kind: "good", Title: "Group created"})
		return c.Redirect(http.StatusSeeOther, urls.Groups)
	}
	s.echo = s.mount(append(s.routes(), route{"GET", "/act", need{}, act}))
	s.get("/act")
	for _, want := range []bool{true, false} {
		if got := strings.Contains(page(t, s.get("/groups")).Find("#notice").Text(), "Group created"); got != want {
			t.Errorf("the message is shown: %t, want %t", got, want)
		}
	}
}

// However the path of a page is spelled, a visitor does not get in by it.
func TestWEB_33_odd_spellings_open_nothing(t *testing.T) {
	s := newSite(t)
	for _, path := range []string{
		"//groups", "/groups/", "/./groups", "/static/../groups", "/static/..%2fgroups", "/groups;x", "/groups%3Bx", "/%67roups", "/GROUPS",
		"/groups%2f", "/groups%00", "/groups/new/", "/groups//new", `/groups\new`, "/login/../groups", "/signed-out/../groups", "/groups.js", "/groups/7e57%2fedit",
	} {
		if res := s.get(path); res.StatusCode != 404 && res.StatusCode != 303 || s.api.calls != 0 {
			t.Errorf("%s: %d after %d calls", path, res.StatusCode, s.api.calls)
		}
	}
}

// A header or a field cannot make one method another.
func TestWEB_06_methods_are_not_overridden(t *testing.T) {
	s := newSite(t)
	s.administrator()
	for _, name := range []string{"X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"} {
		if res := s.post("/groups/new", url.Values{"_method": {"GET"}}, name, "GET"); res.StatusCode != 403 {
			t.Errorf("%s: %d", name, res.StatusCode)
		}
		if res := s.get("/logout?_method=POST", name, "POST"); res.StatusCode != 405 || !s.session().SignedInAs() {
			t.Errorf("%s: %d", name, res.StatusCode)
		}
	}
}

// Who signs in again after a form comes back to it, at the address it was sent to.
func TestEveryFormHasAPageAtItsAddress(t *testing.T) {
	table := newSite(t).routes()
	for _, r := range table {
		if r.method != http.MethodPost || r.path == urls.Theme || r.path == urls.Logout {
			continue
		}
		if !slices.ContainsFunc(table, func(g route) bool { return g.method == http.MethodGet && g.path == r.path }) {
			t.Errorf("nothing is shown at %s", r.path)
		}
	}
}

// HEAD tells of a page what GET would, over a real connection, and nothing more.
func TestHeadIsGetWithoutABody(t *testing.T) {
	s := newSite(t)
	ctx := session.With(t.Context(), s.administrator())
	session.From(ctx).Say(session.Flash{Title: "Group created"})
	if err := s.store.Keep(ctx); err != nil {
		t.Fatal(err)
	}
	real := httptest.NewServer(s)
	defer real.Close()
	ask := func(method, path string, signedIn bool) (*http.Response, int) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, real.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = s.base.Host
		if signedIn {
			r.AddCookie(&http.Cookie{Name: "trellis", Value: s.jar["trellis"]})
		}
		res, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res, len(body)
	}
	for _, r := range s.routes() {
		if r.method != http.MethodGet {
			continue
		}
		for _, signedIn := range []bool{true, false} {
			s.api.says(200, `{"groups":[],"total":0}`, nil)
			head, body := ask("HEAD", r.address(), signedIn)
			if r.path == urls.Login || r.path == urls.Callback {
				if head.StatusCode != 405 || s.pending() != 0 {
					t.Errorf("HEAD %s: %d with %d sign-ins under way", r.path, head.StatusCode, s.pending())
				}
				continue
			}
			if !s.session().SignedInAs() || r.path != urls.SignedOut && len(s.session().Flash) != 1 {
				t.Fatalf("HEAD %s changed the session: %+v", r.path, s.session())
			}
			get, _ := ask("GET", r.address(), false)
			if !signedIn && (get.StatusCode != head.StatusCode || get.Header.Get("Location") != head.Header.Get("Location")) {
				t.Errorf("%s: HEAD %d to %q, GET %d to %q", r.path, head.StatusCode, head.Header.Get("Location"), get.StatusCode, get.Header.Get("Location"))
			}
			if body != 0 || head.StatusCode == 405 || head.Header.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("HEAD %s: %d with %d bytes", r.path, head.StatusCode, body)
			}
		}
	}
	if head, _ := ask("HEAD", "/groups", true); head.StatusCode != 200 {
		t.Errorf("HEAD /groups: %d", head.StatusCode)
	}
	if head, _ := ask("HEAD", "/logout", true); head.StatusCode != 405 {
		t.Errorf("HEAD /logout: %d", head.StatusCode)
	}
}
