package handlers_test

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"trellis/handlers"
	"trellis/views/urls"
	"trellis/web/mgmt"
	"trellis/web/session"
	"trellis/web/upstream"
)

// accounts is who may sign in to a tenant. Writes are written down.
type accounts struct {
	people []mgmt.Account
	err    error // of the list
	refuse error // what writes come to
	wrote  []string
}

func newAccounts() *accounts {
	return &accounts{people: []mgmt.Account{
		{ID: "auth0|ada", Email: "ada@meridian.example", Name: "Ada", Role: "administrator", CreatedAt: "2026-11-20T09:00:00.000Z"},
		{ID: "auth0|ines", Email: "ines@meridian.example", Name: "Inês", Role: "auditor", CreatedAt: "2026-11-22T09:00:00.000Z"},
	}}
}

func (s *accounts) write(what string) error {
	if s.refuse == nil {
		s.wrote = append(s.wrote, what)
	}
	return s.refuse
}

func (s *accounts) Accounts(context.Context) ([]mgmt.Account, error) { return s.people, s.err }

func (s *accounts) CreateAccount(_ context.Context, email, name, role string) (mgmt.Account, error) {
	return mgmt.Account{ID: "new", Email: email, Name: name, Password: "password-canary"}, s.write("add " + email + " as " + role)
}

func (s *accounts) ResetPassword(_ context.Context, id string) (mgmt.Account, error) {
	return mgmt.Account{ID: id, Email: "e", Name: "Inês", Password: "password-canary"}, s.write("reset " + id)
}

func (s *accounts) SetAccountRole(_ context.Context, id, role string) error {
	return s.write(id + " is " + role)
}

func (s *accounts) DeleteAccount(_ context.Context, id string) error { return s.write("remove " + id) }

func admit(s *accounts, scopes ...string) door {
	h := handlers.People{API: s, Now: func() time.Time { return time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC) }}
	e := echo.New()
	e.HTTPErrorHandler = func(err error, c echo.Context) {
		_ = c.String(cmp.Or(upstream.StatusOf(err), http.StatusInternalServerError), err.Error())
	}
	e.GET(urls.People, h.List)
	e.GET(urls.NewPerson, h.New)
	e.POST(urls.NewPerson, h.Create)
	e.GET(urls.PersonRole, h.EditRole)
	e.POST(urls.PersonRole, h.SaveRole)
	e.GET(urls.PersonReset, h.ConfirmReset)
	e.POST(urls.PersonReset, h.Reset)
	e.GET(urls.PersonRemove, h.ConfirmRemove)
	e.POST(urls.PersonRemove, h.Remove)
	return door{echo: e, session: &session.Data{
		Subject: "auth0|ada", Name: "Ada",
		Tokens: map[session.API]session.Token{session.Management: {Scopes: scopes}},
	}}
}

var admitting = []string{"create:accounts", "update:accounts", "delete:accounts"}

// Nobody can take the administrator's role from themselves, and the list says so
// before anybody tries.
func TestPeopleAreListed(t *testing.T) {
	p := admit(newAccounts(), admitting...).get(t, urls.People, "")
	if got, want := p.text("tbody tr:nth-child(1) td:nth-child(2)"), "Administrator You"; got != want {
		t.Errorf("role = %q, want %q", got, want)
	}
	for _, label := range []string{"Change the role of Ada", "Remove Ada"} {
		if got := p.doc.Find("[aria-label='"+label+"']").AttrOr("title", ""); !strings.HasPrefix(got, "You cannot take this from yourself.") {
			t.Errorf("%s: the reason is %q", label, got)
		}
	}
	if p.doc.Find("a[aria-label='Remove Inês']").Length() != 1 || p.doc.Find("a[aria-label='Reset the password of Ada']").Length() != 1 {
		t.Error("others cannot be removed, or the own password cannot be reset")
	}
	auditor := admit(newAccounts()).get(t, urls.People, "")
	if got := auditor.doc.Find("tbody a").Length(); got != 0 {
		t.Errorf("somebody without scopes has %d controls", got)
	}
}

func TestPeopleOfAnotherTenant(t *testing.T) {
	s := newAccounts()
	s.err = &upstream.Error{Status: 404}
	if p := admit(s, admitting...).get(t, urls.People, ""); p.Code != http.StatusOK || !strings.Contains(p.text("#list"), "People sign in through another provider here.") {
		t.Errorf("status = %d: %s", p.Code, p.text("#list"))
	}
}

