package handlers_test

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"trellis/handlers"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/session"
	"trellis/web/upstream"
)

// settings is the configuration of a tenant, behind an Authorization API. Writes
// are written down.
type settings struct {
	cfg    authz.Configuration
	access authz.ResourceServer
	key    string // the next one
	refuse error  // what writes come to
	wrote  []string
}

func newSettings() *settings {
	on, off := true, false
	return &settings{
		cfg:    authz.Configuration{GroupsInToken: &on, RolesInToken: &off, PersistPermissions: &on, ETag: `"v1"`},
		access: authz.ResourceServer{APIAccess: true, TokenLifetime: 3600, ETag: `"a1"`},
		key:    "key-canary",
	}
}

func (s *settings) Configuration(context.Context) (authz.Configuration, error) { return s.cfg, nil }

func (s *settings) UpdateConfiguration(_ context.Context, in authz.Configuration, ifMatch string) (authz.Configuration, error) {
	var on []string
	for name, set := range map[string]*bool{
		"a groupsInToken": in.GroupsInToken, "b rolesInToken": in.RolesInToken, "c permissionsInToken": in.PermissionsInToken,
		"d groupsPassthrough": in.GroupsPassthrough, "e rolesPassthrough": in.RolesPassthrough, "f permissionsPassthrough": in.PermissionsPassthrough,
		"g persistGroups": in.PersistGroups, "h persistRoles": in.PersistRoles, "i persistPermissions": in.PersistPermissions,
	} {
		if set == nil {
			return in, fmt.Errorf("%s was not sent", name)
		}
		if *set {
			on = append(on, name)
		}
	}
	return in, s.write(fmt.Sprintf("if %s: %s", cmp.Or(ifMatch, "none"), strings.Join(slices.Sorted(slices.Values(on)), ", ")))
}

func (s *settings) RotateAPIKey(context.Context) (string, error) {
	return s.key, s.write("rotate")
}

func (s *settings) ResourceServer(context.Context) (authz.ResourceServer, error) {
	return s.access, nil
}

func (s *settings) UpdateResourceServer(_ context.Context, in authz.ResourceServer, ifMatch string) error {
	return s.write(fmt.Sprintf("if %s: %t for %d", ifMatch, in.APIAccess, in.TokenLifetime))
}

func (s *settings) write(what string) error {
	if s.refuse == nil {
		s.wrote = append(s.wrote, what)
	}
	return s.refuse
}

// configure mounts the pages of the configuration for somebody who has scopes.
func configure(s *settings, scopes ...string) door {
	configuration := handlers.Configuration{API: s, Address: "https://trellis.test/api", Site: "https://trellis.test"}
	access := handlers.APIAccess{API: s, Address: "https://trellis.test/api", Audience: "urn:auth0-authz-api", Issuer: "https://trellis.test/"}
	e := echo.New()
	e.HTTPErrorHandler = func(err error, c echo.Context) {
		_ = c.String(cmp.Or(upstream.StatusOf(err), http.StatusInternalServerError), err.Error())
	}
	e.GET(urls.Configuration, configuration.Show)
	e.POST(urls.Configuration, configuration.Save)
	e.GET(urls.APIKey, configuration.ConfirmRotateKey)
	e.POST(urls.APIKey, configuration.RotateKey)
	e.GET(urls.APIAccess, access.Show)
	e.POST(urls.APIAccess, access.Save)
	e.GET(urls.LoginAction, configuration.Action)
	return door{echo: e, session: &session.Data{
		Subject: "auth0|ada", Name: "Ada",
		Tokens: map[session.API]session.Token{session.Authorization: {Scopes: scopes}},
	}}
}

var configuring = []string{"read:configuration", "update:configuration", "read:resource-server", "update:resource-server"}

func TestSwitchesAreShownAsTheyAre(t *testing.T) {
	p := configure(newSettings(), configuring...).get(t, urls.Configuration, "")
	var checked []string
	for _, box := range p.doc.Find("input[type=checkbox][checked]").EachIter() {
		checked = append(checked, box.AttrOr("name", ""))
	}
	if got := strings.Join(checked, " "); got != "groupsInToken persistPermissions" {
		t.Errorf("checked: %s", got)
	}
	if got := p.doc.Find("input[type=checkbox]").Length(); got != 9 {
		t.Errorf("%d switches, want 9", got)
	}
	if got := p.text("#api-key-state"); got != "No key yet" || p.text("#rotate-key") != "Make a key" {
		t.Errorf("the key: %q, %q", got, p.text("#rotate-key"))
	}
}

