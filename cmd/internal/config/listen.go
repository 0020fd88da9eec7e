package config

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// Listen says where Trellis answers, and under which address it is known.
type Listen struct {
	Listen    string `group:"listen" default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Answer at this address of the machine; port 0 takes a free one. Default: ${default}."`
	BaseURL   string `group:"listen" placeholder:"URL" help:"What people type to get here, such as https://trellis.example.com. It is the issuer of every token, so choose it once. Default: http://localhost:PORT."`
	AllowHTTP bool   `group:"listen" help:"Accept a --base-url that is http:// and not this machine. Passwords and sessions then cross the network in the clear."`

	TrustedProxies []string `group:"listen" placeholder:"CIDR" help:"Believe what the proxies at these addresses, such as 10.0.0.0/8, say in X-Forwarded-For of who sent a request."`
}

// Check says what is wrong with the settings of the listener.
func (l Listen) Check() error {
	_, port, err := net.SplitHostPort(l.Listen)
	if err != nil {
		return fmt.Errorf("--listen %q is not HOST:PORT, such as 127.0.0.1:8080", l.Listen)
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return fmt.Errorf("--listen %q: the port must be a number from 0 to 65535", l.Listen)
	}
	if _, err := l.Proxies(); err != nil {
		return err
	}
	_, err = l.URL(int(n))
	return err
}

// Proxies is the addresses of the trusted proxies.
func (l Listen) Proxies() ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, text := range l.TrustedProxies {
		prefix, err := netip.ParsePrefix(text)
		if one, oneErr := netip.ParseAddr(text); oneErr == nil {
			prefix, err = netip.PrefixFrom(one, one.BitLen()), nil
		}
		if err != nil {
			return nil, fmt.Errorf("--trusted-proxies %q is neither an address nor a range such as 10.0.0.0/8", text)
		}
		if prefix.Bits() == 0 {
			return nil, fmt.Errorf("--trusted-proxies %q would trust everybody; name the addresses of the proxies", text)
		}
		out = append(out, prefix.Masked())
	}
	return out, nil
}

// URL is the base URL, without a slash at its end, of a listener on port.
func (l Listen) URL(port int) (*url.URL, error) {
	if l.BaseURL == "" {
		return l.ownURL(port)
	}
	u, err := absolute(l.BaseURL)
	if err != nil {
		return nil, fmt.Errorf("--base-url %q %w", l.BaseURL, err)
	}
	if u.Path != "" {
		return nil, fmt.Errorf("--base-url %q has a path, and Trellis needs a host of its own; leave %q out", l.BaseURL, u.Path)
	}
	if u.Scheme == "http" && !isLocal(u.Hostname()) && !l.AllowHTTP {
		return nil, fmt.Errorf("--base-url %q would send passwords in the clear; use https:// behind a TLS proxy, or --allow-http on a network you trust", l.BaseURL)
	}
	return u, nil
}

// ownURL is the base URL when nobody gave one.
func (l Listen) ownURL(port int) (*url.URL, error) {
	host, _, err := net.SplitHostPort(l.Listen)
	if err != nil {
		return nil, err
	}
	if ip := net.ParseIP(host); host == "" || isLocal(host) || (ip != nil && ip.IsUnspecified()) {
		host = "localhost"
	} else if !l.AllowHTTP {
		return nil, fmt.Errorf("--listen %s is open to the network, so --base-url must say under which https:// address (or give --allow-http on a network you trust)", l.Listen)
	}
	u := &url.URL{Scheme: "http", Host: net.JoinHostPort(host, strconv.Itoa(port))}
	return withoutDefaultPort(u), nil
}

// absolute reads an http(s) address that has no query. It errors with the end
// of a sentence that begins with the address.
func absolute(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return nil, errors.New("cannot be read as an address")
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, errors.New("must begin with https:// or http://")
	case u.Hostname() == "":
		return nil, errors.New("names no host")
	case u.User != nil:
		return nil, errors.New("must not hold a name or a password")
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return nil, errors.New("must not have a ? or a #")
	}
	u.Host = strings.ToLower(u.Host)
	u.Path = strings.TrimRight(u.Path, "/")
	u.RawPath = ""
	return withoutDefaultPort(u), nil
}

// withoutDefaultPort spells the host as browsers do.
func withoutDefaultPort(u *url.URL) *url.URL {
	if u.Scheme == "http" && u.Port() == "80" || u.Scheme == "https" && u.Port() == "443" {
		u.Host = u.Host[:strings.LastIndexByte(u.Host, ':')]
	}
	return u
}

// isLocal reports whether host is this machine.
func isLocal(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || strings.HasSuffix(strings.ToLower(host), ".localhost") || (ip != nil && ip.IsLoopback())
}
