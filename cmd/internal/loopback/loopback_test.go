package loopback_test

import (
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"trellis/cmd/internal/loopback"
)

// serve answers with handler at base, in memory, and returns a client of it.
func serve(t *testing.T, base string, handler http.HandlerFunc) *http.Client {
	t.Helper()
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	l := loopback.Listen(u)
	srv := &http.Server{Handler: handler} //nolint:gosec // a test has no slow clients
	stopped := make(chan error, 1)
	go func() { stopped <- srv.Serve(l) }()
	transport := l.Transport()
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		if err := errors.Join(srv.Close(), ignoreClosed(<-stopped)); err != nil {
			t.Error(err)
		}
	})
	return &http.Client{Transport: transport}
}

func ignoreClosed(err error) error {
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

func get(t *testing.T, c *http.Client, address string) (string, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := c.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	return string(body), err
}

func TestTheBaseURLIsReachedWithoutTheNetwork(t *testing.T) {
	tests := []struct{ base, ask, host string }{
		{"http://localhost:8080", "http://localhost:8080/x", "localhost:8080"},
		{"http://trellis.invalid", "http://trellis.invalid/x", "trellis.invalid"},
		{"https://trellis.invalid", "https://trellis.invalid/x", "trellis.invalid"},
		{"https://trellis.invalid", "https://trellis.invalid:443/x", "trellis.invalid:443"},
		{"https://trellis.invalid:8443", "https://trellis.invalid:8443/x", "trellis.invalid:8443"},
		{"http://[::1]:8080", "http://[::1]:8080/x", "[::1]:8080"},
	}
	for _, tt := range tests {
		t.Run(tt.ask, func(t *testing.T) {
			c := serve(t, tt.base, func(w http.ResponseWriter, r *http.Request) {
				fmt.Fprint(w, r.Host, r.URL.Path, " from ", r.RemoteAddr)
			})
			got, err := get(t, c, tt.ask)
			if want := tt.host + "/x from 127.0.0.1:0"; err != nil || got != want {
				t.Errorf("got %q, %v; want %q", got, err, want)
			}
		})
	}
}

func TestOtherHostsAreReachedOverTheNetwork(t *testing.T) {
	other := func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "elsewhere") }
	c := serve(t, "http://localhost:1", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "here") })

	plain := httptest.NewServer(http.HandlerFunc(other))
	defer plain.Close()
	if got, err := get(t, c, plain.URL); err != nil || got != "elsewhere" {
		t.Errorf("http: got %q, %v", got, err)
	}

	sealed := httptest.NewUnstartedServer(http.HandlerFunc(other))
	sealed.Config.ErrorLog = log.New(io.Discard, "", 0) // the refusal is expected
	sealed.StartTLS()
	defer sealed.Close()
	if _, err := get(t, c, sealed.URL); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("https: error = %v, want the unknown certificate refused", err)
	}
}

func TestManyRequestsAtOnceKeepTheirOwnAnswers(t *testing.T) {
	c := serve(t, "http://localhost:8080", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		_, _ = w.Write(body)
	})
	var all sync.WaitGroup
	for i := range 100 {
		all.Go(func() {
			want := strings.Repeat(fmt.Sprint(i, ","), 10_000)
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://localhost:8080/", strings.NewReader(want))
			if err != nil {
				t.Error(err)
				return
			}
			res, err := c.Do(req)
			if err != nil {
				t.Error(err)
				return
			}
			defer res.Body.Close()
			got, err := io.ReadAll(res.Body)
			if err != nil || string(got) != want {
				t.Errorf("request %d: %d bytes that are not its own answer, %v", i, len(got), err)
			}
		})
	}
	all.Wait()
}

func TestAfterCloseNobodyGetsThrough(t *testing.T) {
	u, _ := url.Parse("http://localhost:8080")
	l := loopback.Listen(u)
	if err := errors.Join(l.Close(), l.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Accept: %v, want %v", err, net.ErrClosed)
	}
	if _, err := get(t, &http.Client{Transport: l.Transport()}, "http://localhost:8080/"); !errors.Is(err, net.ErrClosed) {
		t.Errorf("request: %v, want %v", err, net.ErrClosed)
	}
}