func TestSwitchesOfSomebodyWhoMayNotChangeThem(t *testing.T) {
	p := configure(newSettings(), "read:configuration").get(t, urls.Configuration, "")
	if n := p.doc.Find("input[type=checkbox]:not([disabled])").Length(); n != 0 {
		t.Errorf("%d switches can be changed", n)
	}
	for _, name := range []string{"Save changes", "Make a key"} {
		control := p.doc.Find("button[aria-disabled=true]:contains('" + name + "')")
		if !strings.Contains(control.AttrOr("title", ""), "Needs update:configuration") {
			t.Errorf("%s: the reason is %q", name, control.AttrOr("title", ""))
		}
	}
}

func TestSaveSwitches(t *testing.T) {
	s := newSettings()
	form := url.Values{"version": {`"v1"`}, "rolesInToken": {"on"}, "groupsPassthrough": {"on"}, "persistRoles": {"on"}}
	p := configure(s, configuring...).post(t, urls.Configuration, form, "")
	if p.Code != http.StatusSeeOther || p.Header().Get("Location") != urls.Configuration {
		t.Errorf("%d to %q", p.Code, p.Header().Get("Location"))
	}
	if got := strings.Join(s.wrote, "\n"); got != `if "v1": b rolesInToken, d groupsPassthrough, h persistRoles` {
		t.Errorf("wrote %q", got)
	}
}

// Whoever saves second sees both versions, and can keep either.
func TestTwoPeopleSaveSwitches(t *testing.T) {
	for name, version := range map[string]string{"both had a version": `"v0"`, "nothing was saved when the form was drawn": ""} {
		t.Run(name, func(t *testing.T) {
			s := newSettings()
			if version != "" {
				s.refuse = &upstream.Error{Status: http.StatusPreconditionFailed}
			}
			p := configure(s, configuring...).post(t, urls.Configuration, url.Values{"version": {version}, "rolesInToken": {"on"}}, "")
			if p.Code != http.StatusConflict || len(s.wrote) != 0 {
				t.Fatalf("status = %d, wrote %q", p.Code, s.wrote)
			}
			if got := p.doc.Find("mark").Length(); got != 6 {
				t.Errorf("%d values are marked, want 3 on each side", got)
			}
			keep := p.doc.Find("input[name=version]").AttrOr("value", "")
			if keep != `"v1"` || p.doc.Find("input[name=rolesInToken]").Length() != 1 || p.doc.Find("input[name=groupsInToken]").Length() != 0 {
				t.Errorf("keeping mine would send version %q", keep)
			}
		})
	}
}

// A key made meanwhile is no change of the switches.
func TestSaveSwitchesForTheFirstTime(t *testing.T) {
	s := newSettings()
	s.cfg = authz.Configuration{APIKey: "********", ETag: `"k1"`}
	d := configure(s, configuring...)
	if p := d.get(t, urls.Configuration, ""); !strings.Contains(p.text(".note"), "Nothing was saved yet.") {
		t.Errorf("note = %q", p.text(".note"))
	}
	p := d.post(t, urls.Configuration, url.Values{"version": {""}, "groupsInToken": {"on"}}, "")
	if p.Code != http.StatusSeeOther || strings.Join(s.wrote, "") != `if "k1": a groupsInToken` {
		t.Errorf("status = %d, wrote %q", p.Code, s.wrote)
	}
}

func TestRotateKey(t *testing.T) {
	for part, whole := range map[string]bool{"": true, "dialog": false} {
		s := newSettings()
		s.cfg.APIKey = "********"
		d := configure(s, configuring...)
		if p := d.get(t, urls.APIKey, part); !strings.Contains(p.text(".sheet"), "Every login Action that has it gets no groups") || p.whole() != whole {
			t.Errorf("part %q asks %q", part, p.text(".sheet"))
		}
		if len(s.wrote) != 0 {
			t.Fatal("asking rotated the key")
		}
		p := d.post(t, urls.APIKey, url.Values{}, part)
		if p.Code != http.StatusOK || p.doc.Find("#secret").AttrOr("value", "") != "key-canary" || p.whole() != whole {
			t.Errorf("part %q: status = %d, key %q", part, p.Code, p.doc.Find("#secret").AttrOr("value", ""))
		}
		for name, values := range p.Header() {
			if strings.Contains(strings.Join(values, " "), "key-canary") {
				t.Errorf("part %q: the header %s holds the key", part, name)
			}
		}
		if again := d.get(t, urls.Configuration, ""); strings.Contains(again.Body.String(), "key-canary") {
			t.Error("the next page shows the key again")
		}
	}
}

