package handlers_test

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/labstack/echo/v4"

	"trellis/handlers"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/mgmt"
	"trellis/web/session"
	"trellis/web/upstream"
)

// library is two APIs with things to look for. What it is told to fail, fails;
// what it is told to be slow at is never answered.
type library struct {
	names   []string // of groups, users, roles and permissions alike
	total   int      // that match, when there are more than names
	fail    map[string]error
	slow    map[string]bool
	session *session.Data
}

func newLibrary(names ...string) *library {
	return &library{
		names: names, fail: map[string]error{}, slow: map[string]bool{},
		session: &session.Data{Subject: "auth0|ada", Name: "Ada"},
	}
}

// answer waits for what never comes, or gives the names that have search in them.
func (l *library) answer(ctx context.Context, what, search string) ([]string, error) {
	if l.slow[what] {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	var out []string
	for _, name := range l.names {
		if strings.Contains(strings.ToLower(name), strings.ToLower(search)) {
			out = append(out, name)
		}
	}
	return out, l.fail[what]
}

func pageOfNames[T any](l *library, names []string, err error, item func(string) T) (authz.Page[T], error) {
	page := authz.Page[T]{Total: max(l.total, len(names))}
	for _, name := range names {
		page.Items = append(page.Items, item(name))
	}
	return page, err
}

func (l *library) ListGroups(ctx context.Context, q authz.ListQuery) (authz.Page[authz.Group], error) {
	names, err := l.answer(ctx, "groups", q.Search)
	return pageOfNames(l, names, err, func(n string) authz.Group { return authz.Group{ID: "g/" + n, Name: n, MemberCount: 2} })
}

func (l *library) ListRoles(ctx context.Context, q authz.ListQuery) (authz.Page[authz.Role], error) {
	names, err := l.answer(ctx, "roles", q.Search)
	return pageOfNames(l, names, err, func(n string) authz.Role {
		return authz.Role{ID: "r/" + n, Name: n, Description: "Role " + n, ApplicationID: "app1"}
	})
}

func (l *library) ListPermissions(ctx context.Context, q authz.ListQuery) (authz.Page[authz.Permission], error) {
	names, err := l.answer(ctx, "permissions", q.Search)
	return pageOfNames(l, names, err, func(n string) authz.Permission { return authz.Permission{ID: "p/" + n, Name: n, ApplicationID: "app9"} })
}

func (l *library) ListUsers(ctx context.Context, q mgmt.ListQuery) (mgmt.Page[mgmt.User], error) {
	text, exact := strings.CutPrefix(q.Search, `"`)
	names, err := l.answer(ctx, "users", strings.TrimSuffix(text, `"`))
	page := mgmt.Page[mgmt.User]{Total: max(l.total, len(names))}
	for _, n := range names {
		if !exact || n == strings.TrimSuffix(text, `"`) {
			page.Items = append(page.Items, mgmt.User{UserID: "u|" + n, Name: n, Email: strings.ToLower(n) + "@example.com"})
		}
	}
	page.Items = page.Items[:min(len(page.Items), q.PerPage)]
	return page, err
}

func (l *library) open(scopes ...string) door {
	d := meridian()
	h := handlers.Search{API: l, Users: l, Catalogue: handlers.Catalogue{Applications: signIns{d}, APIs: d}, Patience: 50 * time.Millisecond}
	e := echo.New()
	e.HTTPErrorHandler = func(err error, c echo.Context) {
		_ = c.String(cmp.Or(upstream.StatusOf(err), http.StatusInternalServerError), err.Error())
	}
	e.GET(urls.Search, h.Show)
	l.session.Tokens = map[session.API]session.Token{session.Authorization: {Scopes: scopes}, session.Management: {Scopes: scopes}}
	return door{echo: e, session: l.session}
}

// hits are the sections of p with the names in them, in order.
func hits(p page) string {
	var out []string
	p.doc.Find("[role=group], section.hits").Each(func(_ int, s *goquery.Selection) {
		out = append(out, strings.TrimSpace(s.Find(".gh, h2").Text())+":")
		s.Find(".hit > span:not(.av), .hit.more").Each(func(_ int, hit *goquery.Selection) {
			out = append(out, strings.Join(strings.Fields(hit.Text()), " "))
		})
	})
	return strings.Join(out, " | ")
}

func search(q string) string { return urls.Search + "?q=" + url.QueryEscape(q) }

func TestSearchFindsWhatIsAskedFor(t *testing.T) {
	tests := []struct{ name, query, want string }{
		{"everything, the same name first", "sre", "Users: | SRE | SRE EMEA | Core SRE | Presreview" +
			" | Groups: | SRE | SRE EMEA | Core SRE | Presreview | Roles: | SRE | SRE EMEA | Core SRE | Presreview" +
			" | Permissions: | SRE | SRE EMEA | Core SRE | Presreview"},
		{"one kind", "group:core", "Groups: | Core SRE"},
		{"in any spelling", "Roles: core", "Roles: | Core SRE"},
		{"a short word for permissions", "perm:core", "Permissions: | Core SRE"},
		{"all of one kind", "user:", "Users: | Core SRE | Presreview | SRE | SRE EMEA | read:logs"},
		{"a name with a colon", "read:logs", "Users: | read:logs | Groups: | read:logs | Roles: | read:logs | Permissions: | read:logs"},
		{"actions", ">dark", "Actions: | Use the dark theme"},
		{"actions by another word", "> logout", "Actions: | Sign out"},
		{"actions among everything", "create gr", "Actions: | Create group"},
		{"nothing", "zzz", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := newLibrary("Core SRE", "Presreview", "SRE", "SRE EMEA", "read:logs")
			for _, part := range []string{"found", ""} {
				p := l.open().get(t, search(tt.query), part)
				if got := hits(p); got != tt.want || p.Code != http.StatusOK {
					t.Errorf("part %q: status %d\n%s\nwant\n%s", part, p.Code, got, tt.want)
				}
			}
		})
	}
}

