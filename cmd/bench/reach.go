package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"

	"trellis/cmd/internal/openid"
)

// reach is a way to the tenant: over loopback, or within the process.
type reach struct {
	where     string // as the table calls it
	base      string
	transport http.RoundTripper
	token     string // of the Authorization API
}

// overHTTP reaches the program that listens at base.
func overHTTP(base string) reach {
	return reach{where: "HTTP", base: base, transport: &http.Transport{
		MaxIdleConnsPerHost: 64,
		DisableCompression:  true, // what is compared writes the same bytes
	}}
}

// within reaches h by calling it.
func within(base string, h http.Handler) reach {
	return reach{where: "inside", base: base, transport: directly(h)}
}

// direct is a transport that calls a handler, and writes the next answer where the
// last one was read: a connection's buffers are used again too.
type direct struct {
	http.Handler
	buffers *sync.Pool
}

func directly(h http.Handler) direct {
	return direct{h, &sync.Pool{New: func() any { return new(bytes.Buffer) }}}
}

func (d direct) RoundTrip(req *http.Request) (*http.Response, error) {
	in := req.Clone(req.Context())
	in.RequestURI, in.RemoteAddr, in.Host = req.URL.RequestURI(), "127.0.0.1:1", req.URL.Host
	if in.Body == nil {
		in.Body = http.NoBody
	}
	out := httptest.NewRecorder()
	out.Body = d.buffers.Get().(*bytes.Buffer)
	out.Body.Reset()
	d.ServeHTTP(out, in)
	res := out.Result()
	res.Request, res.Body = req, &lent{Reader: res.Body, buffer: out.Body, back: d.buffers}
	return res, nil
}

// lent is what was answered, in a buffer that goes back once it was read.
type lent struct {
	io.Reader
	buffer *bytes.Buffer
	back   *sync.Pool
}

func (l *lent) Close() error {
	if l.buffer != nil {
		l.Reader = http.NoBody
		l.back.Put(l.buffer)
		l.buffer = nil
	}
	return nil
}

// request is one that the Authorization API is asked.
type request struct{ method, path, body string }

// send asks the Authorization API, and fails unless it does what it is asked.
func (r reach) send(ctx context.Context, q request) (answer []byte, err error) {
	err = r.exchange(ctx, q, func(body io.Reader) error {
		answer, err = io.ReadAll(body)
		return err
	})
	return answer, err
}

// sends is the requests that of makes, as a client sends them that keeps the answers.
func (r reach) sends(ctx context.Context, of func(n int) request) ask {
	return func(n int) error {
		_, err := r.send(ctx, of(n))
		return err
	}
}

// asks is the requests that of makes, for as often as is asked. What is answered is
// read and not kept: the garbage of who measures would make the next one wait.
func (r reach) asks(ctx context.Context, of func(n int) request) ask {
	read := func(body io.Reader) error {
		_, err := io.Copy(io.Discard, body)
		return err
	}
	return func(n int) error { return r.exchange(ctx, of(n), read) }
}

// exchange sends q, and lets read read what is answered.
func (r reach) exchange(ctx context.Context, q request, read func(io.Reader) error) error {
	req, err := http.NewRequestWithContext(ctx, q.method, r.base+q.path, strings.NewReader(q.body))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+r.token)
	if q.body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := r.transport.RoundTrip(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode/100 != 2 {
		says, _ := io.ReadAll(io.LimitReader(res.Body, 300)) // that it failed is enough
		return fmt.Errorf("%s %s is answered %d %s", q.method, q.path, res.StatusCode, says)
	}
	return read(res.Body)
}

// signIn gets a token for the machine client.
func (r *reach) signIn(ctx context.Context, m machineClient) error {
	form := url.Values{
		"grant_type": {"client_credentials"}, "client_id": {m.ID}, "client_secret": {m.Secret}, "audience": {openid.AuthorizationAPI},
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, r.base+"/oauth/token", strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := r.transport.RoundTrip(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	var answer struct {
		Token string `json:"access_token"`
	}
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil || answer.Token == "" {
		return fmt.Errorf("no token: %s, %w", res.Status, err)
	}
	r.token = answer.Token
	return nil
}

// machineClient is what trellis client add prints.
type machineClient struct {
	ID     string `json:"client_id"`
	Secret string `json:"client_secret"`
}
