package openid

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	rp "github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/zitadel/oidc/v3/pkg/op"
	"golang.org/x/crypto/argon2"
	"golang.org/x/oauth2"

	"trellis/cmd/internal/store"
	"trellis/cmd/internal/store/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

func TestAllOfThisOnPostgreSQL(t *testing.T) { pgtest.Again(t) }

const (
	dashboardID     = "trellis-dashboard"
	dashboardSecret = "0123456789abcdef0123456789abcdef"
	machineID       = "import-job"
	machineSecret   = "a-secret-of-the-import-job-with-many-random-bits"
	password        = "correct horse battery staple"
	ada             = "ada@meridian.example"
	hugo            = "hugo@meridian.example"
	ines            = "ines@meridian.example"
	demoAda         = "ada.admin@meridian.example"
)

// clock is a time that tests can move.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// tenant is a running provider with three accounts and one machine.
type tenant struct {
	t        testing.TB
	store    *store.Store
	provider *Provider
	config   Config
	issuer   string
	callback string
	clock    *clock
	log      *bytes.Buffer
	rp       *rp.Provider
}

// hashed is the hash of the one password. It is a cheap one, which every sign-in of
// the tests costs again; what a hash costs in truth is tested with it.
var hashed = sync.OnceValue(func() string {
	salt := []byte("of every account")
	key := derive(password, salt, 1, 64, 1, argonKey)
	enc := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=64,t=1,p=1$%s$%s", argon2.Version, enc.EncodeToString(salt), enc.EncodeToString(key))
})

// testKey is the key of all tenants but those whose tests are about the first one.
var testKey = sync.OnceValues(func() ([]byte, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	return x509.MarshalPKCS8PrivateKey(key)
})

// keyed gives the tenant the signing key, sealed as its provider seals one.
func (x *tenant) keyed() {
	x.t.Helper()
	der, err := testKey()
	if err != nil {
		x.t.Fatal(err)
	}
	keys, err := newKeyring(x.store, x.config.SealKey)
	if err != nil {
		x.t.Fatal(err)
	}
	id := rand.Text()
	x.update(func(tx *store.Tx) error { return tx.AddSigningKey(x.t.Context(), id, keys.sealed(id, der)) })
}

func newTenant(t testing.TB) *tenant {
	return newTenantOn(t, pgtest.Choose(t))
}

func newTenantOn(t testing.TB, database string) *tenant {
	t.Helper()
	x := &tenant{t: t, clock: &clock{at: time.Now()}, log: &bytes.Buffer{}}
	var handler http.Handler
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	t.Cleanup(srv.Close)
	x.issuer, x.callback = srv.URL+"/", srv.URL+"/login/callback"
	var err error
	if x.store, err = store.Open(t.Context(), store.Config{URL: database, Now: x.clock.now}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = x.store.Close() })
	x.config = Config{
		Store: x.store, Issuer: x.issuer,
		SealKey: []byte("0123456789abcdef0123456789abcdef"), StateKey: []byte("fedcba9876543210fedcba9876543210"),
		Dashboard: DashboardClient{
			ID: dashboardID, Secret: dashboardSecret, RedirectURI: x.callback, PostLogoutURI: srv.URL + "/signed-out",
		},
		ClientAddress: func(r *http.Request) string {
			if a := r.Header.Get("Test-Address"); a != "" {
				return a
			}
			return "192.0.2.1"
		},
		Log: slog.New(slog.NewTextHandler(x.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Now: x.clock.now,
	}
	x.keyed()
	x.start()
	handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { x.provider.ServeHTTP(w, r) })
	x.account(ada, "Ada Admin", store.Administrator)
	x.account(hugo, "Hugo Helpdesk", store.HelpDesk)
	x.account(ines, "Ines Auditor", store.Auditor)
	x.update(func(tx *store.Tx) error {
		return tx.PutClient(t.Context(), store.Client{
			ID: machineID, Name: "Import job", AppType: "non_interactive", SecretHash: digest(machineSecret),
			Scopes: []string{"read:groups", "update:groups", "read:users"},
		})
	})
	if x.rp, err = rp.NewProvider(t.Context(), x.issuer); err != nil {
		t.Fatal(err)
	}
	return x
}

// start makes a provider over the tenant's database, as a new process does.
func (x *tenant) start() {
	x.t.Helper()
	p, err := New(x.config)
	if err != nil {
		x.t.Fatal(err)
	}
	x.provider = p
}

func (x *tenant) update(fn func(tx *store.Tx) error) {
	x.t.Helper()
	if err := x.store.Update(context.Background(), fn); err != nil {
		x.t.Fatal(err)
	}
}

