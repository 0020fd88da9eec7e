package mgmt_test

import (
	"testing"

	"trellis/web/mgmt"
)

func TestMachineClients(t *testing.T) {
	w, c := newWire(t, 200, `{"start":0,"limit":100,"clients":[{"client_id":"m1","app_type":"non_interactive"},{"client_id":"a","app_type":"spa"}],"total":2}`)
	if got, err := c.Machines(t.Context()); err != nil || len(got) != 1 || got[0].ClientID != "m1" {
		t.Errorf("machines = %+v, %v", got, err)
	}
	w.sent("GET /api/v2/clients?fields=client_id%2Cname%2Capp_type%2Ccallbacks&include_totals=true&is_global=false&page=0&per_page=100")

	w, c = newWire(t, 201, `{"client_id":"m1","name":"Sync","client_secret":"s"}`)
	if made, err := c.CreateMachine(t.Context(), "Sync"); err != nil || made.Secret != "s" || made.ClientID != "m1" {
		t.Errorf("made %+v, %v", made, err)
	}
	w.sent(`POST /api/v2/clients {"app_type":"non_interactive","grant_types":["client_credentials"],"name":"Sync"}`)

	_, c = newWire(t, 200, `{"client_id":"m1","name":"Sync","client_secret":"t"}`)
	if made, err := c.RotateSecret(t.Context(), "m1"); err != nil || made.Secret != "t" {
		t.Errorf("made %+v, %v", made, err)
	}
	_, c = newWire(t, 204, "")
	if err := c.DeleteMachine(t.Context(), "m1"); err != nil {
		t.Error(err)
	}
}

// A grant is made, changed or taken away, as what was there and what shall be say.
func TestSetClientGrant(t *testing.T) {
	const grant = `{"id":"g1","client_id":"m1","audience":"a","scope":["s"]}`
	was := mgmt.ClientGrant{ID: "g1"}
	for _, tt := range []struct {
		was    mgmt.ClientGrant
		scopes []string
		status int
		answer string
		want   []string
	}{
		{mgmt.ClientGrant{}, nil, 200, "", nil},
		{mgmt.ClientGrant{}, []string{"s"}, 201, grant, []string{`POST /api/v2/client-grants {"audience":"a","client_id":"m1","scope":["s"]}`}},
		{was, []string{"s"}, 200, grant, []string{`PATCH /api/v2/client-grants/g1 {"scope":["s"]}`}},
		{was, nil, 204, "", []string{"DELETE /api/v2/client-grants/g1"}},
	} {
		w, c := newWire(t, tt.status, tt.answer)
		if err := c.SetClientGrant(t.Context(), tt.was, "m1", "a", tt.scopes); err != nil {
			t.Error(err)
		}
		w.sent(tt.want...)
	}
}

func TestAccounts(t *testing.T) {
	const account = `{"id":"auth0|1","email":"e@x.test","name":"E","role":"auditor","created_at":"2026-11-23T09:00:00.000Z"`
	_, c := newWire(t, 200, `{"start":0,"limit":100,"accounts":[`+account+`}],"total":1}`)
	if got, err := c.Accounts(t.Context()); err != nil || len(got) != 1 || got[0].ID != "auth0|1" {
		t.Errorf("accounts = %+v, %v", got, err)
	}
	w, c := newWire(t, 201, account+`,"password":"p"}`)
	if made, err := c.CreateAccount(t.Context(), "e@x.test", "E", "auditor"); err != nil || made.Password != "p" {
		t.Errorf("made %+v, %v", made, err)
	}
	w.sent(`POST /api/v2/accounts {"email":"e@x.test","name":"E","role":"auditor"}`)
	_, c = newWire(t, 200, account+`,"password":"q"}`)
	if made, err := c.ResetPassword(t.Context(), "auth0|1"); err != nil || made.Password != "q" {
		t.Errorf("made %+v, %v", made, err)
	}
	w, c = newWire(t, 200, account+`}`)
	if err := c.SetAccountRole(t.Context(), "auth0|1", "auditor"); err != nil {
		t.Error(err)
	}
	w.sent(`PATCH /api/v2/accounts/auth0%7C1 {"role":"auditor"}`)
	_, c = newWire(t, 204, "")
	if err := c.DeleteAccount(t.Context(), "auth0|1"); err != nil {
		t.Error(err)
	}
}