func TestAPIAccess(t *testing.T) {
	p := configure(newSettings(), configuring...).get(t, urls.APIAccess, "")
	if got := p.doc.Find("#token_lifetime").AttrOr("value", ""); got != "3600" || p.doc.Find("input[name=apiAccess][checked]").Length() != 1 {
		t.Errorf("lifetime %q", got)
	}
	for _, want := range []string{"https://trellis.test/api", "urn:auth0-authz-api", "https://trellis.test/"} {
		if p.doc.Find("[data-copy='"+want+"']").Length() != 1 {
			t.Errorf("%s cannot be copied", want)
		}
	}
}

func TestSaveAPIAccess(t *testing.T) {
	tests := []struct {
		name, lifetime string
		refuse         error
		wantStatus     int
		want           string // written, or the problem
	}{
		{"a lifetime", " 60 ", nil, 303, `if "a1": true for 60`},
		{"without one the provider decides", "", nil, 303, `if "a1": true for 0`},
		{"no number", "an hour", nil, 422, "Type a whole number of seconds between 1 and 2,592,000."},
		{"too long", "2592001", nil, 422, "Type a whole number of seconds between 1 and 2,592,000."},
		{"the API's problem stands beside its field", "60", &upstream.Error{Status: 400, Fields: map[string]string{"token_lifetime": "Too short."}}, 422, "Too short."},
		{"somebody else saved first", "60", &upstream.Error{Status: 412}, 409, "Somebody else changed these settings"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newSettings()
			s.refuse = tt.refuse
			form := url.Values{"version": {`"a1"`}, "apiAccess": {"on"}, "token_lifetime": {tt.lifetime}}
			p := configure(s, configuring...).post(t, urls.APIAccess, form, "")
			said := strings.Join(s.wrote, "\n") + p.text(".problem") + p.text("#sheet-title")
			if p.Code != tt.wantStatus || said != tt.want {
				t.Errorf("status = %d: %q, want %d: %q", p.Code, said, tt.wantStatus, tt.want)
			}
			if p.Code == 422 && p.doc.Find("#token_lifetime").AttrOr("value", "") != strings.TrimSpace(tt.lifetime) {
				t.Error("the form lost what was typed")
			}
		})
	}
}

func TestLoginActionFollowsTheSwitches(t *testing.T) {
	s := newSettings()
	on := true
	s.cfg.PermissionsPassthrough = &on
	code := configure(s, configuring...).get(t, urls.LoginAction, "").doc.Find("pre").Text()
	for _, want := range []string{
		`const API = "https://trellis.test/api";`, `const NAMESPACE = "https://trellis.test/";`,
		`"x-api-key": event.secrets.TRELLIS_API_KEY`, "${API}/users/${user}/policy/${client}",
		"api.idToken.setCustomClaim(`${NAMESPACE}groups`, policy.groups);", "api.accessToken.setCustomClaim(`${NAMESPACE}groups`, policy.groups);",
		"api.access.deny(", `policy.permissions = both("permissions");`, "permissions: policy.permissions,",
	} {
		if !strings.Contains(code, want) {
			t.Errorf("the code lacks %s", want)
		}
	}
	for _, unwanted := range []string{"NAMESPACE}roles", "NAMESPACE}permissions", `both("groups")`, "roles: policy.roles"} {
		if strings.Contains(code, unwanted) {
			t.Errorf("the code has %s", unwanted)
		}
	}
}

func TestLoginActionForm(t *testing.T) {
	d := configure(newSettings(), configuring...)
	p := d.get(t, urls.LoginActionForm{Namespace: "https://example.com/claims/", Tokens: "id", Failure: "continue"}.To(), "")
	code := p.doc.Find("pre").Text()
	if !strings.Contains(code, `const NAMESPACE = "https://example.com/claims/";`) || strings.Contains(code, "accessToken") || strings.Contains(code, "deny(") {
		t.Errorf("code = %s", code)
	}
	if p.doc.Find("option[selected]").Length() != 2 {
		t.Error("the form forgets what was chosen")
	}
	for _, bad := range []string{"groups", "javascript:alert(1)", "https://a.test/${process.env}", "https://a.test/`", strings.Repeat("https://a.test/", 20), "https://a b/"} {
		p := d.get(t, urls.LoginActionForm{Namespace: bad}.To(), "")
		if p.Code != http.StatusUnprocessableEntity || p.text(".problem") == "" || p.doc.Find("pre").Length() != 0 {
			t.Errorf("%s: status = %d, problem %q", bad, p.Code, p.text(".problem"))
		}
	}
}