func (x *tenant) account(email, name, role string) (a store.Account) {
	x.t.Helper()
	x.update(func(tx *store.Tx) (err error) {
		a, err = tx.CreateAccount(context.Background(), store.Account{Email: email, Name: name, Role: role, PasswordHash: hashed()})
		return err
	})
	return a
}

func (x *tenant) oauth() *oauth2.Config {
	return &oauth2.Config{
		ClientID: dashboardID, ClientSecret: dashboardSecret, Endpoint: x.rp.Endpoint(), RedirectURL: x.callback,
		Scopes: append([]string{"openid", "profile", "email", "offline_access"}, Scopes(store.Administrator)...),
	}
}

// open goes to the sign-in page, as the dashboard sends people there.
func (x *tenant) open(b *browser, opts ...oauth2.AuthCodeOption) (form url.Values, at string) {
	x.t.Helper()
	opts = append([]oauth2.AuthCodeOption{oauth2.SetAuthURLParam("audience", AuthorizationAPI)}, opts...)
	a := b.do("GET", x.oauth().AuthCodeURL("the-state", opts...), nil)
	if a.status != http.StatusSeeOther {
		x.t.Fatalf("authorize: %d %s", a.status, a.body)
	}
	at = strings.TrimSuffix(x.issuer, "/") + a.location(x.t).String()
	page := b.do("GET", at, nil)
	if page.status != http.StatusOK {
		x.t.Fatalf("sign-in page: %d %s", page.status, page.body)
	}
	form = url.Values{}
	page.page(x.t).Find("form").First().Find("input[type=hidden]").Each(func(_ int, s *goquery.Selection) {
		form.Set(s.AttrOr("name", ""), s.AttrOr("value", ""))
	})
	return form, at
}

func (x *tenant) submit(b *browser, form url.Values, email, password string) answer {
	x.t.Helper()
	form.Set("email", email)
	form.Set("password", password)
	return b.do("POST", x.issuer+"u/login", form)
}

// code signs email in and returns the code that the dashboard gets.
func (x *tenant) code(email string, opts ...oauth2.AuthCodeOption) string {
	x.t.Helper()
	b := newBrowser(x.t)
	form, _ := x.open(b, opts...)
	a := x.submit(b, form, email, password)
	if a.status != http.StatusSeeOther {
		x.t.Fatalf("signing in: %d %s", a.status, a.body)
	}
	return a.location(x.t).Query().Get("code")
}

// signIn signs email in and returns the tokens.
func (x *tenant) signIn(email string, opts ...oauth2.AuthCodeOption) *oauth2.Token {
	x.t.Helper()
	verifier := oauth2.GenerateVerifier()
	code := x.code(email, append(opts, oauth2.S256ChallengeOption(verifier))...)
	token, err := x.oauth().Exchange(context.Background(), code, oauth2.VerifierOption(verifier))
	if err != nil {
		x.t.Fatal(err)
	}
	return token
}

// post sends a form of the dashboard to an endpoint.
func (x *tenant) post(path string, form url.Values) answer {
	x.t.Helper()
	form.Set("client_id", dashboardID)
	form.Set("client_secret", dashboardSecret)
	return newBrowser(x.t).do("POST", x.issuer+path, form)
}

func (x *tenant) refresh(token string, more url.Values) answer {
	x.t.Helper()
	form := url.Values{"grant_type": {grantRefresh}, "refresh_token": {token}}
	for k, v := range more {
		form[k] = v
	}
	return x.post("oauth/token", form)
}

// audience is the one API that a token is for, or nothing.
func audience(claims map[string]any) any {
	if list, ok := claims["aud"].([]any); ok && len(list) == 1 {
		return list[0]
	}
	return nil
}

// forge signs claims with the provider's own key, beside the defaults of a
// token that is good for an hour.
func (x *tenant) forge(claims map[string]any) string {
	x.t.Helper()
	key, err := x.provider.storage.SigningKey(x.t.Context())
	if err != nil {
		x.t.Fatal(err)
	}
	signer, err := op.SignerFromKey(key)
	if err != nil {
		x.t.Fatal(err)
	}
	all := map[string]any{"iss": x.issuer, "iat": time.Now().Unix(), "exp": time.Now().Add(time.Hour).Unix()}
	maps.Copy(all, claims)
	token, err := jwt.Signed(signer).Claims(all).Serialize()
	if err != nil {
		x.t.Fatal(err)
	}
	return token
}

// claims is what a JWT says, unchecked.
func claims(t testing.TB, token string) map[string]any {
	t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatalf("no JWT: %q", token)
	}
	b, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatal(err)
	}
	return out
}
