package openid

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"

	"trellis/cmd/internal/store"
)

// codeRequest is an authorization request, as the library asks about it.
type codeRequest struct {
	granted
	id  string
	req store.AuthRequest
}

func (c *codeRequest) GetID() string                      { return c.id }
func (c *codeRequest) GetACR() string                     { return "" } // there is one way to sign in
func (c *codeRequest) GetNonce() string                   { return c.req.Nonce }
func (c *codeRequest) GetState() string                   { return c.req.State }
func (c *codeRequest) GetRedirectURI() string             { return c.req.RedirectURI }
func (c *codeRequest) GetResponseType() oidc.ResponseType { return oidc.ResponseTypeCode }
func (c *codeRequest) GetResponseMode() oidc.ResponseMode { return "" } // the flow's own
func (c *codeRequest) Done() bool                         { return c.req.Subject != "" }

// GetCodeChallenge is always there. Without it, the library would check no verifier.
func (c *codeRequest) GetCodeChallenge() *oidc.CodeChallenge {
	return &oidc.CodeChallenge{Challenge: c.req.Challenge, Method: oidc.CodeChallengeMethodS256}
}

// CreateAuthRequest begins a sign-in. Nothing is kept of it: sealed, it travels
// through the sign-in page, under the id that the library puts there.
func (s *storage) CreateAuthRequest(ctx context.Context, r *oidc.AuthRequest, _ string) (op.AuthRequest, error) {
	c := callOf(ctx)
	if c.refused != nil {
		return nil, c.refused
	}
	req := store.AuthRequest{
		ID: rand.Text(), Client: r.ClientID, RedirectURI: r.RedirectURI, Audience: c.audience,
		Scopes: r.Scopes, State: r.State, Nonce: r.Nonce, Challenge: r.CodeChallenge,
	}
	sealed, err := s.requests.seal(request{AuthRequest: req, LoginHint: r.LoginHint, Browser: c.browser, Until: s.now().Add(requestLife)})
	if err != nil {
		return nil, fail(ctx, err)
	}
	return &codeRequest{id: sealed, req: req}, nil
}

// SaveAuthCode keeps the request of somebody who signed in, under its code.
func (s *storage) SaveAuthCode(ctx context.Context, id, code string) error {
	req := callOf(ctx).signedIn
	if req == nil || req.ID != id {
		return fail(ctx, fmt.Errorf("openid: a code without a sign-in"))
	}
	return fail(ctx, s.store.Update(ctx, func(tx *store.Tx) error { return tx.IssueCode(ctx, *req, digest(code)) }))
}

// AuthRequestByCode is the request that a code is for, and uses the code up:
// when the library then finds a wrong verifier, the code was stolen, and is
// worth nothing any more. A second try ends what came of the first.
func (s *storage) AuthRequestByCode(ctx context.Context, code string) (op.AuthRequest, error) {
	var out *codeRequest
	err := s.update(ctx, func(tx *store.Tx) (refused, err error) {
		req, err := tx.AuthRequestByCode(ctx, digest(code))
		if isGone(err) {
			return invalidGrant(), nil
		}
		if err != nil {
			return nil, err
		}
		if req.Used {
			s.log.WarnContext(ctx, "openid: a code was used twice", "subject", req.Subject, "client", req.Client)
			return invalidGrant(), tx.RevokeFamily(ctx, req.ID)
		}
		req.Used, req.Expires = true, s.now().Add(familyLife)
		if err := tx.UseCode(ctx, req); err != nil {
			return nil, err
		}
		out, refused, err = s.begin(ctx, tx, req)
		return refused, err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// begin starts the family of tokens of a sign-in. The refresh token is kept in
// the transaction that uses up the code: were it later, then the second use of
// a code could come in between, and end a family that is not there yet.
func (s *storage) begin(ctx context.Context, tx *store.Tx, req store.AuthRequest) (out *codeRequest, refused, err error) {
	account, err := tx.Account(ctx, req.Subject)
	if isGone(err) {
		return nil, invalidGrant(), nil
	}
	if err != nil {
		return nil, nil, err
	}
	out = &codeRequest{id: req.ID, req: req, granted: granted{
		account: account, client: req.Client, family: req.ID, audience: req.Audience,
		scopes: grant(req.Scopes, req.Audience, account.Role), authTime: req.AuthTime,
	}}
	if !slices.Contains(req.Scopes, oidc.ScopeOfflineAccess) {
		return out, nil, nil
	}
	out.refresh = newRefreshToken()
	return out, nil, tx.AddRefreshToken(ctx, store.RefreshToken{
		Hash: digest(out.refresh), Family: req.ID, Subject: req.Subject, Client: req.Client,
		Scopes: req.Scopes, Audience: req.Audience, AuthTime: req.AuthTime, Expires: req.Expires,
	})
}

// DeleteAuthRequest keeps the request, against what the library asks: it tells
// the second use of its code, and whether the sign-in has ended.
func (s *storage) DeleteAuthRequest(context.Context, string) error { return nil }

// CreateAccessToken names a token without a refresh token beside it.
func (s *storage) CreateAccessToken(ctx context.Context, request op.TokenRequest) (string, time.Time, error) {
	switch r := request.(type) {
	case *codeRequest:
		return r.tokenID(), expiry(accessLife), nil
	case *machineRequest:
		return rand.Text(), expiry(r.life), nil
	}
	return "", time.Time{}, fail(ctx, fmt.Errorf("openid: a token for a %T", request))
}
