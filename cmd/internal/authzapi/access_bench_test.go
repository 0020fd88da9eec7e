package authzapi_test

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"trellis/cmd/internal/authzapi"
	"trellis/cmd/internal/bearer"
	"trellis/cmd/internal/bearer/bearertest"
	"trellis/cmd/internal/demo"
	"trellis/cmd/internal/snapshot"
	"trellis/cmd/internal/store"
)

// BenchDatabase is the variable that names a database which trellis demo-data
// has filled, so that a benchmark need not.
const benchDatabase = "TRELLIS_BENCH_DATABASE"

// large is the size that the numbers of the README are for.
var large = demo.Size{Groups: 10_000, Users: 100_000, Memberships: 1_000_000, Depth: 12, Seed: 1}

// BenchmarkLarge measures what logins wait for, with a large organisation. Each
// also reports the median and the 99th percentile, in microseconds.
func BenchmarkLarge(b *testing.B) {
	x := newLarge(b)
	b.Run("ColdStart", func(b *testing.B) {
		for b.Loop() {
			err := x.store.View(b.Context(), func(tx *store.Tx) error {
				_, err := snapshot.New().Of(b.Context(), tx)
				return err
			})
			if err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(resident())/(1<<20), "MiB-heap")
	})
	ask := map[string]func(user string) *http.Request{
		"CalculateGroups": func(u string) *http.Request { return x.get("/users/" + url.PathEscape(u) + "/groups/calculate") },
		"CalculateRoles":  func(u string) *http.Request { return x.get("/users/" + url.PathEscape(u) + "/roles/calculate") },
		"Policy":          x.askPolicy,
	}
	b.Run("Handler/PolicyCompressed", func(b *testing.B) {
		x.measure(b, func(user string) {
			req := x.askPolicy(user)
			req.Header.Set("Accept-Encoding", "gzip")
			x.serve(b, req)
		})
	})
	for _, name := range []string{"CalculateGroups", "CalculateRoles", "Policy"} {
		b.Run("Handler/"+name, func(b *testing.B) {
			x.measure(b, func(user string) { x.serve(b, ask[name](user)) })
		})
		b.Run("HTTP/"+name, func(b *testing.B) {
			x.measure(b, func(user string) { x.send(b, ask[name](user)) })
		})
	}
	b.Run("HTTP/PolicyParallel", func(b *testing.B) { x.parallel(b, x.askPolicy) })
	b.Run("HTTP/TokenOnlyParallel", func(b *testing.B) { x.parallel(b, x.askNothing) })
	b.Run("Handler/PolicyAfterAChangeOfNesting", func(b *testing.B) {
		x.measure(b, func(user string) {
			x.renest(b)
			x.serve(b, x.askPolicy(user))
		})
	})
	b.Run("Handler/PolicyDuringWrites", func(b *testing.B) {
		stop := x.keepWriting(b)
		defer stop()
		x.measure(b, func(user string) { x.serve(b, x.askPolicy(user)) })
	})
}

// largeTenant is a large organisation behind the API.
type largeTenant struct {
	store   *store.Store
	handler http.Handler
	url     string
	client  *http.Client
	token   string
	users   []string
	groups  []store.Group
	turn    atomic.Int64
}

