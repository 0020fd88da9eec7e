package authzapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
)

// together runs fn n times at once and returns what came back.
func together(n int, fn func(i int) answer) []answer {
	out := make([]answer, n)
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		wg.Go(func() {
			<-start
			out[i] = fn(i)
		})
	}
	close(start)
	wg.Wait()
	return out
}

func statuses(answers []answer) map[int]int {
	n := map[int]int{}
	for _, a := range answers {
		n[a.status]++
	}
	return n
}

func (tn *tenant) newGroup(t testing.TB, name string) string {
	t.Helper()
	got := tn.send(t, "POST", "/groups", fmt.Sprintf(`{"name":%q,"description":"d"}`, name))
	var g struct {
		ID string `json:"_id"`
	}
	if err := json.Unmarshal([]byte(got.body), &g); err != nil || got.status != http.StatusOK {
		t.Fatalf("creating %q: %d %s", name, got.status, got.body)
	}
	return g.ID
}

func TestFiftyMembersAddedAtOnceAllStay(t *testing.T) {
	each(t, func(t *testing.T, tn *tenant) {
		id := tn.newGroup(t, "Team")
		got := statuses(together(50, func(i int) answer {
			return tn.send(t, "PATCH", "/groups/"+id+"/members", fmt.Sprintf(`["auth0|%02d"]`, i))
		}))
		if got[http.StatusNoContent] != 50 {
			t.Errorf("answers = %v, want 50 times 204", got)
		}
		var list struct{ Groups []struct{ Members []string } }
		if err := json.Unmarshal([]byte(tn.send(t, "GET", "/groups", "").body), &list); err != nil {
			t.Fatal(err)
		}
		members := list.Groups[0].Members
		slices.Sort(members)
		if len(slices.Compact(members)) != 50 {
			t.Errorf("%d members are left: %q", len(members), members)
		}
	})
}

func TestFiftyGroupsOfOneNameAreOne(t *testing.T) {
	each(t, func(t *testing.T, tn *tenant) {
		got := statuses(together(50, func(int) answer {
			return tn.send(t, "POST", "/groups", `{"name":"Only","description":"d"}`)
		}))
		if got[http.StatusOK] != 1 || got[http.StatusBadRequest] != 49 {
			t.Errorf("answers = %v, want one 200 and 49 times 400", got)
		}
	})
}

// A in B and B in A at once: one of the two happens, and the other is told why not.
func TestTwoHalvesOfACycleAtOnce(t *testing.T) {
	const rounds = 25
	each(t, func(t *testing.T, tn *tenant) {
		for round := range rounds {
			ids := []string{tn.newGroup(t, fmt.Sprint("A", round)), tn.newGroup(t, fmt.Sprint("B", round))}
			got := statuses(together(2, func(i int) answer {
				return tn.send(t, "PATCH", "/groups/"+ids[i]+"/nested", fmt.Sprintf(`[%q]`, ids[1-i]))
			}))
			if got[http.StatusNoContent] != 1 || got[http.StatusConflict] != 1 {
				t.Fatalf("round %d: answers = %v, want one 204 and one 409", round, got)
			}
		}
	})
}

// Two people change one group from the same version: the second learns of it.
func TestTwoChangesFromOneVersion(t *testing.T) {
	each(t, func(t *testing.T, tn *tenant) {
		id := tn.newGroup(t, "Team")
		version := tn.send(t, "GET", "/groups/"+id, "").header.Get("ETag")
		got := statuses(together(2, func(i int) answer {
			return tn.send(t, "PUT", "/groups/"+id, fmt.Sprintf(`{"name":"Team %d","description":"d"}`, i), "If-Match", version)
		}))
		if got[http.StatusOK] != 1 || got[http.StatusPreconditionFailed] != 1 {
			t.Errorf("answers = %v, want one 200 and one 412", got)
		}
	})
}
