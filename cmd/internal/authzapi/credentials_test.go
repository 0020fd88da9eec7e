package authzapi_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"maps"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"trellis/cmd/internal/authzapi"
	"trellis/cmd/internal/bearer/bearertest"
)

// credential is what a recorded request showed.
type credential struct {
	Kind   string
	Value  string
	Scopes []string
}

// token is a credential of this run like c; "" is none.
func token(t *testing.T, issuer *bearertest.Issuer, c credential) string {
	t.Helper()
	with := func(claims map[string]any) string {
		all := map[string]any{"aud": authzapi.Audience, "scope": "read:groups"}
		maps.Copy(all, claims)
		return issuer.Token(all)
	}
	now := time.Now()
	switch c.Kind {
	case "none":
		return ""
	case "literal":
		return c.Value
	case "scopes":
		return issuer.Scoped(authzapi.Audience, c.Scopes...)
	case "scope_array":
		return with(map[string]any{"scope": c.Scopes})
	case "no_scope_claim":
		return with(map[string]any{"scope": nil})
	case "expired":
		return with(map[string]any{"exp": now.Add(-time.Hour).Unix()})
	case "not_before":
		return with(map[string]any{"nbf": now.Add(time.Hour).Unix()})
	case "no_exp":
		return with(map[string]any{"exp": nil})
	case "wrong_audience":
		return with(map[string]any{"aud": "urn:elsewhere"})
	case "audience_list":
		return with(map[string]any{"aud": []string{"urn:elsewhere", authzapi.Audience}})
	case "wrong_issuer":
		return with(map[string]any{"iss": "https://elsewhere.example/"})
	case "user_token": // as Auth0 makes it: no gty
		return with(map[string]any{"sub": "auth0|u01", "gty": nil})
	case "gty_password":
		return with(map[string]any{"gty": "password"})
	case "no_gty":
		return with(map[string]any{"gty": nil})
	case "bad_signature":
		return signed(t, issuer, jose.RS256, rsaKey(t), issuer.Key().KeyID)
	case "unknown_kid":
		return signed(t, issuer, jose.RS256, rsaKey(t), "another")
	case "hs256_public_key":
		key := issuer.Key()
		public, err := x509.MarshalPKIXPublicKey(key.Public().Key)
		if err != nil {
			t.Fatal(err)
		}
		return signed(t, issuer, jose.HS256, public, issuer.Key().KeyID)
	case "alg_none":
		encode := base64.RawURLEncoding.EncodeToString
		return encode([]byte(`{"alg":"none","typ":"JWT"}`)) + "." + encode([]byte(`{"iss":"`+issuer.URL+`","aud":"`+authzapi.Audience+`"}`)) + "."
	}
	t.Fatalf("there is no token of kind %q", c.Kind)
	return ""
}

func rsaKey(t *testing.T) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// signed is a good token but for who signed it, and how.
func signed(t *testing.T, issuer *bearertest.Issuer, alg jose.SignatureAlgorithm, key any, kid string) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, (&jose.SignerOptions{}).WithType("JWT").WithHeader("kid", kid))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := jwt.Signed(signer).Claims(map[string]any{
		"iss": issuer.URL, "aud": authzapi.Audience, "sub": "c@clients", "gty": "client-credentials",
		"scope": "read:groups", "exp": time.Now().Add(time.Hour).Unix(),
	}).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}
