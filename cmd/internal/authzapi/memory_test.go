package authzapi_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"trellis/cmd/internal/authzapi"
	"trellis/cmd/internal/snapshot"
	"trellis/cmd/internal/store"
)

// An answer that memory gives is the one that the database gives, to the byte:
// also of groups with nothing, of references to what is gone, and of circles.
func TestMemoryAnswersAsTheDatabaseDoes(t *testing.T) {
	each(t, func(t *testing.T, tn *tenant) {
		tn.load(t, memorable())
		database, memory := tn.handler(t, tn.forgetful(t)), tn.handler(t, tn.remembered(t))
		for _, path := range []string{
			"/groups", "/groups?page=0&per_page=2&include_totals=true", "/groups?fields=_id,members", "/groups?fields=name,nested",
			"/groups?fields=name,pending", "/groups?sort=name:-1&fields=_id,name,member_count,nested_count,role_count,mapping_count,pending_count,nested_in",
			"/groups?q=fin&fields=member_count", "/groups?fields=nested_in", "/groups/" + allStaff + "?fields=name,member_count,nested_in",
			"/groups/" + allStaff + "/nested", "/groups/" + allStaff + "/nested?fields=name,member_count&include_totals=true",
			"/groups/" + allStaff + "/nested?fields=name,mappings&missing=true", "/groups/" + finance + "/roles/nested",
			"/groups/" + allStaff + "/members/nested", "/groups/" + allStaff + "/members/nested?page=2&per_page=2",
			"/groups/" + allStaff + "/members/nested?page=9&per_page=2&missing=true", "/groups/" + allStaff + "/members/nested?sort=name:1",
			"/groups/" + allStaff + "/members/nested?q=ghost&include_totals=true", "/groups/" + finance + "/members/nested?sort=email:-1&per_page=1&page=2",
			"/groups/" + allStaff + "/members/calculate", "/groups/" + finance + "/members/calculate?source=group&sort=name:-1",
			"/roles/" + reader + "/users/calculate?missing=true&per_page=2&page=2", "/roles/" + reader + "/users/calculate?q=a&source=direct&only=true",
			"/users/auth0%7C1/groups/calculate", "/users/auth0%7C1/roles/calculate", "/users/ghost/roles/calculate", "/users/nobody/groups/calculate",
			"/users/auth0%7C1/groups?expand=true", "POST /users/auth0%7C1/policy/app1", "POST /users/ghost/policy/app1", "POST /users/auth0%7C2/policy/app2",
		} {
			fromDatabase := tn.ask(t, database, path)
			fromMemory := tn.ask(t, memory, path)
			if fromMemory != fromDatabase {
				t.Errorf("%s\nfrom the database: %s\nfrom memory:       %s", path, fromDatabase, fromMemory)
			}
		}
	})
}

// memorable is crowd with one of everything that is empty, gone or in a circle.
func memorable() store.Document {
	d := crowd()
	d.Groups[1].Nested = []string{allStaff}
	d.Groups[1].Members = []string{"auth0|2", "auth0|1", "auth0|3"}
	d.Groups[2].Pending = []string{"new@example.com"}
	d.Groups[2].Mappings = []store.Mapping{}
	d.Groups = append(d.Groups, store.Group{ID: "33333333-0000-4000-8000-000000000004", Name: "Empty", Description: "d"},
		store.Group{ID: "33333333-0000-4000-8000-000000000005", Name: "Emptied", Description: "d", Members: []string{}, Nested: []string{}, Roles: []string{}})
	return d
}

// forgetful is an API that cannot read ahead, and so remembers nothing.
func (tn *tenant) forgetful(t *testing.T) authzapi.Config {
	t.Helper()
	closed := tn.again(t)
	if err := closed.Close(); err != nil {
		t.Fatal(err)
	}
	graphs := snapshot.New()
	return authzapi.Config{Access: graphs, People: snapshot.NewCrowd(closed, graphs)}
}

// remembered is an API whose memory has everything.
func (tn *tenant) remembered(t *testing.T) authzapi.Config {
	t.Helper()
	graphs := snapshot.New()
	people := snapshot.NewCrowd(tn.store, graphs)
	err := tn.store.View(t.Context(), func(tx *store.Tx) error {
		_, err := people.Of(t.Context(), tx)
		return err
	})
	for err == nil {
		var now *snapshot.Moment
		if now, err = people.Now(t.Context()); now != nil {
			break
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return authzapi.Config{Access: graphs, People: people}
}

// handler is an API like that of tn, with a memory of its own.
func (tn *tenant) handler(t *testing.T, cfg authzapi.Config) http.Handler {
	t.Helper()
	cfg.Store, cfg.Tokens = tn.store, tn.issuer.Verifier()
	h, err := authzapi.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// ask is what h answers at path, which may have a method before it.
func (tn *tenant) ask(t *testing.T, h http.Handler, path string) string {
	t.Helper()
	method, body := http.MethodGet, ""
	if rest, ok := strings.CutPrefix(path, "POST "); ok {
		method, path, body = http.MethodPost, rest, `{"connectionName":"ad","groups":["a"]}`
	}
	req := httptest.NewRequestWithContext(t.Context(), method, "/api"+path, strings.NewReader(body))
	req.Header.Set("Authorization", "Bearer "+tn.issuer.Scoped(authzapi.Audience, everyScope()...))
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	res := httptest.NewRecorder()
	h.ServeHTTP(res, req)
	if res.Code != http.StatusOK {
		t.Errorf("%s: %d %s", path, res.Code, res.Body)
	}
	return res.Body.String()
}