func newLarge(b *testing.B) *largeTenant {
	b.Helper()
	address := cmp.Or(os.Getenv(benchDatabase), filepath.Join(b.TempDir(), "trellis.db"))
	s, err := store.Open(b.Context(), store.Config{URL: address})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	if os.Getenv(benchDatabase) == "" {
		if err := demo.Generate(b.Context(), s, large, time.Now()); err != nil {
			b.Fatal(err)
		}
	}
	issuer := bearertest.New(b, "https://tenant.example/")
	x := &largeTenant{store: s, token: "Bearer " + issuer.Scoped(authzapi.Audience, everyScope()...)}
	if x.handler, err = authzapi.New(authzapi.Config{Store: s, Tokens: issuer.Verifier(), Log: slog.New(slog.DiscardHandler)}); err != nil {
		b.Fatal(err)
	}
	err = s.View(b.Context(), func(tx *store.Tx) (err error) {
		users, _, err := tx.FindUsers(b.Context(), store.UserQuery{Limit: 5000})
		for _, u := range users {
			x.users = append(x.users, u.UserID)
		}
		if err == nil {
			x.groups, _, err = tx.Groups(b.Context(), store.Find{Limit: 5000}, false)
		}
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	x.listen(b, issuer.Verifier())
	return x
}

// listen serves the API over HTTP, and beside it an answer as long as a policy
// for whoever has a token.
func (x *largeTenant) listen(b *testing.B, tokens *bearer.Verifier) {
	b.Helper()
	sample := httptest.NewRecorder()
	x.handler.ServeHTTP(sample, x.askPolicy(x.users[0]))
	mux := http.NewServeMux()
	mux.Handle("/", x.handler)
	mux.HandleFunc("/token-only", func(w http.ResponseWriter, r *http.Request) {
		if _, err := tokens.Verify(r.Context(), r.Header.Get("Authorization"), authzapi.Audience); err != nil {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = w.Write(sample.Body.Bytes())
	})
	server := httptest.NewServer(mux)
	b.Cleanup(server.Close)
	x.url, x.client = server.URL, server.Client()
	if t, ok := x.client.Transport.(*http.Transport); ok {
		t.MaxIdleConnsPerHost = 64
		t.DisableCompression = true // both write the same bytes
	}
}

func (x *largeTenant) get(path string) *http.Request {
	return x.request(http.MethodGet, "/api"+path, "")
}

func (x *largeTenant) askPolicy(user string) *http.Request {
	client := fmt.Sprintf("application%02d", x.turn.Load()%20)
	return x.request(http.MethodPost, "/api/users/"+url.PathEscape(user)+"/policy/"+client, `{"connectionName":"corp-ad","groups":["CN=Staff"]}`)
}

func (x *largeTenant) askNothing(string) *http.Request {
	return x.request(http.MethodPost, "/token-only", `{"connectionName":"corp-ad","groups":["CN=Staff"]}`)
}

func (x *largeTenant) request(method, path, body string) *http.Request {
	req := httptest.NewRequestWithContext(context.Background(), method, path, strings.NewReader(body))
	req.Header.Set("Authorization", x.token)
	req.Header.Set("Content-Type", "application/json")
	return req
}

func (x *largeTenant) serve(b *testing.B, req *http.Request) {
	res := httptest.NewRecorder()
	x.handler.ServeHTTP(res, req)
	if res.Code != http.StatusOK {
		b.Fatalf("%d %s", res.Code, res.Body)
	}
}

func (x *largeTenant) send(b *testing.B, req *http.Request) {
	address, err := url.Parse(x.url + req.RequestURI)
	if err != nil {
		b.Fatal(err)
	}
	req.URL, req.RequestURI, req.Host = address, "", ""
	res, err := x.client.Do(req)
	if err != nil {
		b.Fatal(err)
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil || res.StatusCode != http.StatusOK {
		b.Fatalf("%d %v", res.StatusCode, err)
	}
}

// measure asks for one user after the other, and reports how long that took.
func (x *largeTenant) measure(b *testing.B, ask func(user string)) {
	var took []time.Duration
	ask(x.users[0])
	b.ReportAllocs()
	for b.Loop() {
		n := x.turn.Add(1)
		begun := time.Now()
		ask(x.users[int(n)%len(x.users)])
		took = append(took, time.Since(begun))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Nanoseconds())/1e3, "p50-µs")
	b.ReportMetric(float64(took[len(took)*99/100].Nanoseconds())/1e3, "p99-µs")
}

func (x *largeTenant) parallel(b *testing.B, ask func(user string) *http.Request) {
	b.SetParallelism(8)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			n := x.turn.Add(1)
			x.send(b, ask(x.users[int(n)%len(x.users)]))
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "req/s")
}

// renest gives some group another description: the graph has a new version.
func (x *largeTenant) renest(b *testing.B) {
	n := x.turn.Load()
	g := x.groups[int(n)%len(x.groups)]
	err := x.store.Update(b.Context(), func(tx *store.Tx) error {
		_, err := tx.UpdateGroup(b.Context(), g.ID, store.GroupInput{Name: g.Name, Description: fmt.Sprint("Generated ", n, time.Now().UnixNano())})
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
}

// keepWriting adds and removes a thousand members at a time until it is stopped.
func (x *largeTenant) keepWriting(b *testing.B) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for n := 0; ctx.Err() == nil; n++ {
			var ids []string
			for i := range 1000 {
				ids = append(ids, fmt.Sprintf("bench|%d", i))
			}
			err := x.store.Update(ctx, func(tx *store.Tx) error {
				if n%2 == 0 {
					return tx.AddMembers(ctx, x.groups[0].ID, ids)
				}
				return tx.RemoveMembers(ctx, x.groups[0].ID, ids)
			})
			if err != nil && ctx.Err() == nil {
				b.Error(err)
				return
			}
		}
	}()
	return func() { cancel(); <-done }
}

// resident is the heap in use, after what is not needed is gone.
func resident() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapInuse
}

// BenchmarkExplained measures explanations and impacts with a large organisation,
// also right after a change, when who holds what is partly read again.
func BenchmarkExplained(b *testing.B) {
	x := newLarge(b)
	impact := func(user string) {
		x.serve(b, x.request(http.MethodPost, "/api/impact",
			`{"changes":[{"action":"delete","kind":"group","group":"`+x.groups[int(x.turn.Load())%len(x.groups)].ID+`"},{"action":"add","kind":"member","user":"`+user+`","group":"`+x.groups[0].ID+`"}]}`))
	}
	b.Run("Impact", func(b *testing.B) { x.measure(b, impact) })
	b.Run("ImpactAfterAChange", func(b *testing.B) {
		x.measure(b, func(user string) {
			update(b, x.store, func(tx *store.Tx) error {
				return tx.AddMembers(b.Context(), x.groups[1].ID, []string{fmt.Sprint("new|", x.turn.Load())})
			})
			impact(user)
		})
	})
	b.Run("Explain", func(b *testing.B) {
		x.measure(b, func(user string) {
			x.serve(b, x.get("/users/"+url.PathEscape(user)+"/explain?removals=3&group="+x.groups[int(x.turn.Load())%20].ID))
		})
	})
}

// BenchmarkHolders measures who has something, with a large organisation: groups
// that a large part of it is in, at the top, and roles and permissions.
func BenchmarkHolders(b *testing.B) {
	x := newLarge(b)
	var roles []store.Role
	var permissions []store.Permission
	err := x.store.View(b.Context(), func(tx *store.Tx) (err error) {
		if roles, _, err = tx.Roles(b.Context(), store.Find{Limit: 20}); err != nil {
			return err
		}
		permissions, _, err = tx.Permissions(b.Context(), store.Find{Limit: 20})
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	at := func() int { return int(x.turn.Load()) % 20 }
	for _, bm := range []struct {
		name string
		path func() string
	}{
		{"Group", func() string { return "/groups/" + x.groups[at()].ID + "/members/calculate?source=group" }},
		{"Role", func() string { return "/roles/" + roles[at()].ID + "/users/calculate?page=3" }},
		{"RoleByName", func() string { return "/roles/" + roles[at()].ID + "/users/calculate?sort=name:1" }},
		{"RoleSearched", func() string { return "/roles/" + roles[at()].ID + "/users/calculate?sort=name:1&q=an" }},
		{"Permission", func() string {
			return "/permissions/" + permissions[at()].ID + "/users/calculate?only=true&source=group"
		}},
		{"RolePageOfAFile", func() string { return "/roles/" + roles[at()].ID + "/users/calculate?page=20&per_page=500" }},
	} {
		b.Run(bm.name, func(b *testing.B) { x.measure(b, func(string) { x.serve(b, x.get(bm.path())) }) })
	}
}
