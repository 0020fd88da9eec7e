package openid

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/op"

	"trellis/cmd/internal/bearer"
	"trellis/cmd/internal/store"
)

// How long things last.
const (
	requestLife = 30 * time.Minute // to fill in the sign-in page
	codeLife    = time.Minute
	accessLife  = 10 * time.Minute // a person's: after it, the role is looked up again
	machineLife = 24 * time.Hour
	idLife      = time.Hour
	familyLife  = 12 * time.Hour // from a sign-in to the end of its last refresh token
)

// Config is what a Provider needs.
type Config struct {
	Store *store.Store
	// Issuer is the provider's own address, with a slash at its end.
	Issuer string
	// SealKey (32 bytes) seals the signing keys in the database.
	SealKey []byte
	// OldSealKeys open signing keys that were sealed before SealKey took their
	// place. They are sealed anew.
	OldSealKeys [][]byte
	// StateKey (32 bytes) seals sign-ins under way, and ties forms to the
	// browsers that they were sent to.
	StateKey  []byte
	Dashboard DashboardClient
	// DemoAccounts is the addresses of accounts that anyone may sign in as, at
	// one click. For trying things out only.
	DemoAccounts []string
	// ClientAddress is the network address of who sent a request, for slowing
	// down those who guess; nil means the connection's own.
	ClientAddress func(*http.Request) string
	Log           *slog.Logger
	Now           func() time.Time
}

// DashboardClient is the one application that people sign in to.
type DashboardClient struct {
	ID, Secret, RedirectURI, PostLogoutURI string
}

// Provider is the OpenID provider of one tenant. It is an http.Handler for the
// tenant's paths outside /api, and the bearer.KeySet of its own tokens.
type Provider struct {
	store     *store.Store
	issuer    string
	stateKey  []byte
	dashboard DashboardClient
	demo      []string
	address   func(*http.Request) string
	log       *slog.Logger
	now       func() time.Time

	keys     *keyring
	storage  *storage
	library  *op.Provider
	requests sealer
	tokens   *bearer.Verifier
	hashers  *hashers
	decoy    string // the hash to compare with when there is no account
	pages    *pages
	secure   bool
	handler  http.Handler
	throttle throttle
}

// New is the provider of cfg. It makes the tenant's signing key when there is
// none yet.
func New(cfg Config) (*Provider, error) {
	if err := cfg.check(); err != nil {
		return nil, fmt.Errorf("the OpenID provider: %w", err)
	}
	p := &Provider{
		store: cfg.Store, issuer: cfg.Issuer,
		stateKey: cfg.StateKey, dashboard: cfg.Dashboard, demo: cfg.DemoAccounts,
		address: cfg.ClientAddress, log: cfg.Log, now: cfg.Now,
		hashers: newHashers(), decoy: HashPassword(""),
		secure: strings.HasPrefix(cfg.Issuer, "https://"),
	}
	if p.address == nil {
		p.address = remoteAddress
	}
	if p.now == nil {
		p.now = time.Now
	}
	if p.log == nil {
		p.log = slog.New(slog.DiscardHandler)
	}
	var err error
	if p.keys, err = openKeyring(context.Background(), cfg.Store, cfg.SealKey, cfg.OldSealKeys...); err != nil {
		return nil, fmt.Errorf("the OpenID provider: %w", err)
	}
	if p.requests, err = newSealer(cfg.StateKey); err != nil {
		return nil, fmt.Errorf("the OpenID provider: %w", err)
	}
	if p.pages, err = newPages(p.dashboard.RedirectURI); err != nil {
		return nil, fmt.Errorf("the OpenID provider: %w", err)
	}
	p.tokens = bearer.New(p.issuer, p)
	p.storage = &storage{p}
	if p.library, err = newLibrary(p.issuer, p.stateKey, p.storage); err != nil {
		return nil, fmt.Errorf("the OpenID provider: %w", err)
	}
	p.throttle = throttle{store: p.store, now: p.now, key: p.stateKey}
	p.handler = p.routes()
	return p, nil
}

func (c Config) check() error {
	u, err := url.Parse(c.Issuer)
	switch {
	case c.Store == nil:
		return errors.New("it needs a store")
	case err != nil, u.Scheme != "http" && u.Scheme != "https", u.Host == "", u.Path != "/", u.RawQuery != "":
		return fmt.Errorf("the issuer %q is not like https://auth.example.com/", c.Issuer)
	case len(c.SealKey) != 32, len(c.StateKey) < 32:
		return errors.New("it needs keys of 32 bytes")
	case c.Dashboard.ID == "", len(c.Dashboard.Secret) < 32, c.Dashboard.RedirectURI == "":
		return errors.New("the dashboard needs an id, a secret of 32 signs or more, and a redirect URI")
	}
	return nil
}

// ServeHTTP serves the tenant's paths outside /api.
func (p *Provider) ServeHTTP(w http.ResponseWriter, r *http.Request) { p.handler.ServeHTTP(w, r) }

// PublicKeys is the keys that verify the provider's tokens.
func (p *Provider) PublicKeys(ctx context.Context) ([]jose.JSONWebKey, error) {
	return p.keys.PublicKeys(ctx)
}

// Sweep removes what has expired, and picks up signing keys that another
// process made. Run it every few minutes.
func (p *Provider) Sweep(ctx context.Context) error {
	err := p.store.Update(ctx, func(tx *store.Tx) error {
		_, err := tx.SweepSignIns(ctx)
		return err
	})
	return errors.Join(err, p.keys.load(ctx))
}

// Ready says why nobody can sign in now, or nil.
func (p *Provider) Ready(ctx context.Context) error {
	if err := p.store.Ping(ctx); err != nil {
		return fmt.Errorf("the OpenID provider's database: %w", err)
	}
	return nil
}

func remoteAddress(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
