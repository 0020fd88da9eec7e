package authzapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"testing"
)

// Two processes on one database: what the one has acknowledged, memberships and
// nesting alike, the other one's next answers have, also when many ask at once.
func TestLoginsSeeAtOnceWhatAnotherProcessDid(t *testing.T) {
	each(t, func(t *testing.T, tn *tenant) {
		other := start(t, tn.config)
		top := tn.newGroup(t, "Top")
		policyOf := func(user string) (groups []string) {
			var out struct{ Groups []string }
			got := other.send(t, "POST", "/users/"+user+"/policy/app", `{"connectionName":"c","groups":[]}`)
			if err := json.Unmarshal([]byte(got.body), &out); err != nil || got.status != http.StatusOK {
				t.Errorf("%d %s", got.status, got.body)
			}
			return out.Groups
		}
		for round := range 8 {
			user := fmt.Sprint("user", round)
			team := tn.newGroup(t, fmt.Sprint("Team ", round))
			for step, write := range [][3]string{
				{"PATCH", "/groups/" + team + "/members", fmt.Sprintf(`[%q]`, user)},
				{"PATCH", "/groups/" + top + "/nested", fmt.Sprintf(`[%q]`, team)},
				{"DELETE", "/groups/" + team + "/members", fmt.Sprintf(`[%q]`, user)},
			} {
				if got := tn.send(t, write[0], write[1], write[2]); got.status != http.StatusNoContent {
					t.Fatalf("%v: %d %s", write, got.status, got.body)
				}
				var all sync.WaitGroup
				for range 4 {
					all.Go(func() {
						if got, want := len(policyOf(user)), []int{1, 2, 0}[step]; got != want {
							t.Errorf("round %d, after %v: %d groups, want %d", round, write, got, want)
						}
					})
				}
				all.Wait()
				var calculated []any
				read(t, other, "/users/"+user+"/groups/calculate", &calculated)
				if got, want := len(calculated), []int{1, 2, 0}[step]; got != want {
					t.Errorf("round %d, after %v: %d groups are calculated, want %d", round, write, got, want)
				}
			}
		}
	})
}
