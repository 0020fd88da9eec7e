package bearertest

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"trellis/cmd/internal/bearer"
)

// Client is the application of the tokens, when they name no other.
const Client = "test-client"

// Issuer signs tokens with a key of its own.
type Issuer struct {
	URL string

	t   testing.TB
	key jose.JSONWebKey
}

// New is an issuer called url, usually with a slash at its end.
func New(t testing.TB, url string) *Issuer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return &Issuer{URL: url, t: t, key: jose.JSONWebKey{
		Key: key, KeyID: rand.Text(), Algorithm: string(jose.RS256), Use: "sig",
	}}
}

// PublicKeys is the key that verifies the issuer's tokens.
func (i *Issuer) PublicKeys(context.Context) ([]jose.JSONWebKey, error) {
	return []jose.JSONWebKey{i.key.Public()}, nil
}

// Verifier checks the issuer's tokens.
func (i *Issuer) Verifier() *bearer.Verifier { return bearer.New(i.URL, i) }

// Key is the issuer's private key, for tests that sign in ways of their own.
func (i *Issuer) Key() jose.JSONWebKey { return i.key }

// Scoped is a machine's token for audience with scopes.
func (i *Issuer) Scoped(audience string, scopes ...string) string {
	return i.Token(map[string]any{"aud": audience, "scope": strings.Join(scopes, " ")})
}

// Token is a token with claims, which overwrite those of a machine's good
// token; a nil leaves a claim out.
func (i *Issuer) Token(claims map[string]any) string {
	i.t.Helper()
	now := time.Now()
	all := map[string]any{
		"iss": i.URL, "sub": Client + "@clients", "azp": Client, "gty": "client-credentials", "scope": "",
		"iat": now.Unix(), "exp": now.Add(time.Hour).Unix(), "jti": rand.Text(),
	}
	maps.Copy(all, claims)
	maps.DeleteFunc(all, func(_ string, v any) bool { return v == nil })
	return i.Sign("JWT", all)
}

// Sign is a JWT of that type with exactly these claims.
func (i *Issuer) Sign(typ string, claims map[string]any) string {
	i.t.Helper()
	opts := &jose.SignerOptions{}
	if typ != "" {
		opts = opts.WithType(jose.ContentType(typ))
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: i.key}, opts)
	if err != nil {
		i.t.Fatal(err)
	}
	token, err := jwt.Signed(signer).Claims(claims).Serialize()
	if err != nil {
		i.t.Fatal(err)
	}
	return token
}
