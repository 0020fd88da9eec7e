package login_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"trellis/web/login"
)

// Claims that must keep a person out. Each is a module of the OpenID Foundation's
// suite, or a hole that go-oidc leaves open.
func TestIDTokensThatAreRefused(t *testing.T) {
	set := func(name string, value any) func(*dashboard, map[string]any) {
		return func(_ *dashboard, c map[string]any) { c[name] = value }
	}
	after := func(name string, shift time.Duration) func(*dashboard, map[string]any) {
		return func(d *dashboard, c map[string]any) { c[name] = d.clock.now().Add(shift).Unix() }
	}
	tests := []struct {
		name  string
		spoil func(*dashboard, map[string]any)
	}{
		{"OIDC-02 another issuer", func(d *dashboard, c map[string]any) { c["iss"] = d.op.issuer() + "x" }},
		{"OIDC-02 issuer without its slash", func(d *dashboard, c map[string]any) { c["iss"] = d.op.URL }},
		{"OIDC-03 missing sub", set("sub", nil)},
		{"OIDC-03 empty sub", set("sub", "")},
		{"OIDC-03 sub that is a number", set("sub", 7)},
		{"OIDC-03 sub longer than any", set("sub", strings.Repeat("a", 256))},
		{"OIDC-04 another audience", set("aud", "another-client")},
		{"OIDC-05 missing audience", set("aud", nil)},
		{"OIDC-05 empty audience", set("aud", []string{})},
		{"OIDC-06 missing iat", set("iat", nil)},
		{"OIDC-06 iat an hour ahead", after("iat", time.Hour)},
		{"OIDC-06 iat six minutes ahead", after("iat", 6*time.Minute)},
		{"OIDC-06 iat a day ago", after("iat", -24*time.Hour)},
		{"OIDC-06 iat beyond all clocks", set("iat", 1e300)},
		{"OIDC-15 another nonce", set("nonce", "x")},
		{"OIDC-15 missing nonce", set("nonce", nil)},
		{"OIDC-15 empty nonce", set("nonce", "")},
		{"OIDC-15 a list of nonces", set("nonce", []string{"x"})},
		{"OIDC-44 another at_hash", set("at_hash", "AAAAAAAAAAAAAAAAAAAAAA")},
		{"OIDC-53 an audience beside us", set("aud", []string{clientID, "another-client"})},
		{"OIDC-53 azp of another client", set("azp", "another-client")},
		{"OIDC-53 empty azp", set("azp", "")},
		{"OIDC-54 missing exp", set("exp", nil)},
		{"OIDC-54 expired", after("exp", -time.Second)},
		{"OIDC-54 not valid yet", after("nbf", 2*time.Minute)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDashboard(t)
			d.op.claims = func(c map[string]any) { tt.spoil(d, c) }
			b := d.browser()
			b.stays(b.signIn(), http.StatusBadGateway)
		})
	}
}

