package openid

import (
	"errors"
	"net/http"

	"trellis/cmd/internal/bearer"
	"trellis/cmd/internal/store"
)

// userinfo tells an application about the person that its access token is of.
// The token may be for any API, but it needs the scope openid.
func (p *Provider) userinfo(w http.ResponseWriter, r *http.Request) (any, error) {
	who, err := p.caller(r)
	if refusal, ok := errors.AsType[*bearer.Refusal](err); ok {
		w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
		return nil, &protocolError{http.StatusUnauthorized, "invalid_token", refusal.Message}
	}
	if err != nil {
		return nil, err
	}
	if who.Machine || !who.Can("openid") {
		w.Header().Set("WWW-Authenticate", `Bearer error="insufficient_scope", scope="openid"`)
		return nil, &protocolError{http.StatusForbidden, "insufficient_scope", "The token needs the scope openid."}
	}
	account, err := p.account(r.Context(), func(tx *store.Tx) (store.Account, error) { return tx.Account(r.Context(), who.Subject) })
	if isGone(err) {
		w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
		return nil, &protocolError{http.StatusUnauthorized, "invalid_token", "The account is gone."}
	}
	if err != nil {
		return nil, err
	}
	return profile(account.Subject, account.Name, account.Email, who.Scopes), nil
}

func (p *Provider) caller(r *http.Request) (who bearer.Principal, err error) {
	for _, audience := range []string{AuthorizationAPI, ManagementAPI(p.issuer), p.issuer + userinfoPath} {
		if who, err = p.tokens.Verify(r.Context(), r.Header.Get("Authorization"), audience); err == nil {
			return who, nil
		}
	}
	return who, err
}

// revoke ends a refresh token, and with it all of its family. Whatever else
// it is given, it answers the same: there is nothing to learn here.
func (p *Provider) revoke(_ http.ResponseWriter, r *http.Request) (any, error) {
	form, err := body(r)
	if err != nil {
		return nil, err
	}
	c, err := p.authenticate(r, form)
	if err != nil {
		return nil, err
	}
	if form.Get("token") == "" {
		return nil, invalidRequest("token is missing.")
	}
	return struct{}{}, p.store.Update(r.Context(), func(tx *store.Tx) error {
		t, err := tx.RefreshToken(r.Context(), digest(form.Get("token")))
		if isGone(err) || err == nil && t.Client != c.id {
			return nil
		}
		if err != nil {
			return err
		}
		return tx.RevokeFamily(r.Context(), t.Family)
	})
}
