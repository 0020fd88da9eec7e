package authzapi_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"trellis/cmd/internal/authzapi"
	"trellis/cmd/internal/bearer/bearertest"
	"trellis/cmd/internal/store"
	"trellis/cmd/internal/store/pgtest"
)

// Names are as long as the old API had them, or as the operator lets them be.
func TestLengthsOfNames(t *testing.T) {
	for _, tt := range []struct{ limit, group, permission int }{
		{0, 50, 100}, {50, 50, 100}, {80, 80, 100}, {500, 500, 500},
	} {
		for name, database := range map[string]string{"sqlite": filepath.Join(t.TempDir(), "trellis.db"), "postgres": pgtest.Database(t)} {
			t.Run(fmt.Sprint(tt.limit, " ", name), func(t *testing.T) {
				send := serveNames(t, database, tt.limit)
				group := fmt.Sprintf(`{"name":"%%s","description":"%d"}`, tt.limit)
				const owned = `{"name":"%s","description":"d","applicationType":"client","applicationId":"app1"}`
				for _, kind := range []struct {
					path, body, key string
					limit           int
				}{
					{"/groups", group, "name", tt.group}, {"/roles", owned, "name", tt.group}, {"/permissions", owned, "name", tt.permission},
				} {
					status, body := send("POST", kind.path, fmt.Sprintf(kind.body, strings.Repeat("n", kind.limit)))
					if status != http.StatusOK {
						t.Errorf("%s with %d: %d %s", kind.path, kind.limit, status, body)
					}
					status, body = send("POST", kind.path, fmt.Sprintf(kind.body, strings.Repeat("o", kind.limit+1)))
					want := fmt.Sprintf(`\"%s\" length must be less than or equal to %d characters long`, kind.key, kind.limit)
					if status != http.StatusBadRequest || !strings.Contains(body, want) {
						t.Errorf("%s with one more: %d %s, want %s", kind.path, status, body, want)
					}
				}
				_, list := send("GET", "/groups?fields=_id", "")
				id := list[strings.Index(list, `"_id":"`)+7:][:36]
				mapping := fmt.Sprintf(`[{"groupName":"%s","connectionName":"%[1]s"}]`, strings.Repeat("m", tt.group))
				if status, body := send("PATCH", "/groups/"+id+"/mappings", mapping); status != http.StatusNoContent {
					t.Errorf("a mapping: %d %s", status, body)
				}
				_, exported := send("GET", "/configuration/export", "")
				if status, body := send("POST", "/configuration/import", exported); status != http.StatusNoContent {
					t.Errorf("importing the export: %d %s", status, body)
				}
			})
		}
	}
}

// serveNames is a way to ask an API with that limit.
func serveNames(t *testing.T, database string, limit int) func(method, path, body string) (int, string) {
	t.Helper()
	s, err := store.Open(context.Background(), store.Config{URL: database})
	if err != nil {
		t.Fatal(err)
	}
	issuer := bearertest.New(t, "https://tenant.example/")
	handler, err := authzapi.New(authzapi.Config{Store: s, Tokens: issuer.Verifier(), NameLimit: limit})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(handler)
	t.Cleanup(func() {
		srv.Close()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return func(method, path, body string) (int, string) {
		req, err := http.NewRequestWithContext(t.Context(), method, srv.URL+"/api"+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+issuer.Scoped(authzapi.Audience, everyScope()...))
		res, err := srv.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, string(b)
	}
}
