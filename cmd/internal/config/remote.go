package config

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
)

// Remote names a tenant elsewhere, which then takes the place of the embedded
// one.
type Remote struct {
	Issuer           string `group:"remote" placeholder:"URL" help:"The tenant's OpenID issuer, such as https://example.eu.auth0.com/."`
	AuthorizationURL string `group:"remote" placeholder:"URL" help:"Its Authorization API, the address that ends in /api."`
	ManagementURL    string `group:"remote" placeholder:"URL" help:"Its Management API, the address that ends in /api/v2."`
	ClientID         string `group:"remote" placeholder:"ID" help:"The application that the tenant knows this dashboard as."`
	ClientSecret     Secret `group:"remote" hidden:""`
	ClientSecretFile string `group:"remote" placeholder:"FILE" help:"Read that application's secret from FILE. TRELLIS_CLIENT_SECRET holds the secret itself; no flag does, since everybody on the machine can read flags."`
}

// InUse reports whether any setting speaks of a tenant elsewhere.
func (r Remote) InUse() bool {
	return r.Issuer != "" || r.AuthorizationURL != "" || r.ManagementURL != "" ||
		r.ClientID != "" || r.ClientSecret.IsSet() || r.ClientSecretFile != ""
}

// Check says what is wrong with the settings of a tenant elsewhere, given
// that there are any.
func (r Remote) Check() error {
	if !r.InUse() {
		return nil
	}
	var missing []string
	for _, one := range []struct{ flag, value string }{
		{"--issuer", r.Issuer},
		{"--authorization-url", r.AuthorizationURL},
		{"--management-url", r.ManagementURL},
		{"--client-id", r.ClientID},
	} {
		if one.value == "" {
			missing = append(missing, one.flag)
		} else if err := remoteURL(one.flag, one.value); err != nil {
			return err
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("a remote tenant needs %s as well", strings.Join(missing, ", "))
	}
	_, err := r.Secret()
	return err
}

// CheckApart refuses a tenant elsewhere that is not elsewhere: at base, Trellis
// itself answers, and would ask itself without end.
func (r Remote) CheckApart(base *url.URL) error {
	for _, one := range []struct{ flag, value string }{
		{"--issuer", r.Issuer},
		{"--authorization-url", r.AuthorizationURL},
		{"--management-url", r.ManagementURL},
	} {
		if u, err := absolute(one.value); err == nil && u.Scheme == base.Scheme && u.Host == base.Host {
			return fmt.Errorf("%s %q is the address of this Trellis itself (see --base-url); name the remote tenant's, or leave its settings out to serve the embedded one", one.flag, one.value)
		}
	}
	return nil
}

// remoteURL checks an address that tokens will be sent to.
func remoteURL(flag, value string) error {
	if flag == "--client-id" {
		return nil
	}
	u, err := absolute(value)
	if err != nil {
		return fmt.Errorf("%s %q %w", flag, value, err)
	}
	if u.Scheme == "http" && !isLocal(u.Hostname()) {
		return fmt.Errorf("%s %q would send tokens in the clear; use https://", flag, value)
	}
	return nil
}

// Secret is the secret of the application, wherever it was given.
func (r Remote) Secret() (Secret, error) {
	if r.ClientSecret.IsSet() && r.ClientSecretFile != "" {
		return Secret{}, errors.New("the client secret is given twice; keep --client-secret-file or TRELLIS_CLIENT_SECRET, not both")
	}
	if r.ClientSecret.IsSet() {
		return r.ClientSecret, nil
	}
	if r.ClientSecretFile == "" {
		return Secret{}, errors.New("a remote tenant needs --client-secret-file or TRELLIS_CLIENT_SECRET as well")
	}
	text, err := os.ReadFile(r.ClientSecretFile)
	if err != nil {
		return Secret{}, fmt.Errorf("--client-secret-file: %w", err)
	}
	secret := NewSecret(strings.TrimSpace(string(text)))
	if !secret.IsSet() {
		return Secret{}, fmt.Errorf("--client-secret-file %s is empty", r.ClientSecretFile)
	}
	return secret, nil
}
