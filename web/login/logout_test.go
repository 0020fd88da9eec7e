package login_test

import (
	"net/http"
	"net/url"
	"testing"
)

func TestOIDC_27_signing_out(t *testing.T) {
	d := newDashboard(t)
	b := d.browser()
	b.signIn()
	id, hint := b.jar["trellis"], b.session().IDToken
	res := b.visit("POST", "/logout")
	u, err := url.Parse(res.Header.Get("Location"))
	if err != nil || res.StatusCode != http.StatusSeeOther || u.Path != "/oidc/logout" {
		t.Fatalf("%d to %q", res.StatusCode, res.Header.Get("Location"))
	}
	want := url.Values{
		"id_token_hint": {hint}, "client_id": {clientID},
		"post_logout_redirect_uri": {"http://localhost:8080/signed-out"}, "state": {u.Query().Get("state")},
	}
	if u.RawQuery != want.Encode() || len(want.Get("state")) < 22 {
		t.Errorf("query = %v", u.Query())
	}
	if got := res.Header.Get("Clear-Site-Data"); got != `"cache", "storage"` {
		t.Errorf("SES-21: Clear-Site-Data = %q", got)
	}
	b.jar["trellis"] = id
	if b.who() != "" || d.sessions() != 0 {
		t.Errorf("the old cookie is still %q's", b.who())
	}
}

func TestOIDC_27_signing_out_while_the_provider_is_down(t *testing.T) {
	d := newDashboard(t)
	b := d.browser()
	b.signIn()
	d.op.Close()
	if b.visit("POST", "/logout"); d.sessions() != 0 {
		t.Error("the session lives on")
	}
}

func TestSigningOutWithNothingToEnd(t *testing.T) {
	d := newDashboard(t)
	if res := d.browser().visit("POST", "/logout"); res.Header.Get("Location") != "/signed-out" {
		t.Errorf("sent to %q", res.Header.Get("Location"))
	}
}

func TestProvidersWithoutASignOut(t *testing.T) {
	d := newDashboard(t)
	d.op.metadata = func(doc map[string]any) { delete(doc, "end_session_endpoint") }
	b := d.browser()
	b.signIn()
	if res := b.visit("POST", "/logout"); res.Header.Get("Location") != "/signed-out" || d.sessions() != 0 {
		t.Errorf("sent to %q with %d sessions", res.Header.Get("Location"), d.sessions())
	}
}
