package openid

import (
	"context"
	"crypto/sha256"
	"errors"
	"strings"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"

	"trellis/cmd/internal/store"
)

// The paths that the library serves.
const (
	authorizePath = "/authorize"
	tokenPath     = "/oauth/token" //nolint:gosec // a path
	revokePath    = "/oauth/revoke"
	userinfoPath  = "userinfo" // after the issuer's slash: it names an audience too
	logoutPath    = "/oidc/logout"
	jwksPath      = "/.well-known/jwks.json"
	signedOutPath = "/u/signed-out"
)

// newLibrary is the provider of zitadel/oidc over s. It knows more paths than
// the ones above, such as introspection; no route here leads to them.
func newLibrary(issuer string, stateKey []byte, s *storage) (*op.Provider, error) {
	options := []op.Option{
		op.WithCustomEndpoints(op.NewEndpoint(authorizePath), op.NewEndpoint(tokenPath), op.NewEndpoint(userinfoPath),
			op.NewEndpoint(revokePath), op.NewEndpoint(logoutPath), op.NewEndpoint(jwksPath)),
		op.WithCORSOptions(nil), // by itself, it lets every site read its answers
		// By itself, it would also take what AES-CFB encrypted, which anyone can change.
		op.WithCrypto(op.NewAES256GCMCrypto(sha256.Sum256(macBytes(stateKey, "codes")), "codes")),
		op.WithAccessTokenVerifierOpts(op.WithSupportedAccessTokenSigningAlgorithms(string(jose.RS256))),
		op.WithIDTokenHintVerifierOpts(op.WithSupportedIDTokenHintSigningAlgorithms(string(jose.RS256))),
	}
	if strings.HasPrefix(issuer, "http://") {
		options = append(options, op.WithAllowInsecure())
	}
	return op.NewProvider(&op.Config{
		CodeMethodS256: true, AuthMethodPost: true, GrantTypeRefreshToken: true,
		DefaultLogoutRedirectURI: signedOutPath,
	}, s, op.StaticIssuer(issuer), options...)
}

// storage is the Provider as the library sees it: op.Storage over the tenant's
// database. Its methods are in the files of what they are about. Their errors
// go through fail, so that the guard in front of the library sees them as they
// were.
type storage struct{ *Provider }

// The library's interfaces, beyond op.Storage, that storage implements: the
// library looks for them at run time.
var (
	_ op.ClientCredentialsStorage       = (*storage)(nil)
	_ op.CanTerminateSessionFromRequest = (*storage)(nil)
	_ op.CanSetUserinfoFromRequest      = (*storage)(nil)
	_ op.CanGetPrivateClaimsFromRequest = (*storage)(nil)
)

// update runs change in one transaction. What change refuses is refused after
// the transaction was kept: the end of a family must outlast the refusal.
func (s *storage) update(ctx context.Context, change func(*store.Tx) (refused, err error)) error {
	var refused error
	err := s.store.Update(ctx, func(tx *store.Tx) (err error) {
		refused, err = change(tx)
		return err
	})
	if err != nil {
		return fail(ctx, err)
	}
	return fail(ctx, refused)
}

// Health reports whether the database can be reached.
func (s *storage) Health(ctx context.Context) error { return s.store.Ping(ctx) }

// errNotOffered is the answer of what the library has to find in a storage, but
// nothing here leads to: its own callback (the sign-in page goes straight back
// to the application), introspection, keys of applications and their JWTs, and
// older forms of two methods that storage has.
var errNotOffered = errors.New("openid: the library asked for something that is not offered")

func (s *storage) AuthRequestByID(ctx context.Context, _ string) (op.AuthRequest, error) {
	return nil, fail(ctx, errNotOffered)
}

func (s *storage) SetIntrospectionFromToken(ctx context.Context, _ *oidc.IntrospectionResponse, _, _, _ string) error {
	return fail(ctx, errNotOffered)
}

func (s *storage) GetKeyByIDAndClientID(ctx context.Context, _, _ string) (*jose.JSONWebKey, error) {
	return nil, fail(ctx, errNotOffered)
}

func (s *storage) ValidateJWTProfileScopes(ctx context.Context, _ string, _ []string) ([]string, error) {
	return nil, fail(ctx, errNotOffered)
}

func (s *storage) TerminateSession(ctx context.Context, _, _ string) error {
	return fail(ctx, errNotOffered)
}

func (s *storage) GetPrivateClaimsFromScopes(ctx context.Context, _, _ string, _ []string) (map[string]any, error) {
	return nil, fail(ctx, errNotOffered)
}

// SetUserinfoFromScopes does nothing: SetUserinfoFromRequest follows it.
func (s *storage) SetUserinfoFromScopes(context.Context, *oidc.UserInfo, string, string, []string) error {
	return nil
}
