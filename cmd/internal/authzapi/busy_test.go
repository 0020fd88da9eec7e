package authzapi_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"trellis/cmd/internal/authzapi"
	"trellis/cmd/internal/store"
)

// crowded is a tenant in which every group is of one kind: called so, with so
// many members of the same name.
func crowded(kind string, members int) store.Document {
	var d store.Document
	for i := range 10 {
		g := store.Group{ID: groupID(i), Name: fmt.Sprint(kind, " ", i), Description: kind}
		for n := range members {
			g.Members = append(g.Members, fmt.Sprintf("auth0|%s-%d", kind, n))
		}
		if i < 9 {
			g.Nested = []string{groupID(i + 1)}
		}
		d.Groups = append(d.Groups, g)
	}
	return d
}

// imports replaces the tenant by one document after the other until stop, and
// counts in done.
func imports(t testing.TB, s *store.Store, stop *atomic.Bool, done *atomic.Int64, documents ...store.Document) {
	for !stop.Load() {
		document := documents[int(done.Load())%len(documents)]
		err := s.Update(context.Background(), func(tx *store.Tx) error { return tx.Import(context.Background(), document) })
		if err != nil {
			t.Error(err)
			return
		}
		done.Add(1)
	}
}

// While imports run, reads are answered, and each sees one whole state: that
// before an import or that after it.
func TestReadsGoOnDuringImports(t *testing.T) {
	each(t, func(t *testing.T, tn *tenant) {
		few, many := crowded("few", 3), crowded("many", 300)
		err := tn.store.Update(t.Context(), func(tx *store.Tx) error { return tx.Import(t.Context(), few) })
		if err != nil {
			t.Fatal(err)
		}
		var stop atomic.Bool
		var done atomic.Int64
		var wg sync.WaitGroup
		wg.Go(func() { imports(t, tn.store, &stop, &done, many, few) })
		defer wg.Wait()
		defer stop.Store(true)
		for reads := 0; reads < 40 || done.Load() < 4 && !t.Failed(); reads++ {
			whole(t, tn)
		}
	})
}

// whole fails t unless each answer is of one state.
func whole(t *testing.T, tn *tenant) {
	t.Helper()
	size := map[string]int{"few": 3, "many": 300}
	var list struct {
		Groups []struct {
			Description string
			Members     []string
		}
	}
	read(t, tn, "/groups", &list)
	for _, g := range list.Groups {
		if kind := list.Groups[0].Description; g.Description != kind || len(g.Members) != size[kind] || !strings.Contains(g.Members[0], kind) {
			t.Fatalf("among the groups that are %s is one that is %s and has %d members", kind, g.Description, len(g.Members))
		}
	}
	var all struct {
		Total  int
		Nested []struct{ Group struct{ Description string } }
	}
	read(t, tn, "/groups/"+groupID(0)+"/members/nested?per_page=1", &all)
	if kind := all.Nested[0].Group.Description; all.Total != size[kind] && all.Total != 10*size[kind] {
		t.Fatalf("%d members are in groups that are %s", all.Total, kind)
	}
	if len(list.Groups) != 10 {
		t.Fatalf("%d groups, want 10", len(list.Groups))
	}
}

func read(t *testing.T, tn *tenant, path string, out any) {
	t.Helper()
	got := tn.send(t, "GET", path, "")
	if err := json.Unmarshal([]byte(got.body), out); err != nil || got.status != http.StatusOK {
		t.Fatalf("GET %s: %d %s", path, got.status, got.body)
	}
}

// BenchmarkReadsDuringImports measures reads on a quiet tenant and while 10,000
// memberships are imported again and again.
func BenchmarkReadsDuringImports(b *testing.B) {
	for _, bm := range []struct{ name, method, path, body string }{
		{"group", "GET", "/groups/" + groupID(3), ""},
		{"members", "GET", "/groups/" + groupID(3) + "/members/nested?per_page=25", ""},
		{"policy", "POST", "/users/auth0%7Cmany-7/policy/app1", `{"connectionName":"c","groups":[]}`},
	} {
		for _, busy := range []bool{false, true} {
			b.Run(fmt.Sprintf("%s/busy=%t", bm.name, busy), func(b *testing.B) {
				tn := onSQLite(b)
				tn.http.Transport = nil // to hold answers to the document takes longer than to give them
				document := crowded("many", 1000)
				err := tn.store.Update(b.Context(), func(tx *store.Tx) error { return tx.Import(b.Context(), document) })
				if err != nil {
					b.Fatal(err)
				}
				var stop atomic.Bool
				var done atomic.Int64
				var wg sync.WaitGroup
				if busy {
					wg.Go(func() { imports(b, tn.store, &stop, &done, document) })
				}
				token := http.Header{"Authorization": {"Bearer " + tn.issuer.Scoped(authzapi.Audience, everyScope()...)}, "Content-Type": {"application/json"}}
				var took []time.Duration
				for b.Loop() {
					begun := time.Now()
					if got := tn.raw(b, bm.method, bm.path, bm.body, token); got.status != http.StatusOK {
						b.Fatal(got.status, got.body)
					}
					took = append(took, time.Since(begun))
				}
				stop.Store(true)
				wg.Wait()
				slices.Sort(took)
				b.ReportMetric(float64(took[len(took)/2].Microseconds()), "µs-p50")
				b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "µs-p99")
				b.ReportMetric(float64(done.Load()), "imports")
			})
		}
	}
}
