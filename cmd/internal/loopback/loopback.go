package loopback

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"
)

// Listener accepts the connections that its own Transport dials. It is a
// net.Listener for an http.Server.
type Listener struct {
	address string // host:port that stands for it
	conns   chan net.Conn
	done    chan struct{}
	close   sync.Once
}

// Listen is a listener that stands for the host of base.
func Listen(base *url.URL) *Listener {
	return &Listener{address: hostPort(base), conns: make(chan net.Conn), done: make(chan struct{})}
}

// Accept waits for the next connection.
func (l *Listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

// Close refuses connections from now on; those that are open stay.
func (l *Listener) Close() error {
	l.close.Do(func() { close(l.done) })
	return nil
}

// Addr is this machine, for whoever asks where a request came from.
func (l *Listener) Addr() net.Addr { return here{} }

// Transport sends what is for the listener's host to the listener, and
// everything else over the network.
func (l *Listener) Transport() *http.Transport {
	network := &net.Dialer{Timeout: 5 * time.Second}
	dial := func(ctx context.Context, kind, address string) (net.Conn, error) {
		if address == l.address {
			return l.dial(ctx)
		}
		return network.DialContext(ctx, kind, address)
	}
	return &http.Transport{
		DialContext: dial,
		// Behind a TLS proxy the public address is https. Within the process
		// there is nobody to hide from, so the connection stays plain.
		DialTLSContext: func(ctx context.Context, kind, address string) (net.Conn, error) {
			if address == l.address {
				return l.dial(ctx)
			}
			host, _, err := net.SplitHostPort(address)
			if err != nil {
				return nil, err
			}
			return (&tls.Dialer{NetDialer: network, Config: &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}}).DialContext(ctx, kind, address)
		},
		MaxIdleConnsPerHost:   64,
		IdleConnTimeout:       30 * time.Second,
		TLSHandshakeTimeout:   5 * time.Second,
		ResponseHeaderTimeout: 30 * time.Second,
		DisableCompression:    true, // within the process it would only cost
	}
}

func (l *Listener) dial(ctx context.Context) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case l.conns <- conn{server}:
		return conn{client}, nil
	case <-l.done:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// conn is one end of a connection in memory, with an address that logs and
// limiters understand.
type conn struct{ net.Conn }

func (conn) LocalAddr() net.Addr  { return here{} }
func (conn) RemoteAddr() net.Addr { return here{} }

// here is the address of this very process.
type here struct{}

func (here) Network() string { return "tcp" }
func (here) String() string  { return "127.0.0.1:0" }

func hostPort(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return net.JoinHostPort(u.Hostname(), port)
}
