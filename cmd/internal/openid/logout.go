package openid

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"

	"trellis/cmd/internal/store"
)

// logout ends the sign-in that an ID token came of. Without such a token, from
// which the person's wish can be told, it takes a click: the library would go
// ahead, and it takes any token of the provider as a hint.
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
	form := url.Values{"client_id": {p.dashboard.ID}, "post_logout_redirect_uri": {target}, "state": {q.Get("state")}}
	if hint := q.Get("id_token_hint"); p.isHint(r.Context(), hint) {
		form.Set("id_token_hint", hint)
	} else if token := p.mac("sign-out form", p.browser(w, r)); r.Method != http.MethodPost || !same(q.Get("csrf"), token) {
		return p.askLogout(w, token, target, q.Get("state"))
	}
	a, err := p.ask(r, form, &call{})
	if err != nil {
		return err
	}
	return a.follow(w, r, nil)
}

// isHint reports whether raw is an ID token of this provider for the dashboard.
// It may have expired: people sign out late.
func (p *Provider) isHint(ctx context.Context, raw string) bool {
	ctx = op.ContextWithIssuer(ctx, p.issuer)
	c, err := op.VerifyIDTokenHint[*oidc.IDTokenClaims](ctx, raw, p.library.IDTokenHintVerifier(ctx))
	if _, late := errors.AsType[op.IDTokenHintExpiredError](err); err != nil && !late {
		return false
	}
	return slices.Equal(c.Audience, []string{p.dashboard.ID}) && c.SessionID != ""
}

// TerminateSessionFromRequest ends the sign-in of one browser: those of the
// person's other devices go on.
func (s *storage) TerminateSessionFromRequest(ctx context.Context, r *op.EndSessionRequest) (string, error) {
	hint := r.IDTokenHintClaims
	if hint == nil { // a click: the provider keeps nobody signed in by itself
		return r.RedirectURI, nil
	}
	err := s.store.Update(ctx, func(tx *store.Tx) error { return tx.RevokeFamily(ctx, hint.SessionID) })
	if err != nil {
		return "", fail(ctx, err)
	}
	s.log.InfoContext(ctx, "openid: signed out", "subject", hint.Subject, "client", r.ClientID)
	return r.RedirectURI, nil
}

func (p *Provider) askLogout(w http.ResponseWriter, token, target, state string) error {
	return p.pages.show(w, http.StatusOK, "message", messagePage{
		Title: "Sign out?", Text: "An application asks to sign you out of Trellis.",
		Confirm: &confirmation{Action: logoutPath, Button: "Sign out", Fields: map[string]string{
			"csrf": token, "post_logout_redirect_uri": target, "state": state,
		}},
	})
}

// signedOut is where a sign-out ends that names no other place.
func (p *Provider) signedOut(w http.ResponseWriter, _ *http.Request) error {
	return p.pages.show(w, http.StatusOK, "message", messagePage{
		Title: "You are signed out", Text: "You can close this window.", Link: p.pages.home, LinkText: "Go to the dashboard",
	})
}
