package openid

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"

	"trellis/cmd/internal/store"
)

// refreshRequest is the request for new tokens, as the library asks about it.
type refreshRequest struct{ granted }

// SetCurrentScopes narrows the scopes to those that the application named. The
// library has seen that they are among the granted ones.
func (r *refreshRequest) SetCurrentScopes(scopes []string) { r.scopes = scopes }

// TokenRequestByRefreshToken is what a refresh token is good for now. It may be
// another API than the sign-in's. The account is looked up again: one that is
// gone ends the family, and a new role counts from here on.
func (s *storage) TokenRequestByRefreshToken(ctx context.Context, token string) (op.RefreshTokenRequest, error) {
	var out *refreshRequest
	err := s.update(ctx, func(tx *store.Tx) (refused, err error) {
		old, refused, err := s.unused(ctx, tx, token)
		if refused != nil || err != nil {
			return refused, err
		}
		asked := callOf(ctx).audience
		audience, known := s.audience(asked, old.Audience)
		if !known {
			return accessDenied("Service not found: " + asked), nil
		}
		account, err := tx.Account(ctx, old.Subject)
		if isGone(err) {
			return invalidGrant(), tx.RevokeFamily(ctx, old.Family)
		}
		out = &refreshRequest{granted{
			account: account, client: old.Client, family: old.Family, audience: audience,
			scopes: grant(old.Scopes, audience, account.Role), authTime: old.AuthTime,
		}}
		return nil, err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// unused is the record of token. A token that is used twice was stolen, by the
// first or the second who used it, so its whole family ends.
func (s *storage) unused(ctx context.Context, tx *store.Tx, token string) (t store.RefreshToken, refused, err error) {
	t, err = tx.RefreshToken(ctx, digest(token))
	if isGone(err) {
		return t, invalidGrant(), nil
	}
	if err != nil || t.Used.IsZero() {
		return t, nil, err
	}
	s.log.WarnContext(ctx, "openid: a refresh token was used twice", "subject", t.Subject, "client", t.Client)
	return t, invalidGrant(), tx.RevokeFamily(ctx, t.Family)
}

// CreateAccessAndRefreshTokens names an access token, and gives the refresh
// token that comes with it: a code's was made with the use of the code, and a
// used one is replaced.
func (s *storage) CreateAccessAndRefreshTokens(ctx context.Context, request op.TokenRequest, current string) (string, string, time.Time, error) {
	switch r := request.(type) {
	case *codeRequest:
		return r.tokenID(), r.refresh, expiry(accessLife), nil
	case *refreshRequest:
		next, err := s.rotate(ctx, current)
		return r.tokenID(), next, expiry(accessLife), err
	}
	return "", "", time.Time{}, fail(ctx, fmt.Errorf("openid: a token for a %T", request))
}

// rotate replaces the refresh token current. It looks at it once more: between
// TokenRequestByRefreshToken and here, another request may have used it.
func (s *storage) rotate(ctx context.Context, current string) (string, error) {
	next := newRefreshToken()
	err := s.update(ctx, func(tx *store.Tx) (refused, err error) {
		t, refused, err := s.unused(ctx, tx, current)
		if refused != nil || err != nil {
			return refused, err
		}
		if err := tx.UseRefreshToken(ctx, t.Hash); err != nil {
			return nil, err
		}
		t.Hash = digest(next)
		return nil, tx.AddRefreshToken(ctx, t)
	})
	return next, err
}

// GetRefreshTokenInfo is whose refresh token that is, and its family.
func (s *storage) GetRefreshTokenInfo(ctx context.Context, client, token string) (subject, family string, err error) {
	var t store.RefreshToken
	err = s.store.View(ctx, func(tx *store.Tx) (err error) {
		t, err = tx.RefreshToken(ctx, digest(token))
		return err
	})
	if isGone(err) || err == nil && t.Client != client {
		return "", "", op.ErrInvalidRefreshToken
	}
	return t.Subject, t.Family, fail(ctx, err)
}

// RevokeToken ends the sign-in that a token came of, and with it all tokens of
// that sign-in. Whatever else it is given, it answers the same: there is
// nothing to learn here.
func (s *storage) RevokeToken(ctx context.Context, familyOrTokenID, _, client string) *oidc.Error {
	family := familyOf(familyOrTokenID)
	err := s.update(ctx, func(tx *store.Tx) (refused, err error) {
		req, err := tx.AuthRequest(ctx, family)
		if isGone(err) || err == nil && req.Client != client {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		return nil, tx.RevokeFamily(ctx, family)
	})
	if err != nil {
		return oidc.ErrServerError()
	}
	return nil
}

func newRefreshToken() string { return rand.Text() + rand.Text() }
