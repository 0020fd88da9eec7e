package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// named answers with its name.
func named(name string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, name, " ", r.URL.EscapedPath()) })
}

func TestEveryPathHasItsPart(t *testing.T) {
	all := Parts{OpenID: named("openid"), Authorization: named("authz"), Management: named("mgmt"), Dashboard: named("web"), Health: NewHealth(slog.New(slog.DiscardHandler))}
	apiOnly, dashboardOnly := all, all
	apiOnly.Dashboard = nil
	dashboardOnly.OpenID, dashboardOnly.Authorization, dashboardOnly.Management = nil, nil, nil

	tests := []struct {
		path                           string
		all, withoutDash, withoutEmbed string
	}{
		{"/", "web /", "404", "web /"},
		{"/groups", "web /groups", "404", "web /groups"},
		{"/users/auth0%7C1", "web /users/auth0%7C1", "404", "web /users/auth0%7C1"},
		{"/users/a%2F%2Fb", "web /users/a%2F%2Fb", "404", "web /users/a%2F%2Fb"},
		{"/apis/1/rbac", "web /apis/1/rbac", "404", "web /apis/1/rbac"},
		{"/api", "web /api", "404", "web /api"},
		{"/api/groups", "authz /api/groups", "authz /api/groups", "web /api/groups"},
		{"/api/v2", "authz /api/v2", "authz /api/v2", "web /api/v2"},
		{"/api/v2/users", "mgmt /api/v2/users", "mgmt /api/v2/users", "web /api/v2/users"},
		{"/api/v2/users/a%2F..%2Fb", "mgmt /api/v2/users/a%2F..%2Fb", "mgmt /api/v2/users/a%2F..%2Fb", "web /api/v2/users/a%2F..%2Fb"},
		{"/authorize", "openid /authorize", "openid /authorize", "web /authorize"},
		{"/authorize/callback", "openid /authorize/callback", "openid /authorize/callback", "web /authorize/callback"},
		{"/authorized", "web /authorized", "404", "web /authorized"},
		{"/oauth/token", "openid /oauth/token", "openid /oauth/token", "web /oauth/token"},
		{"/userinfo", "openid /userinfo", "openid /userinfo", "web /userinfo"},
		{"/oidc/logout", "openid /oidc/logout", "openid /oidc/logout", "web /oidc/logout"},
		{"/u/login", "openid /u/login", "openid /u/login", "web /u/login"},
		{"/users", "web /users", "404", "web /users"},
		{"/.well-known/openid-configuration", "openid /.well-known/openid-configuration", "openid /.well-known/openid-configuration", "web /.well-known/openid-configuration"},
		{"/healthz", `{"status":"ok"}` + "\n", `{"status":"ok"}` + "\n", `{"status":"ok"}` + "\n"},
	}
	for _, tt := range tests {
		for _, with := range []struct {
			parts Parts
			want  string
		}{{all, tt.all}, {apiOnly, tt.withoutDash}, {dashboardOnly, tt.withoutEmbed}} {
			w := httptest.NewRecorder()
			with.parts.ServeHTTP(w, httptest.NewRequest(http.MethodGet, tt.path, nil))
			got := w.Body.String()
			if w.Code != http.StatusOK {
				got = fmt.Sprint(w.Code)
			}
			if got != with.want {
				t.Errorf("%s: %q, want %q", tt.path, got, with.want)
			}
		}
	}
}

func TestReadySaysWhichCheckFailsButNotWhy(t *testing.T) {
	h := NewHealth(slog.New(slog.DiscardHandler),
		Check{"database", func(context.Context) error { return nil }},
		Check{"provider", func(context.Context) error { return errors.New("dial 10.0.0.1: secret detail") }},
	)
	w := httptest.NewRecorder()
	Parts{Health: h}.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/readyz", nil))
	if w.Code != http.StatusServiceUnavailable {
		t.Errorf("status = %d, want 503", w.Code)
	}
	var got report
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.Status != "unavailable" || got.Checks["database"] != "ok" || got.Checks["provider"] != "failing" {
		t.Errorf("it says %s", w.Body)
	}
}

func TestOnlyReadingIsServedOnHealth(t *testing.T) {
	w := httptest.NewRecorder()
	Parts{Health: NewHealth(slog.New(slog.DiscardHandler))}.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/healthz", nil))
	if w.Code != http.StatusMethodNotAllowed {
		t.Errorf("status = %d, want 405", w.Code)
	}
}

func TestAFloodOfQuestionsIsOneCheck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var runs atomic.Int32
		h := NewHealth(slog.New(slog.DiscardHandler), Check{"slow", func(context.Context) error {
			runs.Add(1)
			return nil
		}})
		var all sync.WaitGroup
		for range 100 {
			all.Go(func() {
				if !h.Ready(t.Context()) {
					t.Error("not ready")
				}
			})
		}
		all.Wait()
		if n := runs.Load(); n != 1 {
			t.Errorf("%d checks ran, want 1", n)
		}
		time.Sleep(fresh)
		h.Ready(t.Context())
		if n := runs.Load(); n != 2 {
			t.Errorf("%d checks ran after a while, want 2", n)
		}
	})
}

// Whoever asks and leaves must not make the next one hear "not ready".
func TestWhoLeavesDoesNotSpoilTheAnswer(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	h := NewHealth(slog.New(slog.DiscardHandler), Check{"database", func(ctx context.Context) error { return ctx.Err() }})
	if !h.Ready(ctx) {
		t.Error("not ready")
	}
}

func TestSweepsRunInTheirTurnAndAfterAFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		var often, seldom int
		done := make(chan struct{})
		go func() {
			defer close(done)
			runSweeps(ctx, []Sweep{
				{"often", time.Minute, func(context.Context) error { often++; return errors.New("busy") }},
				{"seldom", time.Hour, func(context.Context) error { seldom++; return nil }},
			}, slog.New(slog.DiscardHandler))
		}()
		time.Sleep(90 * time.Minute)
		synctest.Wait()
		cancel()
		<-done
		if often != 91 || seldom != 2 {
			t.Errorf("often ran %d times and seldom %d times, want 91 and 2", often, seldom)
		}
	})
}
