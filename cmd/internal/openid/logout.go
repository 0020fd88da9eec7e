package openid

import (
	"net/http"
	"net/url"

	"trellis/cmd/internal/store"
)

// logout ends the sign-in that an ID token came of. Without such a token, from
// which the person's wish can be told, it takes a click.
func (p *Provider) logout(w http.ResponseWriter, r *http.Request) error {
	q, err := parameters(w, r)
	if err != nil {
		return err
	}
	for _, values := range q {
		if len(values) > 1 {
			return badPage("A parameter is there twice.")
		}
	}
	target := q.Get("post_logout_redirect_uri")
	if target != "" && (target != p.dashboard.PostLogoutURI || q.Has("client_id") && q.Get("client_id") != p.dashboard.ID) {
		return &pageError{http.StatusBadRequest, "You cannot go there after signing out", "The application that sent you asks to return to an address that is not registered for it."}
	}
	hint, ok := p.hint(q.Get("id_token_hint"))
	if !ok {
		token := p.mac("sign-out form", p.browser(w, r))
		if r.Method != http.MethodPost || !same(q.Get("csrf"), token) {
			return p.askLogout(w, token, target, q.Get("state"))
		}
		return p.signedOut(w, r, target, q.Get("state"))
	}
	if err := p.endSession(r, hint.Session); err != nil {
		return err
	}
	p.log.InfoContext(r.Context(), "openid: signed out", "subject", hint.Subject, "client", hint.Audience)
	return p.signedOut(w, r, target, q.Get("state"))
}

// hint is the content of an ID token of this provider for the dashboard. It may
// have expired: people sign out late.
func (p *Provider) hint(raw string) (idClaims, bool) {
	var c idClaims
	if raw == "" || p.keys.verify(typeID, raw, &c) != nil {
		return c, false
	}
	return c, c.Issuer == p.issuer && c.Audience == p.dashboard.ID && c.Session != ""
}

func (p *Provider) endSession(r *http.Request, family string) error {
	return p.store.Update(r.Context(), func(tx *store.Tx) error { return tx.RevokeFamily(r.Context(), family) })
}

func (p *Provider) askLogout(w http.ResponseWriter, token, target, state string) error {
	return p.pages.show(w, http.StatusOK, "message", messagePage{
		Title: "Sign out?", Text: "An application asks to sign you out of Trellis.",
		Confirm: &confirmation{Action: "/oidc/logout", Button: "Sign out", Fields: map[string]string{
			"csrf": token, "post_logout_redirect_uri": target, "state": state,
		}},
	})
}

func (p *Provider) signedOut(w http.ResponseWriter, r *http.Request, target, state string) error {
	if target == "" {
		return p.pages.show(w, http.StatusOK, "message", messagePage{
			Title: "You are signed out", Text: "You can close this window.", Link: p.pages.home, LinkText: "Go to the dashboard",
		})
	}
	if state != "" {
		target = withQuery(target, url.Values{"state": {state}})
	}
	http.Redirect(w, r, target, http.StatusSeeOther)
	return nil
}
