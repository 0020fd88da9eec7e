package openid

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"

	"github.com/zitadel/oidc/v3/pkg/oidc"

	"trellis/cmd/internal/bearer"
	"trellis/cmd/internal/store"
)

// userinfo tells an application about the person that its access token is of.
// The token may be for any API, but it needs the scope openid. The library
// alone would take an ID token as well, and any token out of the address.
func (p *Provider) userinfo(w http.ResponseWriter, r *http.Request) (any, error) {
	who, err := p.caller(r)
	if err != nil {
		return nil, withChallenge(w, err)
	}
	if who.Machine || !who.Can(oidc.ScopeOpenID) {
		return nil, withChallenge(w, &protocolError{http.StatusForbidden, "insufficient_scope", "The token needs the scope openid."})
	}
	a, err := p.ask(r, url.Values{}, &call{caller: who})
	if err == nil && a.status != http.StatusOK { // the library allows clocks no difference
		err = badToken("The token has expired.")
	}
	if err != nil {
		return nil, withChallenge(w, err)
	}
	return json.RawMessage(a.body.Bytes()), nil
}

func (p *Provider) caller(r *http.Request) (who bearer.Principal, err error) {
	for _, audience := range []string{AuthorizationAPI, ManagementAPI(p.issuer), p.issuer + userinfoPath} {
		if who, err = p.tokens.Verify(r.Context(), r.Header.Get("Authorization"), audience); err == nil {
			return who, nil
		}
	}
	if refusal, ok := errors.AsType[*bearer.Refusal](err); ok {
		err = badToken(refusal.Message)
	}
	return who, err
}

// withChallenge says in the header, too, what is wrong with a token.
func withChallenge(w http.ResponseWriter, err error) error {
	known, ok := errors.AsType[*protocolError](err)
	switch {
	case !ok:
	case known.Code == "insufficient_scope":
		w.Header().Set("WWW-Authenticate", `Bearer error="insufficient_scope", scope="openid"`)
	case known.Status == http.StatusUnauthorized:
		w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
	}
	return err
}

// SetUserinfoFromToken tells about subject, unless the sign-in has ended that
// the token came of: somebody signed out, or a token of it was stolen.
func (s *storage) SetUserinfoFromToken(ctx context.Context, info *oidc.UserInfo, tokenID, subject, _ string) error {
	var a store.Account
	err := s.store.View(ctx, func(tx *store.Tx) (err error) {
		if _, err = tx.AuthRequest(ctx, familyOf(tokenID)); err == nil {
			a, err = tx.Account(ctx, subject)
		}
		return err
	})
	if isGone(err) {
		err = badToken("The sign-in has ended.")
	}
	describe(info, a, callOf(ctx).caller.Scopes)
	return fail(ctx, err)
}
