package openid

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"

	"trellis/cmd/internal/store"
)

// granted is what a person's tokens are made of, as the library asks for it.
// One serves one request.
type granted struct {
	account  store.Account
	client   string
	family   string // the sign-in that the tokens come of
	audience string
	scopes   []string
	authTime time.Time
	refresh  string // the new refresh token, or ""

	accessMade bool
}

func (g *granted) GetAMR() []string       { return nil } // a demo asks for no password
func (g *granted) GetAuthTime() time.Time { return g.authTime }
func (g *granted) GetClientID() string    { return g.client }
func (g *granted) GetScopes() []string    { return g.scopes }
func (g *granted) GetSubject() string     { return g.account.Subject }
func (g *granted) of() *granted           { return g }

// GetAudience is the audience of the access token, and then of the ID token:
// the library asks the same method for both. An ID token that names an API
// would pass for an access token there, so it gets the application alone,
// which the library adds by itself.
func (g *granted) GetAudience() []string {
	if g.accessMade {
		return nil
	}
	return []string{g.audience}
}

// claims is what an access token says beyond the library's own claims.
func (g *granted) claims() map[string]any {
	g.accessMade = true
	return map[string]any{"scope": strings.Join(g.scopes, " "), "azp": g.client}
}

// tokenID is a new id of an access token. It names the sign-in, so that
// userinfo can tell whether that has ended.
func (g *granted) tokenID() string { return g.family + "." + rand.Text() }

// familyOf is the sign-in that an access token with that id comes of.
func familyOf(tokenID string) string {
	family, _, _ := strings.Cut(tokenID, ".")
	return family
}

// expiry is the end of a token that lives from now on. It is just before a full
// second, since the library counts the rest of the life anew, and rounds it
// down: a day must not become 86399 seconds. The time is the machine's own,
// because that is what the library stamps tokens with.
func expiry(life time.Duration) time.Time {
	return time.Now().Truncate(time.Second).Add(life + time.Second - time.Nanosecond)
}

// GetPrivateClaimsFromRequest is what an access token says beyond the library's
// own claims: the scopes foremost, without which no API takes it.
func (s *storage) GetPrivateClaimsFromRequest(ctx context.Context, request op.TokenRequest, _ []string) (map[string]any, error) {
	g, ok := request.(interface{ claims() map[string]any })
	if !ok {
		return nil, fail(ctx, fmt.Errorf("openid: a token for a %T", request))
	}
	return g.claims(), nil
}

// SetUserinfoFromRequest fills in the ID token.
func (s *storage) SetUserinfoFromRequest(ctx context.Context, info *oidc.UserInfo, request op.IDTokenRequest, scopes []string) error {
	r, ok := request.(interface{ of() *granted })
	if !ok {
		return fail(ctx, fmt.Errorf("openid: an ID token for a %T", request))
	}
	g := r.of()
	describe(info, g.account, scopes)
	info.AppendClaims("sid", g.family)
	return nil
}

// describe is what the scopes profile and email tell of somebody.
func describe(info *oidc.UserInfo, a store.Account, scopes []string) {
	info.Subject = a.Subject
	if slices.Contains(scopes, oidc.ScopeProfile) {
		info.Name = a.Name
	}
	if slices.Contains(scopes, oidc.ScopeEmail) {
		info.Email = a.Email
	}
}
