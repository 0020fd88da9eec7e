package server_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"trellis/cmd/internal/loopback"
	"trellis/cmd/internal/server"
)

// running is a server whose /slow asks /inside over the loopback when told to.
type running struct {
	base    string
	arrived chan struct{}
	proceed chan struct{}
	stop    context.CancelFunc
	ended   chan error
}

func start(t *testing.T) running {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := running{base: "http://" + l.Addr().String(), arrived: make(chan struct{}), proceed: make(chan struct{}), ended: make(chan error, 1)}
	base, err := url.Parse(r.base)
	if err != nil {
		t.Fatal(err)
	}
	inside := loopback.Listen(base)
	client := &http.Client{Transport: inside.Transport()}
	mux := http.NewServeMux()
	mux.HandleFunc("/inside", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "the tenant answers") })
	mux.HandleFunc("/panic", func(http.ResponseWriter, *http.Request) { panic("a mistake") })
	mux.HandleFunc("/slow", func(w http.ResponseWriter, req *http.Request) {
		r.arrived <- struct{}{}
		<-r.proceed
		res, err := get(req.Context(), client, r.base+"/inside")
		if err != nil {
			t.Error(err)
			return
		}
		defer res.Body.Close()
		_, _ = io.Copy(w, res.Body)
	})
	ctx, stop := context.WithCancel(t.Context())
	r.stop = stop
	s := server.Start(ctx, server.Config{Public: l, Loopback: inside, Handler: mux, Log: slog.New(slog.DiscardHandler)})
	go func() { r.ended <- s.Wait(ctx) }()
	return r
}

func get(ctx context.Context, c *http.Client, address string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	return c.Do(req)
}

// A page that is on its way when the server stops still gets what it needs of
// the tenant.
func TestAStopLetsRequestsUnderWayEnd(t *testing.T) {
	r := start(t)
	answer := make(chan string, 1)
	go func() {
		res, err := get(t.Context(), http.DefaultClient, r.base+"/slow")
		if err != nil {
			answer <- err.Error()
			return
		}
		defer res.Body.Close()
		body, _ := io.ReadAll(res.Body)
		answer <- string(body)
	}()
	<-r.arrived
	r.stop()
	refused(t, r.base)
	close(r.proceed)
	if got := <-answer; got != "the tenant answers" {
		t.Errorf("the request under way got %q", got)
	}
	if err := <-r.ended; err != nil {
		t.Errorf("the stop: %v", err)
	}
}

// refused waits until base takes no new connections.
func refused(t *testing.T, base string) {
	t.Helper()
	for range 6000 { // a minute: the machine may be busy
		c, err := net.Dial("tcp", strings.TrimPrefix(base, "http://"))
		if err != nil {
			return
		}
		c.Close()
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("new connections are still taken")
}

func TestTheHeadOfARequestIsBounded(t *testing.T) {
	r := start(t)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, r.base+"/inside", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Long", strings.Repeat("x", 64<<10))
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("status = %d, want 431", res.StatusCode)
	}
	r.stop()
	if err := <-r.ended; err != nil {
		t.Error(err)
	}
}

func TestAPanicEndsOneRequestOnly(t *testing.T) {
	r := start(t)
	if res, err := get(t.Context(), http.DefaultClient, r.base+"/panic"); err == nil {
		res.Body.Close()
		t.Errorf("status = %d, want the connection cut", res.StatusCode)
	}
	res, err := get(t.Context(), http.DefaultClient, r.base+"/inside")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Errorf("status = %d after a panic, want 200", res.StatusCode)
	}
	r.stop()
	if err := <-r.ended; err != nil {
		t.Error(err)
	}
}

func TestABrokenListenerEndsTheServer(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := server.Start(t.Context(), server.Config{Public: l, Handler: http.NotFoundHandler(), Log: slog.New(slog.DiscardHandler)})
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Wait(t.Context()); !errors.Is(err, net.ErrClosed) {
		t.Errorf("it ended with %v, want %v", err, net.ErrClosed)
	}
}
