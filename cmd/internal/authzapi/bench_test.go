package authzapi_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"trellis/cmd/internal/authzapi"
	"trellis/cmd/internal/bearer/bearertest"
	"trellis/cmd/internal/store"
)

// organisation is 500 groups, nested ten to one, with 20 members each of 5000 users.
func organisation() store.Document {
	var d store.Document
	for i := range 5000 {
		id := fmt.Sprintf("auth0|%04d", i)
		d.Users = append(d.Users, map[string]any{"user_id": id, "name": "User " + id, "email": id + "@example.com"})
	}
	for i := range 500 {
		g := store.Group{ID: groupID(i), Name: fmt.Sprintf("Group %03d", i), Description: "One of many"}
		for n := range 10 {
			if below := 10*i + n + 1; below < 500 {
				g.Nested = append(g.Nested, groupID(below))
			}
		}
		for n := range 20 {
			g.Members = append(g.Members, fmt.Sprintf("auth0|%04d", (i*10+n)%5000))
		}
		d.Groups = append(d.Groups, g)
	}
	return d
}

func groupID(i int) string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", i) }

// BenchmarkAPI measures whole requests through the handler, on SQLite.
func BenchmarkAPI(b *testing.B) {
	s, err := store.Open(b.Context(), store.Config{URL: filepath.Join(b.TempDir(), "trellis.db")})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	if err := s.Update(context.Background(), func(tx *store.Tx) error { return tx.Import(b.Context(), organisation()) }); err != nil {
		b.Fatal(err)
	}
	issuer := bearertest.New(b, "https://tenant.example/")
	handler, err := authzapi.New(authzapi.Config{Store: s, Tokens: issuer.Verifier(), Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		b.Fatal(err)
	}
	token := "Bearer " + issuer.Scoped(authzapi.Audience, everyScope()...)
	for _, bm := range []struct{ name, method, path, body string }{
		{"GroupListPage", "GET", "/groups?page=3&per_page=25&sort=name:1&include_totals=true&fields=_id,name,description,member_count,nested_in", ""},
		{"GroupDetail", "GET", "/groups/" + groupID(7) + "?fields=_id,member_count,nested_count,role_count,mapping_count,nested_in", ""},
		{"PatchMembers", "PATCH", "/groups/" + groupID(7) + "/members", `["auth0|new-%d"]`},
		{"MembersNested", "GET", "/groups/" + groupID(0) + "/members/nested?per_page=25&page=2", ""},
		{"MembersNestedSearch", "GET", "/groups/" + groupID(0) + "/members/nested?per_page=25&q=0042&sort=name:1", ""},
	} {
		b.Run(bm.name, func(b *testing.B) {
			b.ReportAllocs()
			for n := 0; b.Loop(); n++ {
				body := bm.body
				if body != "" {
					body = fmt.Sprintf(body, n)
				}
				req := httptest.NewRequestWithContext(b.Context(), bm.method, "/api"+bm.path, strings.NewReader(body))
				req.Header.Set("Authorization", token)
				res := httptest.NewRecorder()
				handler.ServeHTTP(res, req)
				if res.Code != http.StatusOK && res.Code != http.StatusNoContent {
					b.Fatalf("%d %s", res.Code, res.Body)
				}
			}
		})
	}
}