// Each kind has a limit, and a link to the list of all that match.
func TestSearchShowsTheBestAndLeadsToTheRest(t *testing.T) {
	l := newLibrary("abc 1", "abc 2", "abc 3", "abc 4", "abc 5", "abc 6")
	l.total = 1200
	p := l.open().get(t, search("abc"), "found")
	if got := p.doc.Find("#found-list > [role=group]:nth-child(2)").Find("[role=option]").Length(); got != 6 {
		t.Errorf("%d options of groups, want 5 and the link", got)
	}
	for _, want := range []string{"/groups?q=abc", "/users?q=abc", "/roles?q=abc", "/permissions?q=abc"} {
		if got := strings.TrimSpace(p.doc.Find("a.more[href='" + want + "']").Text()); !strings.HasPrefix(got, "All 1,200 ") || !strings.HasSuffix(got, "s that match") {
			t.Errorf("to %s leads %q", want, got)
		}
	}
	if p = l.open().get(t, search("group:abc"), "found"); p.doc.Find("[role=option]").Length() != 7 {
		t.Errorf("alone: %s", hits(p))
	}
	if got := p.doc.Find("#found-groups-0, #found-group-0").AttrOr("href", ""); got != "/groups/g%2Fabc%201" {
		t.Errorf("the first leads to %s", got)
	}
}

// One API that fails, or is slow, does not take the others down.
func TestSearchOutlivesWhatFails(t *testing.T) {
	tests := []struct {
		name string
		set  func(*library)
		want string
	}{
		{"refused", func(l *library) { l.fail["groups"] = &upstream.Error{Status: 403, Missing: "read:groups"} }, "Groups: Needs read:groups. Your role does not include it."},
		{"broken", func(l *library) { l.fail["users"] = &upstream.Error{Status: 500} }, "Users: The API could not tell this. Reload the page to try again."},
		{"out of reach", func(l *library) { l.fail["roles"] = &upstream.Error{Code: upstream.CodeNoAnswer} }, "Roles: The API cannot be reached."},
		{"slow", func(l *library) { l.slow["permissions"] = true }, "Permissions: This takes too long at the moment. Reload the page to try again."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := newLibrary("Core")
			tt.set(l)
			p := l.open().get(t, search("core"), "found")
			if got := p.text(".none"); got != tt.want {
				t.Errorf("says %q, want %q", got, tt.want)
			}
			if n := p.doc.Find("[role=option]").Length(); n != 3 {
				t.Errorf("%d options of the other three: %s", n, hits(p))
			}
			if whole := l.open().get(t, search("core"), ""); whole.Code != http.StatusOK || whole.doc.Find("section.hits").Length() != 4 {
				t.Errorf("the page: %d, %s", whole.Code, hits(whole))
			}
		})
	}
	l := newLibrary("Core")
	l.fail["users"] = &upstream.Error{Status: http.StatusUnauthorized}
	if p := l.open().get(t, search("core"), "found"); p.Code != http.StatusUnauthorized {
		t.Errorf("a session that is over: status %d", p.Code)
	}
}