func TestAddPerson(t *testing.T) {
	taken := &upstream.Error{Status: 409, Message: "Somebody with this email address may sign in already."}
	tests := []struct {
		name, email string
		refuse      error
		want        string // the problem, or the password
	}{
		{"no address", "eve", nil, "Type an email address."},
		{"an address that is taken", "eve@meridian.example", taken, taken.Message},
		{"somebody new", " eve@meridian.example ", nil, "password-canary"},
	}
	for _, tt := range tests {
		for _, part := range []string{"", "dialog"} {
			s := newAccounts()
			s.refuse = tt.refuse
			p := admit(s, admitting...).post(t, urls.NewPerson, url.Values{"email": {tt.email}, "role": {"help-desk"}}, part)
			if got := p.text(".problem") + p.doc.Find("#secret").AttrOr("value", ""); got != tt.want {
				t.Errorf("%s, part %q: %d %q, want %q", tt.name, part, p.Code, got, tt.want)
			}
			if p.Code == 422 && p.doc.Find("option[value=help-desk][selected]").Length() != 1 {
				t.Errorf("%s: the form forgets the role", tt.name)
			}
			if p.Code == 200 && strings.Join(s.wrote, "") != "add eve@meridian.example as help-desk" {
				t.Errorf("%s: wrote %v", tt.name, s.wrote)
			}
		}
	}
}

func TestChangeAPerson(t *testing.T) {
	s := newAccounts()
	d := admit(s, admitting...)
	const ines = "auth0|ines"
	for _, target := range []string{urls.ToPersonRole(ines), urls.ToPersonReset(ines), urls.ToPersonRemove(ines)} {
		if p := d.get(t, target, "dialog"); !strings.Contains(p.text("#sheet-title"), "Inês") {
			t.Errorf("%s asks %q", target, p.text("#sheet-title"))
		}
	}
	d.post(t, urls.ToPersonRole(ines), url.Values{"role": {"help-desk"}}, "")
	if p := d.post(t, urls.ToPersonReset(ines), nil, "dialog"); p.doc.Find("#secret").AttrOr("value", "") != "password-canary" {
		t.Error("the new password is not shown")
	}
	d.post(t, urls.ToPersonRemove(ines), nil, "")
	if got := strings.Join(s.wrote, "; "); got != "auth0|ines is help-desk; reset auth0|ines; remove auth0|ines" {
		t.Errorf("wrote %s", got)
	}
	s.refuse = &upstream.Error{Status: 409, Code: "last_administrator", Message: "This is the last administrator."}
	p := d.post(t, urls.ToPersonRole(ines), url.Values{"role": {"auditor"}}, "")
	if p.Code != http.StatusUnprocessableEntity || p.text(".problem") != "This is the last administrator." {
		t.Errorf("status = %d, problem %q", p.Code, p.text(".problem"))
	}
}

// Whoever saves a role over one that somebody else has saved meanwhile is asked.
func TestARoleThatSomebodyElseChanged(t *testing.T) {
	s := newAccounts()
	const ines = "auth0|ines"
	d := admit(s, admitting...)
	if got := d.get(t, urls.ToPersonRole(ines), "dialog").doc.Find("[name=was]").AttrOr("value", ""); got != "auditor" {
		t.Errorf("the form was drawn from %q", got)
	}
	p := d.post(t, urls.ToPersonRole(ines), url.Values{"role": {"administrator"}, "was": {"help-desk"}}, "dialog")
	if p.Code != http.StatusConflict || len(s.wrote) != 0 || p.text(".versions mark") != "Auditor Administrator" {
		t.Errorf("status = %d, wrote %v: %s", p.Code, s.wrote, p.text(".versions"))
	}
	if p.doc.Find("[name=was]").AttrOr("value", "") != "auditor" || p.doc.Find("[name=role]").AttrOr("value", "") != "administrator" {
		t.Error("keeping mine does not send mine over theirs")
	}
	for _, form := range []url.Values{{"role": {"auditor"}, "was": {"help-desk"}}, {"role": {"administrator"}, "was": {"auditor"}}} {
		if p := d.post(t, urls.ToPersonRole(ines), form, ""); p.Code != http.StatusSeeOther {
			t.Errorf("%v: %d", form, p.Code)
		}
	}
}