func TestSignaturesThatAreRefused(t *testing.T) {
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(&rsaKey().PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	jwk, err := json.Marshal(public(rsaKey(), "k1"))
	if err != nil {
		t.Fatal(err)
	}
	kid := map[string]any{"kid": "k1"}
	hmac := func(key []byte) func(map[string]any) string {
		return func(c map[string]any) string { return signed(jose.HS256, key, kid, c) }
	}
	rs256 := func(key any, header map[string]any) func(map[string]any) string {
		return func(c map[string]any) string { return signed(jose.RS256, key, header, c) }
	}
	none := func(alg string) func(map[string]any) string {
		return func(c map[string]any) string { return unsigned(alg, c) }
	}
	tests := []struct {
		name string
		sign func(map[string]any) string
	}{
		{"OIDC-10 unsigned", none("none")},
		{"OIDC-10 unsigned, None", none("None")},
		{"OIDC-10 unsigned, nOnE", none("nOnE")},
		{"OIDC-10 unsigned, without the last dot", func(c map[string]any) string { return strings.TrimSuffix(unsigned("none", c), ".") }},
		{"OIDC-10 RS256 without a signature", none("RS256")},
		{"OIDC-11 signed with another key", rs256(otherKey(), kid)},
		{"OIDC-11 a changed signature", func(c map[string]any) string {
			s := signed(jose.RS256, rsaKey(), kid, c)
			return s[:len(s)-10] + "AAAAAAAAAA"
		}},
		{"OIDC-11 claims of another token", func(c map[string]any) string {
			mine := strings.Split(unsigned("RS256", c), ".")
			c["sub"] = "auth0|eve"
			theirs := strings.Split(signed(jose.RS256, rsaKey(), kid, c), ".")
			return theirs[0] + "." + mine[1] + "." + theirs[2]
		}},
		{"OIDC-12 ES256 with a key of its own", func(c map[string]any) string { return signed(jose.ES256, ec, kid, c) }},
		{"OIDC-13 HMAC with the client secret", hmac([]byte(clientSecret + strings.Repeat(" ", 32)))},
		{"OIDC-13 HMAC with the public key as PEM", hmac(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))},
		{"OIDC-13 HMAC with the public key as DER", hmac(der)},
		{"OIDC-13 HMAC with the public key as JWK", hmac(jwk)},
		{"OIDC-74 an access token", rs256(rsaKey(), map[string]any{"kid": "k1", "typ": "at+jwt"})},
		{"OIDC-74 a logout token", rs256(rsaKey(), map[string]any{"kid": "k1", "typ": "logout+jwt"})},
		{"an unknown key", rs256(rsaKey(), map[string]any{"kid": "k9"})},
		{"RX-12 larger than 16 KiB", func(c map[string]any) string {
			c["x"] = strings.Repeat("x", 20000)
			return signed(jose.RS256, rsaKey(), kid, c)
		}},
		{"RX-12 two signatures", func(c map[string]any) string {
			parts := strings.Split(signed(jose.RS256, rsaKey(), kid, c), ".")
			one := `{"protected":"` + parts[0] + `","signature":"` + parts[2] + `"}`
			return `{"payload":"` + parts[1] + `","signatures":[` + one + `,` + one + `]}`
		}},
		{"not a token", func(map[string]any) string { return "a.b.c" }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDashboard(t)
			d.op.sign = tt.sign
			b := d.browser()
			b.stays(b.signIn(), http.StatusBadGateway)
		})
	}
}

func TestIDTokensThatAreFine(t *testing.T) {
	tests := []struct {
		name  string
		spoil func(p *op)
	}{
		{"OIDC-07 no kid, one key", func(p *op) {
			p.sign = func(c map[string]any) string { return signed(jose.RS256, rsaKey(), nil, c) }
		}},
		{"OIDC-08 no kid, two keys", func(p *op) {
			p.sign = func(c map[string]any) string { return signed(jose.RS256, rsaKey(), nil, c) }
			p.jwks = func() any { return keysOf(public(otherKey(), "k0"), public(rsaKey(), "k1")) }
		}},
		{"OIDC-09 RS256 of type JWT", func(p *op) {
			p.sign = func(c map[string]any) string {
				return signed(jose.RS256, rsaKey(), map[string]any{"kid": "k1", "typ": "JWT"}, c)
			}
		}},
		{"OIDC-43 claims that are elsewhere", func(p *op) {
			p.claims = func(c map[string]any) {
				c["_claim_names"] = map[string]string{"groups": "src"}
				c["_claim_sources"] = map[string]any{"src": map[string]string{"endpoint": p.URL + "/canary"}}
			}
		}},
		{"OIDC-55 a list of one audience", func(p *op) { p.claims = func(c map[string]any) { c["aud"] = []string{clientID} } }},
		{"OIDC-53 azp that is us", func(p *op) { p.claims = func(c map[string]any) { c["azp"] = clientID } }},
		{"OIDC-44 no at_hash", func(p *op) { p.claims = func(c map[string]any) { c["at_hash"] = nil } }},
		{"OIDC-54 a clock a minute ahead", func(p *op) {
			p.claims = func(c map[string]any) { c["iat"] = p.clock.now().Add(time.Minute).Unix() }
		}},
		{"OIDC-55 type of the token in capitals, no life, unknown members", func(p *op) {
			p.reply = func(_ url.Values, body map[string]any) {
				body["token_type"], body["x"] = "BEARER", 1
				delete(body, "expires_in")
			}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDashboard(t)
			tt.spoil(d.op)
			b := d.browser()
			res := b.signIn()
			if b.who() != "auth0|ada" {
				t.Errorf("not signed in: %d %s %s", res.StatusCode, text(res), d.log)
			}
			if n := d.op.count("/canary"); n != 0 {
				t.Errorf("the endpoint of a claim was asked %d times", n)
			}
		})
	}
}