// Before anything is typed there is what the person looked at, and what they can
// do; what they may not do says why, and leads nowhere.
func TestSearchBeginsWithWhatIsRecent(t *testing.T) {
	l := newLibrary("Core")
	l.session.Recent = []session.Recent{{Kind: "group", ID: "a/b", Name: "<b>Core"}, {Kind: "user", ID: "auth0|7", Name: "Bo"}, {Kind: "planet", ID: "x", Name: "Mars"}}
	p := l.open("create:roles").get(t, urls.Search, "found")
	if got := hits(p); !strings.HasPrefix(got, "Recent: | <b>Core | Bo | Actions: | Create group | Create role") {
		t.Errorf("%s", got)
	}
	if got := p.doc.Find("#found-recent-0").AttrOr("href", ""); got != "/groups/a%2Fb" {
		t.Errorf("the first leads to %s", got)
	}
	group := p.doc.Find("#found-actions-0")
	if group.AttrOr("aria-disabled", "") != "true" || group.AttrOr("href", "none") != "none" || !strings.Contains(group.Text(), "Needs create:groups. Your role does not include it.") {
		t.Errorf("creating a group: %s", group.Text())
	}
	if got := p.doc.Find("#found-actions-1").AttrOr("href", ""); got != "/roles/new" {
		t.Errorf("creating a role leads to %q", got)
	}
	out := p.doc.Find("button[form=logout-form]")
	if out.Length() != 1 || out.AttrOr("role", "") != "option" {
		t.Errorf("signing out: %d", out.Length())
	}
}

// The page is the same without script, and its address is all of its state.
func TestSearchPage(t *testing.T) {
	l := newLibrary("Core", `"><script>alert(1)</script>`)
	p := l.open().get(t, search(`group:"><script>`), "")
	if !p.whole() || p.doc.Find("main script").Length() != 0 || p.doc.Find("#search").AttrOr("value", "") != `group:"><script>` {
		t.Errorf("the page holds %q", p.doc.Find("#search").AttrOr("value", ""))
	}
	if got := p.text(".seg [aria-current]"); got != "Groups" {
		t.Errorf("narrowed to %q", got)
	}
	if got := p.doc.Find("#kind-users").AttrOr("href", ""); got != search(`user:"><script>`) {
		t.Errorf("users are at %s", got)
	}
	p = l.open().get(t, search("core"), "results")
	if got := p.Header().Get("HX-Push-Url"); p.whole() || got != "/search?q=core" {
		t.Errorf("pushes %q", got)
	}
	if p = l.open().get(t, search(strings.Repeat("ü", 5000)), ""); p.Code != http.StatusOK || len([]rune(p.doc.Find("#search").AttrOr("value", ""))) != 200 {
		t.Errorf("a long text: %d", p.Code)
	}
}

// What matches exactly comes first, even when the API has it far down.
func TestSearchAsksForTheBestMatches(t *testing.T) {
	l := newLibrary()
	for i := range 300 {
		l.names = append(l.names, "an"+strings.Repeat("b", i+1))
	}
	l.names = append(l.names, "an")
	if got := hits(l.open().get(t, search("user:an"), "found")); !strings.HasPrefix(got, "Users: | an | anb | ") {
		t.Errorf("%.80s", got)
	}
}
