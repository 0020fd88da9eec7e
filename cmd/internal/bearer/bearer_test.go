package bearer_test

import (
	"bytes"
	"compress/flate"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/go-cmp/cmp"

	"trellis/cmd/internal/bearer"
	"trellis/cmd/internal/bearer/bearertest"
)

const (
	issuer   = "https://auth.example.com/"
	audience = "urn:auth0-authz-api"
)

func TestAcceptedTokens(t *testing.T) {
	i := bearertest.New(t, issuer)
	machine := bearer.Principal{Subject: "test-client@clients", Client: "test-client", Scopes: []string{"read:groups", "read:users"}, Machine: true}
	person := bearer.Principal{Subject: "auth0|1", Client: "dashboard", Scopes: []string{"read:groups"}}
	persons := map[string]any{"aud": audience, "sub": "auth0|1", "azp": "dashboard", "gty": nil, "scope": "read:groups"}
	for _, c := range []struct {
		name, authorization string
		want                bearer.Principal
	}{
		{"machine", "Bearer " + i.Scoped(audience, "read:groups", "read:users"), machine},
		{"scheme in small letters", "bearer " + i.Scoped(audience, "read:groups", "read:users"), machine},
		{"blanks around", "  Bearer   " + i.Scoped(audience, "read:groups", "read:users") + " ", machine},
		{"audience in a list", "Bearer " + i.Token(map[string]any{"aud": []string{"x", audience}, "scope": "read:groups read:users"}), machine},
		{"scopes in a list", "Bearer " + i.Token(map[string]any{"aud": audience, "scope": []string{"read:groups", "read:users"}}), machine},
		{"without gty", "Bearer " + i.Token(map[string]any{"aud": audience, "gty": nil, "scope": "read:groups read:users"}), machine},
		{"person", "Bearer " + i.Token(persons), person},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := i.Verifier().Verify(t.Context(), c.authorization, audience)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

// A machine's token without scopes is good, and allows nothing.
func TestNoScopes(t *testing.T) {
	i := bearertest.New(t, issuer)
	for _, scope := range []any{nil, "", []string{}} {
		who, err := i.Verifier().Verify(t.Context(), "Bearer "+i.Token(map[string]any{"aud": audience, "scope": scope}), audience)
		if err != nil || len(who.Scopes) != 0 || who.Can("") || who.Can("read:groups") {
			t.Errorf("scope %v: %+v, %v", scope, who, err)
		}
	}
}

func TestScopesAreWholeWords(t *testing.T) {
	p := bearer.Principal{Scopes: []string{"read:users", "read:groups"}}
	if !p.Can("read:users") {
		t.Error("a scope that is there")
	}
	for _, s := range []string{"read:user", "read:usersx", "Read:users", "read:users read:groups", "", "read"} {
		if p.Can(s) {
			t.Errorf("%q is allowed", s)
		}
	}
}

func TestRefusedTokens(t *testing.T) {
	i := bearertest.New(t, issuer)
	stranger := bearertest.Stranger(t, issuer)
	now := time.Now()
	token := func(claims map[string]any) string {
		all := map[string]any{"aud": audience, "scope": "read:groups"}
		for k, v := range claims {
			all[k] = v
		}
		return i.Token(all)
	}
	idToken := map[string]any{"aud": []string{"dashboard", audience}, "sub": "auth0|1", "gty": nil, "azp": nil, "scope": nil, "nonce": "n"}
	for name, raw := range map[string]string{
		"expired":              token(map[string]any{"exp": now.Add(-2 * time.Minute).Unix()}),
		"without end":          token(map[string]any{"exp": nil}),
		"not yet":              token(map[string]any{"nbf": now.Add(2 * time.Minute).Unix()}),
		"other audience":       token(map[string]any{"aud": issuer + "api/v2/"}),
		"audience's start":     token(map[string]any{"aud": audience + "x"}),
		"no audience":          token(map[string]any{"aud": nil}),
		"other issuer":         token(map[string]any{"iss": "https://evil.example/"}),
		"issuer without slash": token(map[string]any{"iss": strings.TrimSuffix(issuer, "/")}),
		"no subject":           token(map[string]any{"sub": nil}),
		"password grant":       token(map[string]any{"gty": "password"}),
		"person as a machine":  token(map[string]any{"sub": "auth0|1"}),
		"ID token":             i.Token(idToken),
		"logout token":         i.Sign("logout+jwt", map[string]any{"iss": issuer, "aud": audience, "sub": "auth0|1", "exp": now.Add(time.Hour).Unix(), "scope": "x"}),
		"no type":              i.Sign("", map[string]any{"iss": issuer, "aud": audience, "sub": "auth0|1", "exp": now.Add(time.Hour).Unix(), "scope": "x"}),
		"a stranger's key":     stranger.Scoped(audience, "read:groups"),
		"same kid, other key":  withKid(t, stranger, i.Key().KeyID),
		"no kid":               withKid(t, i, ""),
		"HS256":                hs256(t, i),
		"none":                 part(`{"alg":"none","typ":"JWT"}`) + "." + part(`{"iss":"`+issuer+`"}`) + ".",
		"RS512":                signedWith(t, i, jose.RS512),
		"changed":              swapPayload(token(nil), `"read:groups"`, `"read:groupz"`),
		"scope is a number":    token(map[string]any{"scope": 1}),
	} {
		t.Run(name, func(t *testing.T) { refused(t, i, "Bearer "+raw, "Invalid credentials", "Invalid credentials") })
	}
}

func TestMalformedAuthorization(t *testing.T) {
	i := bearertest.New(t, issuer)
	good := i.Scoped(audience, "read:groups")
	const nothing, format = "token is null", "Invalid token format"
	for name, c := range map[string]struct{ authorization, why, attribute string }{
		"none":                {"", nothing, ""},
		"blank":               {"   ", nothing, ""},
		"empty bearer":        {"Bearer ", nothing, ""},
		"basic":               {"Basic dTpw", format, ""},
		"no scheme":           {good, format, ""},
		"garbage":             {"Bearer garbage", format, ""},
		"four parts":          {"Bearer " + good + ".x", format, ""},
		"encrypted":           {"Bearer a.b.c.d.e", format, ""},
		"three garbage parts": {"Bearer a.b.c", format, format},
		"no JSON":             {"Bearer " + part("x") + "." + part("y") + ".z", format, format},
		"too long":            {"Bearer " + good + strings.Repeat("A", 16<<10), format, format},
	} {
		t.Run(name, func(t *testing.T) { refused(t, i, c.authorization, c.why, c.attribute) })
	}
}

// What is built to exhaust a parser is turned down quickly and quietly.
func TestBombs(t *testing.T) {
	i := bearertest.New(t, issuer)
	var zipped bytes.Buffer
	w, err := flate.NewWriter(&zipped, 9)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(make([]byte, 8<<20)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for name, raw := range map[string]string{
		"zip":          part(`{"alg":"RS256","typ":"JWT","zip":"DEF"}`) + "." + part(zipped.String()) + ".AAAA",
		"deep":         part(strings.Repeat(`[`, 5000)) + "." + part(`{}`) + ".AAAA",
		"dots":         strings.Repeat(".", 15<<10),
		"crit":         part(`{"alg":"RS256","typ":"JWT","crit":["x"],"x":1,"kid":"`+i.Key().KeyID+`"}`) + "." + part(`{}`) + ".AAAA",
		"own key":      part(`{"alg":"RS256","typ":"JWT","jwk":{"kty":"oct","k":"AAAA"}}`) + "." + part(`{}`) + ".AAAA",
		"double alg":   part(`{"alg":"none","alg":"RS256","typ":"JWT"}`) + "." + part(`{}`) + ".AAAA",
		"JSON instead": `{"payload":"e30","signatures":[{"signature":"AAAA","protected":"e30"},{"signature":"AAAA"}]}`,
	} {
		_, err := i.Verifier().Verify(t.Context(), "Bearer "+raw, audience)
		if _, ok := errors.AsType[*bearer.Refusal](err); !ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A key set that cannot be read is not the caller's fault.
func TestKeysOutOfReach(t *testing.T) {
	i := bearertest.New(t, issuer)
	_, err := bearer.New(issuer, noKeys{}).Verify(t.Context(), "Bearer "+i.Scoped(audience), audience)
	if _, ok := errors.AsType[*bearer.Refusal](err); ok || !errors.Is(err, errNoKeys) {
		t.Errorf("err = %v", err)
	}
}

var errNoKeys = errors.New("no keys today")

type noKeys struct{}

func (noKeys) PublicKeys(context.Context) ([]jose.JSONWebKey, error) { return nil, errNoKeys }

func refused(t *testing.T, i *bearertest.Issuer, authorization, why, attribute string) {
	t.Helper()
	who, err := i.Verifier().Verify(t.Context(), authorization, audience)
	r, ok := errors.AsType[*bearer.Refusal](err)
	if !ok {
		t.Fatalf("accepted as %+v (%v)", who, err)
	}
	message := attribute
	if attribute == "" {
		message = "Missing authentication"
	}
	want := bearer.Refusal{Message: message, Challenge: `Token error="` + why + `"`, Attribute: attribute}
	if d := cmp.Diff(want, *r); d != "" {
		t.Error(d)
	}
}

func part(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

// parts is a good token of i, cut in three.
func parts(i *bearertest.Issuer) []string {
	return strings.Split(i.Scoped(audience, "read:groups"), ".")
}

func withKid(t *testing.T, i *bearertest.Issuer, kid string) string {
	t.Helper()
	key := i.Key()
	key.KeyID = kid
	return sign(t, jose.SigningKey{Algorithm: jose.RS256, Key: key}, parts(i)[1])
}

func signedWith(t *testing.T, i *bearertest.Issuer, alg jose.SignatureAlgorithm) string {
	t.Helper()
	key := i.Key()
	key.Algorithm = string(alg)
	return sign(t, jose.SigningKey{Algorithm: alg, Key: key}, parts(i)[1])
}

func sign(t *testing.T, key jose.SigningKey, payload string) string {
	t.Helper()
	signer, err := jose.NewSigner(key, (&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := base64.RawURLEncoding.DecodeString(payload)
	if err != nil {
		t.Fatal(err)
	}
	jws, err := signer.Sign(raw)
	if err != nil {
		t.Fatal(err)
	}
	out, err := jws.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// hs256 signs with the public key as if it were a shared secret.
func hs256(t *testing.T, i *bearertest.Issuer) string {
	t.Helper()
	private := i.Key()
	public := private.Public()
	der, err := x509.MarshalPKIXPublicKey(public.Key)
	if err != nil {
		t.Fatal(err)
	}
	signed := part(`{"alg":"HS256","typ":"JWT","kid":"`+public.KeyID+`"}`) + "." + parts(i)[1]
	mac := hmac.New(sha256.New, der)
	mac.Write([]byte(signed))
	return signed + "." + part(string(mac.Sum(nil)))
}

func swapPayload(token, old, with string) string {
	p := strings.Split(token, ".")
	raw, _ := base64.RawURLEncoding.DecodeString(p[1])
	p[1] = part(strings.Replace(string(raw), old, with, 1))
	return strings.Join(p, ".")
}

func TestIssuerOfTests(t *testing.T) {
	i := bearertest.New(t, issuer)
	keys, err := i.PublicKeys(t.Context())
	if err != nil || len(keys) != 1 || !keys[0].IsPublic() || keys[0].KeyID != i.Key().KeyID {
		t.Errorf("keys = %v, %v", keys, err)
	}
	var claims map[string]any
	raw, err := base64.RawURLEncoding.DecodeString(parts(i)[1])
	if err != nil || json.Unmarshal(raw, &claims) != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"iss", "sub", "aud", "azp", "gty", "scope", "iat", "exp", "jti"} {
		if _, ok := claims[name]; !ok {
			t.Errorf("no %s", name)
		}
	}
	if claims["scope"] != "read:groups" {
		t.Errorf("scope = %v", claims["scope"])
	}
}

func BenchmarkVerify(b *testing.B) {
	i := bearertest.New(b, issuer)
	v, header := i.Verifier(), "Bearer "+i.Scoped(audience, "read:groups")
	for b.Loop() {
		if _, err := v.Verify(b.Context(), header, audience); err != nil {
			b.Fatal(err)
		}
	}
}
