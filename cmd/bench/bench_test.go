package main

import (
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"trellis/cmd/internal/store/pgtest"
)

func TestMain(m *testing.M) {
	if slices.Contains(os.Args, "-floor") { // a run of the benchmark starts this binary again
		main()
		return
	}
	os.Exit(pgtest.Main(m))
}

// The whole way, with a small organisation: each line has a number on each
// database. How large it is says nothing.
func TestTheTableHasEveryLine(t *testing.T) {
	cache := t.TempDir()
	got, err := experiment{plan: brief, cache: cache, postgres: pgtest.Database(t), progress: io.Discard}.run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(got.databases) != 2 || !strings.HasPrefix(got.databases[0], "SQLite 3.") || !strings.HasPrefix(got.databases[1], "PostgreSQL 1") {
		t.Fatalf("measured on %q", got.databases)
	}
	var lines []string
	for i, of := range got.results[0] {
		lines = append(lines, of.where+": "+of.what)
		for d, name := range got.databases {
			if r := got.results[d][i]; r.value == "" || strings.HasPrefix(r.value, "0 ") || r.what != of.what || r.where != of.where {
				t.Errorf("on %s, line %q is %+v", name, of.what, r)
			}
		}
	}
	for _, where := range []string{"HTTP", "inside"} {
		for _, what := range []string{
			"calculate a user's groups", "calculate a user's roles", "policy", "members/nested, page of 25",
			"group list, page of 50, whole groups", "group list, page of 50, rows", "group list, the dashboard's page",
			"group detail", "group detail, the dashboard's page", "PATCH members", "sign-in to the dashboard",
			"policies a second", "answers a second that only check the token", "policies a second, of those answers",
			"policy on the quiet tenant", "policy during an import of 50 members",
			"p99 of policy during the import, to that on the quiet tenant",
		} {
			if !slices.Contains(lines, where+": "+what) {
				t.Errorf("no line %q of %s", what, where)
			}
		}
	}
	for _, what := range []string{
		"import of everything, 0 MB", "import of everything, 0 MB: memory at most", "cold start to the first policy",
		"resident memory after these requests", "resident memory at most, imports included",
	} {
		if !slices.Contains(lines, "process: "+what) {
			t.Errorf("no line %q of the process", what)
		}
	}
	head := strings.Join(got.head, "\n")
	for _, want := range []string{"Date: ", "Machine: ", " cores, ", " GiB of memory; load ", "commit ", "go1.", "60 groups 4 deep, 80 users, 300 memberships"} {
		if !strings.Contains(head, want) {
			t.Errorf("the head does not say %q:\n%s", want, head)
		}
	}
	if _, err := organisation(t.Context(), "no program", brief.size, cache); err != nil {
		t.Errorf("the organisation is made again: %v", err)
	}
}

func TestATargetIsMetOrMissed(t *testing.T) {
	var r results
	took := sorted(timing{3 * time.Millisecond, time.Millisecond, 2 * time.Millisecond})
	r.addTiming("none", "inside", took, limit{})
	r.addTiming("both", "inside", took, limit{median: 3 * time.Millisecond, p99: 4 * time.Millisecond})
	r.addTiming("median", "inside", took, limit{median: 2 * time.Millisecond})
	r.addTiming("tail", "inside", took, limit{median: 3 * time.Millisecond, p99: 3 * time.Millisecond})
	r.addTime("once", "process", 1500*time.Millisecond, limit{median: time.Second})
	r.addNumber("few", "HTTP", 49.9, "%.1f %%", limit{atLeast: 50})
	r.addNumber("enough", "HTTP", 50, "%.1f %%", limit{atLeast: 50})
	r.addNumber("many", "HTTP", 3.01, "× %.2f", limit{atMost: 3})
	r.addMemory("memory", 1<<30, limit{atMost: 1 << 30})
	got := table{head: []string{"Date: today"}, databases: []string{"SQLite"}, results: []results{r}}.markdown()
	want := `
- Date: today

|  | where | target | SQLite | p99 | met |
|---|---|---|---|---|---|
| none | inside | – | 2 ms | 3 ms | – |
| both | inside | < 3 ms, p99 < 4 ms | 2 ms | 3 ms | yes |
| median | inside | < 2 ms | 2 ms | 3 ms | MISSED |
| tail | inside | < 3 ms, p99 < 3 ms | 2 ms | 3 ms | MISSED |
| once | process | < 1 s | 1.5 s | – | MISSED |
| few | HTTP | ≥ 50.0 % | 49.9 % | – | MISSED |
| enough | HTTP | ≥ 50.0 % | 50.0 % | – | yes |
| many | HTTP | ≤ × 3.00 | × 3.01 | – | MISSED |
| memory | process | ≤ 1024 MiB | 1024 MiB | – | yes |
`
	if !strings.HasSuffix(got, want) {
		t.Errorf("got\n%s\nwant at its end\n%s", got, want)
	}
}

