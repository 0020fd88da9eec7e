package handlers_test

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"trellis/handlers"
	"trellis/views/urls"
	"trellis/web/mgmt"
	"trellis/web/session"
	"trellis/web/upstream"
)

// plant is a tenant's machine clients, behind a Management API. Writes are written
// down.
type plant struct {
	grants    []mgmt.ClientGrant
	grantsErr error
	wrote     []string
}

const managementAudience = "https://trellis.test/api/v2/"

func newPlant() *plant {
	return &plant{grants: []mgmt.ClientGrant{
		{ID: "g1", ClientID: "m1", Audience: "urn:auth0-authz-api", Scope: []string{"read:groups", "read:roles"}},
		{ID: "g2", ClientID: "m1", Audience: managementAudience, Scope: []string{"read:users"}},
	}}
}

func (p *plant) Machines(context.Context) ([]mgmt.Application, error) {
	return []mgmt.Application{{ClientID: "m1", Name: "Nightly"}, {ClientID: "m2", Name: "Idle"}}, nil
}

func (p *plant) ClientGrants(context.Context) ([]mgmt.ClientGrant, error) {
	return p.grants, p.grantsErr
}

func (p *plant) CreateMachine(_ context.Context, name string) (mgmt.NewSecret, error) {
	p.wrote = append(p.wrote, "create "+name)
	return mgmt.NewSecret{ClientID: "m3", Name: name, Secret: "secret-canary"}, nil
}

func (p *plant) RotateSecret(_ context.Context, id string) (mgmt.NewSecret, error) {
	p.wrote = append(p.wrote, "rotate "+id)
	return mgmt.NewSecret{ClientID: id, Name: "Nightly", Secret: "secret-canary"}, nil
}

func (p *plant) DeleteMachine(_ context.Context, id string) error {
	p.wrote = append(p.wrote, "delete "+id)
	return nil
}

func (p *plant) SetClientGrant(_ context.Context, was mgmt.ClientGrant, client, audience string, scopes []string) error {
	p.wrote = append(p.wrote, fmt.Sprintf("%s at %s: %v, was %q", client, audience, scopes, was.ID))
	return nil
}

func operate(p *plant, scopes ...string) door {
	h := handlers.Machines{API: p, Audience: "urn:auth0-authz-api", Issuer: "https://trellis.test/"}
	e := echo.New()
	e.HTTPErrorHandler = func(err error, c echo.Context) {
		_ = c.String(cmp.Or(upstream.StatusOf(err), http.StatusInternalServerError), err.Error())
	}
	e.GET(urls.Machines, h.List)
	e.GET(urls.NewMachine, h.New)
	e.POST(urls.NewMachine, h.Create)
	e.GET(urls.MachineScopes, h.Edit)
	e.POST(urls.MachineScopes, h.Save)
	e.GET(urls.MachineRotate, h.ConfirmRotate)
	e.POST(urls.MachineRotate, h.Rotate)
	e.GET(urls.MachineDelete, h.ConfirmDelete)
	e.POST(urls.MachineDelete, h.Delete)
	return door{echo: e, session: &session.Data{
		Subject: "auth0|ada", Name: "Ada",
		Tokens: map[session.API]session.Token{session.Management: {Scopes: scopes}},
	}}
}

var operating = []string{"create:clients", "update:client_grants", "update:client_keys", "delete:clients"}

func TestMachineClientsAreListed(t *testing.T) {
	p := operate(newPlant(), operating...).get(t, urls.Machines, "")
	for n, want := range []string{"Nightly m1 Authorization API: 2 scopes", "Idle m2 Nothing yet"} {
		if got := p.text(fmt.Sprintf("tbody tr:nth-child(%d)", n+1)); !strings.HasPrefix(got, want) {
			t.Errorf("row %d = %q, want %q", n+1, got, want)
		}
	}
	auditor := operate(newPlant()).get(t, urls.Machines, "")
	if got := auditor.doc.Find("tbody [aria-disabled=true]").Length(); got != 6 || !strings.Contains(auditor.doc.Find("button:contains('Add machine client')").AttrOr("title", ""), "Needs create:clients") {
		t.Errorf("%d controls of rows are disabled, want 6", got)
	}
}

// A tenant that does not manage clients says so in words.
func TestMachineClientsOfAnotherTenant(t *testing.T) {
	plant := newPlant()
	plant.grantsErr = &upstream.Error{Status: 404}
	p := operate(plant, operating...).get(t, urls.Machines, "")
	if p.Code != http.StatusOK || !strings.Contains(p.text("#list"), "This tenant's API does not manage them.") {
		t.Errorf("status = %d: %s", p.Code, p.text("#list"))
	}
}

