package login

import (
	"io"
	"net/http"
	"time"
)

const (
	providerLimit   = 10 * time.Second // for one call
	maxProviderBody = 1 << 20          // bytes of an answer
)

// bounded is hc with limits: go-oidc reads whole bodies, and the default client
// waits for ever and follows redirects to anywhere.
func bounded(hc *http.Client) *http.Client {
	base := hc.Transport
	if base == nil {
		base = http.DefaultTransport
	}
	return &http.Client{
		Transport:     capped{base},
		Timeout:       providerLimit,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// capped cuts the bodies of answers off.
type capped struct{ base http.RoundTripper }

func (c capped) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := c.base.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	res.Body = struct {
		io.Reader
		io.Closer
	}{http.MaxBytesReader(nil, res.Body, maxProviderBody), res.Body}
	return res, nil
}