func TestALineThatFailsIsShown(t *testing.T) {
	s := &subject{experiment: experiment{progress: io.Discard}, name: "SQLite"}
	down := errors.New("the database is away")
	err := s.attempt(t.Context(), "HTTP", []string{"first", "second"}, func() error {
		s.results.addNumber("first", "HTTP", 1, "%.0f", limit{})
		return down
	})
	if err != nil {
		t.Errorf("it stops the others: %v", err)
	}
	if len(s.failures) != 1 || !errors.Is(s.failures[0], down) {
		t.Errorf("failures = %v", s.failures)
	}
	got := table{databases: []string{"SQLite"}, results: []results{s.results}}.rows()[1:]
	want := [][]string{{"first", "HTTP", "–", "1", "–", "–"}, {"second", "HTTP", "an answer", "failed", "–", "MISSED"}}
	if !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("rows = %q, want %q", got, want)
	}

	called, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.attempt(called, "HTTP", []string{"third"}, called.Err); !errors.Is(err, context.Canceled) {
		t.Errorf("a run that is called off goes on: %v", err)
	}
}

func TestTimesOfARequest(t *testing.T) {
	asked := 0
	took, err := repeat(t.Context(), func(n int) error {
		if n != asked {
			t.Errorf("request %d is called %d", asked, n)
		}
		asked++
		return nil
	}, func() bool { return asked >= 200 })
	if err != nil || len(took) < 200-fewest || len(took) > 199 || !slices.IsSorted(took) {
		t.Errorf("%d times of %d requests, %v", len(took), asked, err)
	}
	even := make(timing, 100)
	for i := range even {
		even[i] = time.Duration(i) * time.Millisecond
	}
	if even.median() != 50*time.Millisecond || even.p99() != 99*time.Millisecond || timing(nil).p99() != 0 {
		t.Errorf("median %s, p99 %s", even.median(), even.p99())
	}
	for want, d := range map[string]time.Duration{"12.3 µs": 12345, "4.57 ms": 4567 * time.Microsecond, "61.5 s": 61499 * time.Millisecond} {
		if got := short(d); got != want {
			t.Errorf("%d is %q, want %q", d, got, want)
		}
	}
}

// Everything that a person does or looks at has its times, with the targets. How long
// they are says nothing.
func TestWhatAPersonWaitsForIsMeasured(t *testing.T) {
	b := browsing{experiment: experiment{plan: brief, cache: t.TempDir(), progress: io.Discard}, driver: "../../e2e/node_modules"}
	head, all, err := b.run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for _, f := range all {
		seen[f.where]++
		if len(f.took) != brief.rounds || f.took[0] <= 0 || f.took[0] > time.Minute {
			t.Errorf("%s, %s: %v", f.where, f.what, f.took)
		}
	}
	if seen["sample"] < 15 || seen["large"] < 15 {
		t.Errorf("measured %v", seen)
	}
	table := feltTable(head, all, true)
	for _, want := range []string{"Browser: Chromium ", "60 groups 4 deep", "| sample | a group in the list | ", "| large | all members of the largest group | ", " | < 100 ms | ", " | < 300 ms | "} {
		if !strings.Contains(table, want) {
			t.Errorf("the table lacks %q:\n%s", want, table)
		}
	}
}
