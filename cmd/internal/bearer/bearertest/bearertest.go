package bearertest

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"maps"
	"strings"
	"sync"
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

// made keeps what takes long to make: the key of each issuer, by its address, and
// the tokens of machines, by what they say.
var made struct{ keys, tokens sync.Map }

// New is the issuer called url, usually with a slash at its end. It has one key for
// all tests of a binary.
func New(t testing.TB, url string) *Issuer {
	t.Helper()
	key, ok := made.keys.Load(url)
	if !ok {
		key, _ = made.keys.LoadOrStore(url, newKey(t))
	}
	return &Issuer{URL: url, t: t, key: key.(jose.JSONWebKey)}
}

// Stranger signs in the name of the issuer called url, with a key that is not its.
func Stranger(t testing.TB, url string) *Issuer {
	t.Helper()
	return &Issuer{URL: url, t: t, key: newKey(t)}
}

func newKey(t testing.TB) jose.JSONWebKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return jose.JSONWebKey{Key: key, KeyID: rand.Text(), Algorithm: string(jose.RS256), Use: "sig"}
}

// PublicKeys is the key that verifies the issuer's tokens.
func (i *Issuer) PublicKeys(context.Context) ([]jose.JSONWebKey, error) {
	return []jose.JSONWebKey{i.key.Public()}, nil
}

// Verifier checks the issuer's tokens.
func (i *Issuer) Verifier() *bearer.Verifier { return bearer.New(i.URL, i) }

// Key is the issuer's private key, for tests that sign in ways of their own.
func (i *Issuer) Key() jose.JSONWebKey { return i.key }

// Scoped is a machine's token for audience with scopes. It is good for half an hour
// at least, and may be one that was asked for before.
func (i *Issuer) Scoped(audience string, scopes ...string) string {
	scope := strings.Join(scopes, " ")
	said := [...]string{i.key.KeyID, i.URL, audience, scope, time.Now().Truncate(time.Minute * 30).String()}
	token, ok := made.tokens.Load(said)
	if !ok {
		token, _ = made.tokens.LoadOrStore(said, i.Token(map[string]any{"aud": audience, "scope": scope}))
	}
	return token.(string)
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