func TestAddMachineClient(t *testing.T) {
	for part, whole := range map[string]bool{"": true, "dialog": false} {
		plant := newPlant()
		d := operate(plant, operating...)
		p := d.post(t, urls.NewMachine, url.Values{"name": {" "}, "management": {"read:users"}}, part)
		if p.Code != http.StatusUnprocessableEntity || p.text(".problem") != "A client needs a name." || p.doc.Find("input[name=management][checked]").Length() != 1 {
			t.Errorf("part %q: status = %d, problem %q", part, p.Code, p.text(".problem"))
		}
		p = d.post(t, urls.NewMachine, url.Values{"name": {"Sync"}, "management": {"read:users"}}, part)
		if p.Code != http.StatusOK || p.doc.Find("#secret").AttrOr("value", "") != "secret-canary" || p.whole() != whole {
			t.Errorf("part %q: status = %d", part, p.Code)
		}
		want := "create Sync|m3 at urn:auth0-authz-api: [], was \"\"|m3 at " + managementAudience + ": [read:users], was \"\""
		if got := strings.Join(plant.wrote, "|"); got != want {
			t.Errorf("part %q: wrote %s\nwant %s", part, got, want)
		}
	}
}

func TestChangeWhatAMachineClientMayDo(t *testing.T) {
	plant := newPlant()
	d := operate(plant, operating...)
	if got := d.get(t, urls.ToMachineScopes("m1"), "dialog").doc.Find("input[checked]").Length(); got != 3 {
		t.Errorf("%d scopes are checked, want 3", got)
	}
	p := d.post(t, urls.ToMachineScopes("m1"), url.Values{"authorization": {"read:roles", "read:groups"}}, "")
	if got := strings.Join(plant.wrote, "|"); p.Code != http.StatusSeeOther || got != "m1 at "+managementAudience+`: [], was "g2"` {
		t.Errorf("status = %d, wrote %s", p.Code, got)
	}
}

// Whoever saves over what somebody else has saved meanwhile is asked first.
func TestScopesThatSomebodyElseChanged(t *testing.T) {
	plant := newPlant()
	d := operate(plant, operating...)
	drawn := url.Values{"management": {"read:users"}, "was-authorization": {""}, "was-management": {"read:users"}}
	for _, field := range d.get(t, urls.ToMachineScopes("m1"), "dialog").doc.Find("[name^=was-]").EachIter() {
		drawn.Set(field.AttrOr("name", ""), field.AttrOr("value", ""))
	}
	stale := url.Values{"management": {"read:users"}, "was-authorization": drawn["was-authorization"], "was-management": {"read:users delete:users"}}
	for _, part := range []string{"", "dialog"} {
		p := d.post(t, urls.ToMachineScopes("m1"), stale, part)
		if p.Code != http.StatusConflict || len(plant.wrote) != 0 || p.whole() != (part == "") || p.doc.Find(".versions section").Length() != 2 {
			t.Fatalf("part %q: status = %d, wrote %v", part, p.Code, plant.wrote)
		}
		mine := url.Values{}
		for _, field := range p.doc.Find("form.sheet input[type=hidden]:not([name=csrf])").EachIter() {
			mine.Add(field.AttrOr("name", ""), field.AttrOr("value", ""))
		}
		if mine.Get("was-management") != drawn.Get("was-management") || mine.Get("management") != "read:users" {
			t.Errorf("keeping mine sends %v", mine)
		}
	}
	if p := d.post(t, urls.ToMachineScopes("m1"), drawn, ""); p.Code != http.StatusSeeOther || len(plant.wrote) == 0 {
		t.Errorf("a fresh form: %d, wrote %v", p.Code, plant.wrote)
	}
}

func TestRotateAndDeleteAMachineClient(t *testing.T) {
	plant := newPlant()
	d := operate(plant, operating...)
	for _, url := range []string{urls.ToMachineRotate("m1"), urls.ToMachineDelete("m1")} {
		if p := d.get(t, url, "dialog"); !strings.Contains(p.text("#sheet-title"), "Nightly") {
			t.Errorf("%s asks %q", url, p.text("#sheet-title"))
		}
	}
	if len(plant.wrote) != 0 {
		t.Fatalf("asking wrote %v", plant.wrote)
	}
	p := d.post(t, urls.ToMachineRotate("m1"), url.Values{}, "dialog")
	if p.doc.Find("#secret").AttrOr("value", "") != "secret-canary" || p.doc.Find("#list[hx-swap-oob]").Length() != 1 {
		t.Error("the new secret is not shown, or the list behind it stays as it was")
	}
	d.post(t, urls.ToMachineDelete("m1"), url.Values{}, "")
	if got := strings.Join(plant.wrote, "|"); got != "rotate m1|delete m1" {
		t.Errorf("wrote %s", got)
	}
}
