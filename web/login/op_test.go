package login_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

const (
	clientID     = "trellis-dashboard"
	clientSecret = "s:%+/ ü"
	authzAPI     = "urn:auth0-authz-api"
)

// Keys are slow to make, so tests share them.
var (
	rsaKey   = sync.OnceValue(func() *rsa.PrivateKey { return newRSA(2048) })
	otherKey = sync.OnceValue(func() *rsa.PrivateKey { return newRSA(2048) })
	weakKey  = sync.OnceValue(func() *rsa.PrivateKey { return newRSA(1024) })
)

func newRSA(bits int) *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		panic(err)
	}
	return key
}

// op is an OpenID provider that a test can spoil. Its zero flaws are none: it
// works, and looks closely at what it is sent.
type op struct {
	*httptest.Server
	testing.TB
	clock *clock

	metadata func(map[string]any)                       // changes the discovery document
	jwks     func() any                                 // replaces the key set
	claims   func(map[string]any)                       // changes the claims of ID tokens
	sign     func(claims map[string]any) string         // replaces how ID tokens are signed
	access   func(map[string]any)                       // changes the claims of access tokens
	reply    func(form url.Values, body map[string]any) // changes the answer of the token endpoint
	serve    func(w http.ResponseWriter, r *http.Request) (done bool)

	mu      sync.Mutex
	asked   map[string]int // by path
	forms   []url.Values   // sent to the token endpoint
	codes   map[string]url.Values
	refresh map[string]url.Values // living refresh tokens, with the request that began their family
	reused  int                   // spent refresh tokens that came again
}

func newOP(t testing.TB, c *clock) *op {
	t.Helper()
	p := &op{TB: t, clock: c, asked: map[string]int{}, codes: map[string]url.Values{}, refresh: map[string]url.Values{}}
	p.Server = httptest.NewServer(p)
	t.Cleanup(p.Close)
	return p
}

func (p *op) issuer() string { return p.URL + "/" }

// ServeHTTP is not TLS, has no sign-in page, and lets everybody in.
func (p *op) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked[r.URL.Path]++
	if p.serve != nil && p.serve(w, r) {
		return
	}
	switch path := strings.TrimSuffix(r.URL.Path, "/moved"); path {
	case "/.well-known/openid-configuration":
		doc := map[string]any{
			"issuer":                                p.issuer(),
			"authorization_endpoint":                p.URL + "/authorize",
			"token_endpoint":                        p.URL + "/oauth/token",
			"jwks_uri":                              p.URL + "/jwks",
			"userinfo_endpoint":                     p.URL + "/userinfo",
			"end_session_endpoint":                  p.URL + "/oidc/logout",
			"revocation_endpoint":                   p.URL + "/oauth/revoke",
			"id_token_signing_alg_values_supported": []string{"RS256", "HS256", "none"},
			"code_challenge_methods_supported":      []string{"S256"},
		}
		if p.metadata != nil {
			p.metadata(doc)
		}
		answer(w, 200, doc)
	case "/jwks":
		if p.jwks != nil {
			answer(w, 200, p.jwks())
			return
		}
		answer(w, 200, keysOf(public(rsaKey(), "k1")))
	case "/oauth/token":
		p.token(w, r)
	case "/oauth/revoke":
		delete(p.refresh, r.FormValue("token"))
	default:
		http.NotFound(w, r)
	}
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func public(key *rsa.PrivateKey, kid string) map[string]any {
	return map[string]any{
		"kty": "RSA", "kid": kid, "use": "sig", "alg": "RS256",
		"n": base64.RawURLEncoding.EncodeToString(key.N.Bytes()), "e": "AQAB",
	}
}

func keysOf(keys ...any) map[string]any { return map[string]any{"keys": keys} }

