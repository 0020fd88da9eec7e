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

// imports replaces the tenant by one document after the other until stop.
func imports(t testing.TB, s *store.Store, stop *atomic.Bool, documents ...store.Document) (n int) {
	for ; !stop.Load(); n++ {
		err := s.Update(context.Background(), func(tx *store.Tx) error { return tx.Import(context.Background(), documents[n%len(documents)]) })
		if err != nil {
			t.Error(err)
			return n
		}
	}
	return n
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
		var done int
		var wg sync.WaitGroup
		wg.Go(func() { done = imports(t, tn.store, &stop, many, few) })
		for range 60 {
			whole(t, tn)
		}
		stop.Store(true)
		wg.Wait()
		if done < 3 {
			t.Errorf("only %d imports ran meanwhile: this proves little", done)
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

// BenchmarkReadsDuringImports measures a read on a quiet tenant and while
// 10,000 memberships are imported again and again.
func BenchmarkReadsDuringImports(b *testing.B) {
	for _, path := range []string{"/groups/" + groupID(3), "/groups/" + groupID(3) + "/members/nested?per_page=25"} {
		name, _, _ := strings.Cut(strings.TrimPrefix(path, "/groups/"+groupID(3)+"/"), "?")
		if strings.HasPrefix(name, "/") {
			name = "group"
		}
		for _, busy := range []bool{false, true} {
			b.Run(fmt.Sprintf("%s/busy=%t", name, busy), func(b *testing.B) {
				tn := onSQLite(b)
				document := crowded("many", 1000)
				err := tn.store.Update(b.Context(), func(tx *store.Tx) error { return tx.Import(b.Context(), document) })
				if err != nil {
					b.Fatal(err)
				}
				var stop atomic.Bool
				var wg sync.WaitGroup
				if busy {
					wg.Go(func() { imports(b, tn.store, &stop, document) })
				}
				token := http.Header{"Authorization": {"Bearer " + tn.issuer.Scoped(authzapi.Audience, everyScope()...)}}
				var took []time.Duration
				for b.Loop() {
					begun := time.Now()
					if got := tn.raw(b, "GET", path, "", token); got.status != http.StatusOK {
						b.Fatal(got.status)
					}
					took = append(took, time.Since(begun))
				}
				stop.Store(true)
				wg.Wait()
				slices.Sort(took)
				b.ReportMetric(float64(took[len(took)/2].Microseconds()), "µs-p50")
				b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "µs-p99")
			})
		}
	}
}
