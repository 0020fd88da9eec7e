package login

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"time"

	"trellis/views/urls"
	"trellis/web/session"
)

// Config is what a Party needs. Only Log and Now have defaults.
type Config struct {
	Issuer       string // exactly as the provider names itself
	ClientID     string
	ClientSecret string
	BaseURL      *url.URL     // of the dashboard, as browsers reach it
	HTTP         *http.Client // to the provider; limits of its own are added
	Sessions     *session.Store
	Audiences    map[session.API]string // each API's name in tokens
	Scopes       []string               // beside openid, profile, email and offline_access
	Log          *slog.Logger
	Now          func() time.Time
}

// Party is the dashboard as a relying party of one OpenID provider. It is safe
// for concurrent use.
type Party struct {
	clientID, clientSecret string
	callback, signedOut    string // whole addresses, as registered at the provider

	scopes    []string
	audiences map[session.API]string
	provider  *provider
	sessions  *session.Store
	turns     turns
	revoking  chan struct{}
	log       *slog.Logger
	now       func() time.Time
}

// New prepares signing in. It asks the provider nothing: that may start with us,
// on the same listener.
func New(cfg Config) (*Party, error) {
	switch {
	case cfg.Issuer == "":
		return nil, errors.New("signing in needs an issuer")
	case cfg.ClientID == "":
		return nil, errors.New("signing in needs a client id")
	case cfg.BaseURL == nil || cfg.BaseURL.Host == "":
		return nil, errors.New("signing in needs the dashboard's base URL")
	case cfg.HTTP == nil || cfg.Sessions == nil:
		return nil, errors.New("signing in needs an HTTP client and a session store")
	case cfg.Audiences[session.Authorization] == "":
		return nil, errors.New("signing in needs the audience of the Authorization API")
	}
	issuer, err := url.Parse(cfg.Issuer)
	if err != nil || issuer.Host == "" {
		return nil, fmt.Errorf("the issuer %q is not an address", cfg.Issuer)
	}
	p := &Party{
		clientID:     cfg.ClientID,
		clientSecret: cfg.ClientSecret,
		callback:     cfg.BaseURL.JoinPath(urls.Callback).String(),
		signedOut:    cfg.BaseURL.JoinPath(urls.SignedOut).String(),
		scopes:       withIdentity(cfg.Scopes),
		audiences:    cfg.Audiences,
		sessions:     cfg.Sessions,
		revoking:     make(chan struct{}, 8),
		log:          cfg.Log,
		now:          cfg.Now,
	}
	if p.log == nil {
		p.log = slog.New(slog.DiscardHandler)
	}
	if p.now == nil {
		p.now = time.Now
	}
	p.provider = newProvider(issuer, cfg.Issuer, cfg.ClientID, bounded(cfg.HTTP), p.now)
	return p, nil
}

// withIdentity puts the scopes that sign-in itself needs before those of the APIs.
func withIdentity(scopes []string) []string {
	all := []string{"openid", "profile", "email", "offline_access"}
	for _, s := range scopes {
		if !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	return all
}