// authorize is what happens while the person is at the provider: it checks the
// request and gives a code for it.
func (p *op) authorize(location string) (callback *url.URL) {
	p.Helper()
	u, err := url.Parse(location)
	if err != nil {
		p.Fatal(err)
	}
	q := u.Query()
	want := map[string]string{
		"client_id": clientID, "response_type": "code", "code_challenge_method": "S256",
		"redirect_uri": "http://localhost:8080/login/callback", "audience": authzAPI,
	}
	for name, value := range want {
		if q.Get(name) != value {
			p.Errorf("authorization request: %s = %q, want %q", name, q.Get(name), value)
		}
	}
	if len(q.Get("code_challenge")) != 43 || len(q.Get("state")) < 22 || len(q.Get("nonce")) < 22 {
		p.Errorf("authorization request: challenge %q, state %q, nonce %q", q.Get("code_challenge"), q.Get("state"), q.Get("nonce"))
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	code := "code-" + rand.Text()
	p.codes[code] = q
	return &url.URL{Path: "/login/callback", RawQuery: url.Values{"code": {code}, "state": {q.Get("state")}}.Encode()}
}

// token answers the token endpoint.
func (p *op) token(w http.ResponseWriter, r *http.Request) {
	id, encoded, _ := r.BasicAuth()
	secret, badCode := url.QueryUnescape(encoded) // RFC 6749, 2.3.1
	if err := errors.Join(badCode, r.ParseForm()); err != nil || r.Method != http.MethodPost || id != clientID || secret != clientSecret {
		answer(w, 401, map[string]any{"error": "invalid_client"})
		return
	}
	form := r.PostForm
	p.forms = append(p.forms, form)
	q, ok := p.grant(form)
	if !ok {
		answer(w, 400, map[string]any{"error": "invalid_grant", "error_description": "canary-description"})
		return
	}
	audience := form.Get("audience")
	if audience == "" {
		audience = q.Get("audience")
	}
	access := p.accessToken(audience)
	body := map[string]any{
		"access_token": access, "token_type": "Bearer", "expires_in": 3600,
		"scope": q.Get("scope"), "refresh_token": "refresh-" + rand.Text(), "id_token": p.idToken(q, access, form.Get("grant_type") == "refresh_token"),
	}
	if p.reply != nil {
		p.reply(form, body)
	}
	if next, ok := body["refresh_token"].(string); ok {
		p.refresh[next] = q
	}
	answer(w, 200, body)
}

// grant spends the code or refresh token of form, and gives the authorization
// request that it goes back to.
func (p *op) grant(form url.Values) (url.Values, bool) {
	if form.Get("grant_type") == "refresh_token" {
		q, ok := p.refresh[form.Get("refresh_token")]
		if !ok {
			p.reused++
		}
		delete(p.refresh, form.Get("refresh_token"))
		return q, ok
	}
	q, ok := p.codes[form.Get("code")]
	delete(p.codes, form.Get("code"))
	sum := sha256.Sum256([]byte(form.Get("code_verifier")))
	return q, ok && form.Get("redirect_uri") == q.Get("redirect_uri") && q.Get("code_challenge") == base64.RawURLEncoding.EncodeToString(sum[:])
}

func (p *op) accessToken(audience string) string {
	claims := map[string]any{
		"iss": p.issuer(), "sub": "auth0|ada", "aud": audience, "azp": clientID, "jti": rand.Text(),
		"iat": p.clock.now().Unix(), "exp": p.clock.now().Add(time.Hour).Unix(),
	}
	if p.access != nil {
		p.access(claims)
	}
	return signed(jose.RS256, rsaKey(), map[string]any{"kid": "k1", "typ": "at+jwt"}, claims)
}

func (p *op) idToken(q url.Values, access string, refreshed bool) string {
	now := p.clock.now()
	claims := map[string]any{
		"iss": p.issuer(), "sub": "auth0|ada", "aud": clientID, "name": "Ada Lovelace", "email": "ada@op.test",
		"iat": now.Unix(), "exp": now.Add(time.Hour).Unix(), "nonce": q.Get("nonce"), "at_hash": halfHash(access),
	}
	if refreshed {
		delete(claims, "nonce")
	}
	if p.claims != nil {
		p.claims(claims)
	}
	maps.DeleteFunc(claims, func(_ string, v any) bool { return v == nil })
	if p.sign != nil {
		return p.sign(claims)
	}
	return signed(jose.RS256, rsaKey(), map[string]any{"kid": "k1"}, claims)
}

func halfHash(access string) string {
	sum := sha256.Sum256([]byte(access))
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}

// signed is a JWT of claims with header members of one's own.
func signed(alg jose.SignatureAlgorithm, key any, header, claims map[string]any) string {
	opts := &jose.SignerOptions{}
	for name, value := range header {
		opts = opts.WithHeader(jose.HeaderKey(name), value)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, opts)
	if err != nil {
		panic(err)
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		panic(err)
	}
	jws, err := signer.Sign(payload)
	if err != nil {
		panic(err)
	}
	raw, err := jws.CompactSerialize()
	if err != nil {
		panic(err)
	}
	return raw
}

// unsigned is a JWT that says how it is not signed.
func unsigned(alg string, claims map[string]any) string {
	payload, err := json.Marshal(claims)
	if err != nil {
		panic(err)
	}
	b64 := base64.RawURLEncoding.EncodeToString
	return b64([]byte(`{"alg":"`+alg+`","typ":"JWT"}`)) + "." + b64(payload) + "."
}

// count is how often path was asked for.
func (p *op) count(path string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.asked[path]
}

// sent is the values of a parameter in all requests to the token endpoint.
func (p *op) sent(name string) (values []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, f := range p.forms {
		values = append(values, f.Get(name))
	}
	return slices.Clip(values)
}
