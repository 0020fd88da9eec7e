package login

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
)

const (
	metadataLife = 10 * time.Minute // then the provider may have moved its endpoints
	metadataGap  = 2 * time.Second  // between tries at a provider that is down
)

// provider is what the OpenID provider says of itself. It is asked when first
// needed, and again after a while, so that neither side must start first.
type provider struct {
	address  *url.URL
	issuer   string
	clientID string
	http     *http.Client
	now      func() time.Time

	mu    sync.Mutex
	known *metadata
	keys  *keySet // outlives metadata: it remembers when it last asked
	tried time.Time
	err   error
}

// metadata is the part of a discovery document that we use.
type metadata struct {
	AuthorizationEndpoint string   `json:"authorization_endpoint"`
	TokenEndpoint         string   `json:"token_endpoint"`
	EndSessionEndpoint    string   `json:"end_session_endpoint"`
	RevocationEndpoint    string   `json:"revocation_endpoint"`
	JWKS                  string   `json:"jwks_uri"`
	Algs                  []string `json:"id_token_signing_alg_values_supported"`
	Challenges            []string `json:"code_challenge_methods_supported"`
	NamesItself           bool     `json:"authorization_response_iss_parameter_supported"` // RFC 9207

	verifier *oidc.IDTokenVerifier
}

func newProvider(address *url.URL, issuer, clientID string, hc *http.Client, now func() time.Time) *provider {
	return &provider{address: address, issuer: issuer, clientID: clientID, http: hc, now: now}
}

// metadata is the provider's discovery document. While the provider is down it
// is the last one that was good; an error means that there never was one.
func (p *provider) metadata(ctx context.Context) (*metadata, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	age := p.now().Sub(p.tried)
	switch {
	case p.known != nil && age < metadataLife:
		return p.known, nil
	case p.err != nil && age < metadataGap:
		return p.known, p.missing()
	}
	found, err := p.discover(ctx)
	if err != nil && ctx.Err() != nil {
		return p.known, err // that says something of our caller, not of the provider
	}
	p.tried, p.err = p.now(), err
	if err == nil {
		p.known = found
	}
	return p.known, p.missing()
}

// missing is the reason for having no metadata at all.
func (p *provider) missing() error {
	if p.known != nil {
		return nil
	}
	return p.err
}

func (p *provider) discover(ctx context.Context) (*metadata, error) {
	found, err := oidc.NewProvider(oidc.ClientContext(ctx, p.http), p.issuer)
	if err != nil {
		return nil, fmt.Errorf("discovery: %w", err)
	}
	var m metadata
	if err := found.Claims(&m); err != nil {
		return nil, fmt.Errorf("discovery: %w", err)
	}
	if err := m.check(p.address); err != nil {
		return nil, fmt.Errorf("discovery: %w", err)
	}
	if p.keys == nil {
		p.keys = newKeySet(p.http, p.now)
	}
	p.keys.at(m.JWKS)
	m.verifier = oidc.NewVerifier(p.issuer, p.keys, &oidc.Config{
		ClientID:             p.clientID,
		SupportedSigningAlgs: trusted(m.Algs),
		Now:                  p.now,
	})
	return &m, nil
}

// check refuses a document that signing in cannot be safe with.
func (m *metadata) check(issuer *url.URL) error {
	for name, endpoint := range map[string]string{
		"authorization_endpoint": m.AuthorizationEndpoint, "token_endpoint": m.TokenEndpoint, "jwks_uri": m.JWKS,
	} {
		u, err := url.Parse(endpoint)
		if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != issuer.Scheme) {
			return fmt.Errorf("%s is not an address to be used with an issuer by %s", name, issuer.Scheme)
		}
	}
	if !slices.Contains(m.Challenges, "S256") {
		return errors.New("the provider does not offer PKCE with S256")
	}
	if len(trusted(m.Algs)) == 0 {
		return errors.New("the provider signs with no algorithm that we trust")
	}
	return nil
}

// trusted is the algorithms of offered that take a public key to verify. Anyone
// who knows the client secret could make an HMAC, and anyone at all a "none".
func trusted(offered []string) []string {
	if len(offered) == 0 {
		return []string{oidc.RS256} // what the standard says must work
	}
	var algs []string
	for _, alg := range algorithms {
		if slices.Contains(offered, string(alg)) {
			algs = append(algs, string(alg))
		}
	}
	return algs
}
