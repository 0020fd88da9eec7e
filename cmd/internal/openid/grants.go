package openid

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"trellis/cmd/internal/store"
)

// signedIn is what tokens for a person are made of.
type signedIn struct {
	account  store.Account
	client   string
	family   string
	audience string
	scopes   []string // granted ones
	authTime time.Time
	nonce    string
	refresh  string // the new refresh token, or ""
}

// redeemCode is the authorization_code grant. The first try uses up the code,
// also when it fails: a code that somebody tries with the wrong verifier was
// stolen. A second try ends the tokens that came of the first.
func (p *Provider) redeemCode(ctx context.Context, c client, form url.Values) (any, error) {
	var s signedIn
	var refused error
	err := p.store.Update(ctx, func(tx *store.Tx) (err error) {
		s, refused = signedIn{}, nil
		req, err := tx.AuthRequestByCode(ctx, digest(form.Get("code")))
		if isGone(err) {
			refused = invalidGrant()
			return nil
		}
		if err != nil {
			return err
		}
		if req.Family != "" {
			refused = invalidGrant()
			p.log.WarnContext(ctx, "openid: a code was used twice", "subject", req.Subject, "client", req.Client)
			return tx.RevokeFamily(ctx, req.Family)
		}
		req.Family, req.Expires = rand.Text(), p.now().Add(familyLife)
		if err := tx.UseCode(ctx, req); err != nil {
			return err
		}
		if req.Client != c.id || req.RedirectURI != form.Get("redirect_uri") || !proves(form.Get("code_verifier"), req.Challenge) {
			refused = invalidGrant()
			return nil
		}
		s, refused, err = p.begin(ctx, tx, req)
		return err
	})
	if err = cmp.Or(err, refused); err != nil {
		return nil, err
	}
	return p.respond(s)
}

// begin starts the family of tokens of a sign-in.
func (p *Provider) begin(ctx context.Context, tx *store.Tx, req store.AuthRequest) (s signedIn, refused, err error) {
	account, err := tx.Account(ctx, req.Subject)
	if isGone(err) {
		return s, invalidGrant(), nil
	}
	if err != nil {
		return s, nil, err
	}
	s = signedIn{
		account: account, client: req.Client, family: req.Family, audience: req.Audience,
		scopes: grant(req.Scopes, req.Audience, account.Role), authTime: req.AuthTime, nonce: req.Nonce,
	}
	if !slices.Contains(req.Scopes, "offline_access") {
		return s, nil, nil
	}
	s.refresh = newRefreshToken()
	return s, nil, tx.AddRefreshToken(ctx, store.RefreshToken{
		Hash: digest(s.refresh), Family: req.Family, Subject: req.Subject, Client: req.Client,
		Scopes: req.Scopes, Audience: req.Audience, AuthTime: req.AuthTime, Expires: req.Expires,
	})
}

// refresh is the refresh_token grant. It may name another API than the one of
// the sign-in. A token that is used twice was stolen, by the first or the
// second who used it, so its whole family ends.
func (p *Provider) refresh(ctx context.Context, c client, form url.Values) (any, error) {
	var s signedIn
	var refused error
	err := p.store.Update(ctx, func(tx *store.Tx) (err error) {
		s, refused = signedIn{}, nil
		old, err := tx.RefreshToken(ctx, digest(form.Get("refresh_token")))
		if isGone(err) || err == nil && old.Client != c.id {
			refused = invalidGrant()
			return nil
		}
		if err != nil {
			return err
		}
		if !old.Used.IsZero() {
			refused = invalidGrant()
			p.log.WarnContext(ctx, "openid: a refresh token was used twice", "subject", old.Subject, "client", old.Client)
			return tx.RevokeFamily(ctx, old.Family)
		}
		s, refused, err = p.renew(ctx, tx, old, form)
		return err
	})
	if err = cmp.Or(err, refused); err != nil {
		return nil, err
	}
	return p.respond(s)
}

// renew replaces the refresh token old. The account is looked up again: one
// that is gone ends the family, and a new role counts from here on.
func (p *Provider) renew(ctx context.Context, tx *store.Tx, old store.RefreshToken, form url.Values) (s signedIn, refused, err error) {
	audience, known := p.audience(form.Get("audience"), old.Audience)
	if !known {
		return s, accessDenied("Service not found: " + form.Get("audience")), nil
	}
	requested := old.Scopes
	if asked := strings.Fields(form.Get("scope")); len(asked) > 0 {
		for _, scope := range asked {
			if !slices.Contains(old.Scopes, scope) {
				return s, &protocolError{400, "invalid_scope", "The sign-in did not ask for the scope " + scope + "."}, nil
			}
		}
		requested = asked
	}
	account, err := tx.Account(ctx, old.Subject)
	if isGone(err) {
		return s, invalidGrant(), tx.RevokeFamily(ctx, old.Family)
	}
	if err != nil {
		return s, nil, err
	}
	if err := tx.UseRefreshToken(ctx, old.Hash); err != nil {
		return s, nil, err
	}
	s = signedIn{
		account: account, client: old.Client, family: old.Family, audience: audience,
		scopes: grant(requested, audience, account.Role), authTime: old.AuthTime, refresh: newRefreshToken(),
	}
	next := old
	next.Hash = digest(s.refresh)
	return s, nil, tx.AddRefreshToken(ctx, next)
}

// respond makes the tokens of s.
func (p *Provider) respond(s signedIn) (any, error) {
	scope := strings.Join(s.scopes, " ")
	access, err := p.accessToken(accessClaims{
		Subject: s.account.Subject, Client: s.client, Audience: s.audience, Scope: scope, Session: s.family,
	}, accessLife)
	if err != nil {
		return nil, err
	}
	out := tokenResponse{
		AccessToken: access, RefreshToken: s.refresh, Scope: scope,
		ExpiresIn: int(accessLife.Seconds()), TokenType: "Bearer",
	}
	if slices.Contains(s.scopes, "openid") {
		out.IDToken, err = p.idToken(s, access)
	}
	return out, err
}

// proves reports whether verifier is the secret behind challenge.
func proves(verifier, challenge string) bool {
	if len(verifier) < 43 || len(verifier) > 128 {
		return false
	}
	sum := sha256.Sum256([]byte(verifier))
	return same(base64.RawURLEncoding.EncodeToString(sum[:]), challenge)
}

func newRefreshToken() string { return rand.Text() + rand.Text() }

func isGone(err error) bool {
	_, gone := errors.AsType[*store.NotFoundError](err)
	return gone
}