func TestOIDC_21_22_a_key_is_replaced(t *testing.T) {
	d := newDashboard(t)
	b := d.browser()
	b.signIn()
	if n := d.op.count("/jwks"); n != 1 {
		t.Errorf("keys asked for %d times, want once", n)
	}
	address := b.start("")
	d.op.jwks = func() any { return keysOf(public(otherKey(), "k2")) }
	d.op.sign = func(c map[string]any) string {
		return signed(jose.RS256, otherKey(), map[string]any{"kid": "k2"}, c)
	}
	if res := b.visit("GET", d.op.authorize(address).String()); res.StatusCode != 303 {
		t.Errorf("second sign-in: %d %s", res.StatusCode, text(res))
	}
	if n := d.op.count("/jwks"); n != 2 {
		t.Errorf("keys asked for %d times, want twice", n)
	}
}

func TestOIDC_23_one_bad_key_keeps_nobody_out(t *testing.T) {
	d := newDashboard(t)
	x := strings.Repeat("A", 43)
	d.op.jwks = func() any {
		return keysOf(
			map[string]any{"kty": "EC", "crv": "secp256k1", "x": x, "y": x},
			map[string]any{"kty": "EC", "crv": "P-256", "alg": "ES256", "x": x, "y": x},
			map[string]any{"kty": "RSA", "e": "AQAB"},
			map[string]any{"kty": "RSA", "n": "AQAB", "e": "AQAB", "x5c": []string{"broken"}},
			map[string]any{"kty": "oct", "k": "c2VjcmV0"},
			map[string]any{"kty": "AKP", "alg": "ML-DSA-44", "pub": "AA"},
			nil, 7, "key",
			public(rsaKey(), "k1"),
		)
	}
	b := d.browser()
	b.signIn()
	if b.who() == "" {
		t.Errorf("not signed in: %s", d.log)
	}
}

func TestKeysThatDoNotCount(t *testing.T) {
	with := func(name string, value any) any {
		k := public(rsaKey(), "k1")
		k[name] = value
		return k
	}
	tests := []struct {
		name string
		jwks any
		sign any
	}{
		{"OIDC-08 a key for encryption", keysOf(with("use", "enc")), rsaKey()},
		{"a key for another algorithm", keysOf(with("alg", "PS256")), rsaKey()},
		{"OIDC-73 a key of 1024 bits", keysOf(public(weakKey(), "k1")), weakKey()},
		{"no key", keysOf(), rsaKey()},
		{"no key set", "nonsense", rsaKey()},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDashboard(t)
			d.op.jwks = func() any { return tt.jwks }
			d.op.sign = func(c map[string]any) string {
				return signed(jose.RS256, tt.sign, map[string]any{"kid": "k1"}, c)
			}
			b := d.browser()
			b.stays(b.signIn(), http.StatusBadGateway)
		})
	}
}

func TestOIDC_72_unknown_keys_are_no_lever(t *testing.T) {
	d := newDashboard(t)
	good := d.op.sign
	d.op.sign = func(c map[string]any) string {
		return signed(jose.RS256, otherKey(), map[string]any{"kid": "made up"}, c)
	}
	for range 20 {
		b := d.browser()
		b.stays(b.signIn(), http.StatusBadGateway)
	}
	if n := d.op.count("/jwks"); n > 2 {
		t.Errorf("20 forged tokens made %d requests for keys, want two at most", n)
	}
	d.op.sign = good
	d.clock.advance(login.KeysGap)
	b := d.browser()
	if b.signIn(); b.who() == "" {
		t.Error("the good key no longer works")
	}
}
