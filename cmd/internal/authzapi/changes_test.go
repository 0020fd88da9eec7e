package authzapi_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"trellis/cmd/internal/store"
)

// changed is the actions that the list with query tells of, newest first.
func (tn *tenant) changed(t *testing.T, query string) string {
	t.Helper()
	got := tn.send(t, "GET", "/changes?per_page=100&"+query, "")
	var body struct {
		Changes []struct{ Action string }
	}
	if err := json.Unmarshal([]byte(got.body), &body); got.status != 200 || err != nil {
		t.Fatalf("%s: %d %s", query, got.status, got.body)
	}
	var actions []string
	for _, c := range body.Changes {
		actions = append(actions, c.Action)
	}
	return strings.Join(actions, " ")
}

func TestChangesAreNarrowed(t *testing.T) {
	each(t, func(t *testing.T, tn *tenant) {
		ada := store.WithActor(t.Context(), store.Actor{Subject: "auth0|ada_1", Client: "Dashboard"})
		bob := store.WithActor(t.Context(), store.Actor{Subject: "auth0|adaX1"})
		var team, other store.Group
		update(t, tn.store, func(tx *store.Tx) (err error) {
			if team, err = tx.CreateGroup(ada, store.GroupInput{Name: "Team", Description: "d"}); err != nil {
				return err
			}
			if other, err = tx.CreateGroup(bob, store.GroupInput{Name: "Other", Description: "d"}); err != nil {
				return err
			}
			if err := tx.AddMembers(ada, team.ID, []string{"auth0|1", "auth0|12"}); err != nil {
				return err
			}
			if err := tx.RemoveMembers(bob, team.ID, []string{"auth0|1"}); err != nil {
				return err
			}
			return tx.AddNested(bob, other.ID, []string{team.ID})
		})
		for _, tt := range []struct{ name, query, want string }{
			{"everything", "", "group.nested.add group.members.remove group.members.add group.create group.create"},
			{"one kind", "kind=group", "group.nested.add group.members.remove group.members.add group.create group.create"},
			{"another", "kind=role", ""},
			{"a group, and where it was nested", "kind=group&object=" + team.ID, "group.nested.add group.members.remove group.members.add group.create"},
			{"a group that nests another", "object=" + other.ID, "group.nested.add group.create"},
			{"a user, and what it was added to and removed from", "kind=user&object=" + url.QueryEscape("auth0|1"), "group.members.remove group.members.add"},
			{"a user whose id goes on", "kind=user&object=" + url.QueryEscape("auth0|12"), "group.members.add"},
			{"an id that means any text", "object=" + url.QueryEscape("%"), ""},
			{"who, in any case of letters", "actor=ADA_1", "group.members.add group.create"},
			{"both of them", "actor=ada", "group.nested.add group.members.remove group.members.add group.create group.create"},
			{"by which client", "actor=dashboard", "group.members.add group.create"},
			{"later than all", "since=" + url.QueryEscape(time.Now().Add(time.Hour).Format(time.RFC3339)), ""},
			{"until now", "until=" + time.Now().Add(time.Hour).UTC().Format("2006-01-02T15:04:05Z"), "group.nested.add group.members.remove group.members.add group.create group.create"},
			{"earlier than all", "until=2020-01-01T00:00:00Z", ""},
			{"all at once", "actor=ada_1&kind=group&since=2020-01-01T00:00:00Z&object=" + team.ID, "group.members.add group.create"},
		} {
			if got := tn.changed(t, tt.query); got != tt.want {
				t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
			}
		}
		first := tn.send(t, "GET", "/changes?actor=ada_1&per_page=1", "")
		var part struct{ Next int64 }
		if err := json.Unmarshal([]byte(first.body), &part); err != nil || part.Next == 0 {
			t.Fatalf("%s: %v", first.body, err)
		}
		if got := tn.changed(t, fmt.Sprintf("actor=ada_1&before=%d", part.Next)); got != "group.create" {
			t.Errorf("the next part: %q", got)
		}
		for _, query := range []string{"since=yesterday-or-so-it-is", "until=2026-11-23T00:00:00", "kind=secret", "actor=", "object="} {
			if got := tn.send(t, "GET", "/changes?"+query, ""); got.status != 400 {
				t.Errorf("%s: %d %s", query, got.status, got.body)
			}
		}
	})
}
