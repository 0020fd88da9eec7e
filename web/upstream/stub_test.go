package upstream_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"trellis/web/session"
	"trellis/web/upstream"
)

// tokens is a TokenSource that counts how often a token was renewed.
type tokens struct {
	renewed int
	err     error
}

func (s *tokens) Token(_ context.Context, api session.API, renew bool) (string, error) {
	if renew {
		s.renewed++
		return "renewed-" + string(api), s.err
	}
	return "token-" + string(api), s.err
}

// wire is an API that answers with one function a request, the last one again
// and again, and keeps what it was asked.
type wire struct {
	answers []answer
	asked   []asked
}

type answer func(*http.Request) (*http.Response, error)

type asked struct {
	method, path, token, body, requestID string
}

func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	got := asked{method: r.Method, path: r.URL.EscapedPath(), token: r.Header.Get("Authorization"), requestID: r.Header.Get("X-Request-Id")}
	if r.Body != nil {
		b, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		got.body = string(b)
	}
	w.asked = append(w.asked, got)
	return w.answers[min(len(w.asked), len(w.answers))-1](r)
}

// says answers with status and a body; headers are name, value pairs.
func says(status int, body string, headers ...string) answer {
	return func(*http.Request) (*http.Response, error) {
		h := http.Header{"Content-Type": {"application/json"}}
		for i := 0; i < len(headers); i += 2 {
			h.Set(headers[i], headers[i+1])
		}
		return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body))}, nil
	}
}

// fails breaks the connection.
func fails(err error) answer {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

// hangs never answers.
func hangs(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

var (
	errRefused = &net.OpError{Op: "dial", Err: errors.New("connection refused")}
	errReset   = &net.OpError{Op: "read", Err: errors.New("connection reset by peer")}
)

// client calls the Authorization API at the end of w.
func client(t testing.TB, w *wire, s *tokens) *upstream.Client {
	t.Helper()
	c, err := upstream.New("http://api.test/api", &http.Client{
		Transport: &upstream.Transport{Base: w, Tokens: s, API: session.Authorization},
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}
