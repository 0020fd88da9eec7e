package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"

	"trellis/cmd/internal/store"
	"trellis/views/urls"
)

// sample is whom and what the requests are about, one after the other.
type sample struct {
	users  []string
	groups []store.Group
}

func newSample(ctx context.Context, s *store.Store, most int) (x sample, err error) {
	err = s.View(ctx, func(tx *store.Tx) error {
		users, _, err := tx.FindUsers(ctx, store.UserQuery{Limit: most})
		if err != nil {
			return err
		}
		for _, u := range users {
			x.users = append(x.users, u.UserID)
		}
		x.groups, _, err = tx.Groups(ctx, store.Find{Limit: most}, false)
		return err
	})
	if err == nil && (len(x.users) == 0 || len(x.groups) == 0) {
		err = fmt.Errorf("the organisation has %d users and %d groups", len(x.users), len(x.groups))
	}
	return x, err
}

func (x sample) user(n int) string  { return url.PathEscape(x.users[n%len(x.users)]) }
func (x sample) group(n int) string { return x.groups[n%len(x.groups)].ID }

func (x sample) calculateGroups(n int) request {
	return request{http.MethodGet, "/api/users/" + x.user(n) + "/groups/calculate", ""}
}

func (x sample) calculateRoles(n int) request {
	return request{http.MethodGet, "/api/users/" + x.user(n) + "/roles/calculate", ""}
}

func (x sample) policy(n int) request {
	return request{
		http.MethodPost, fmt.Sprintf("/api/users/%s/policy/application%02d", x.user(n), n%20),
		`{"connectionName":"corp-ad","groups":["CN=Staff"]}`,
	}
}

func (x sample) allMembers(n int) request {
	return request{http.MethodGet, "/api/groups/" + x.group(n) + "/members/nested?per_page=25&page=1", ""}
}

// allHolders is who is in a group, and how.
func (x sample) allHolders(n int) request {
	return request{http.MethodGet, "/api/groups/" + x.group(n) + "/members/calculate?per_page=25&page=1&sort=name:1", ""}
}

func (x sample) groupList(n int) request {
	return request{http.MethodGet, fmt.Sprintf("/api/groups?page=%d&per_page=50&include_totals=true", n%max(len(x.groups)/50, 1)), ""}
}

// groupRows is the list as the dashboard asks for it.
func (x sample) groupRows(n int) request {
	q := x.groupList(n)
	q.path += "&sort=name:1&fields=_id,name,description,member_count,nested_count,role_count,mapping_count"
	return q
}

func (x sample) groupDetail(n int) request {
	return request{http.MethodGet, "/api/groups/" + x.group(n), ""}
}

// listPage is a page of the dashboard's list of groups.
func (x sample) listPage(n int) string {
	return urls.GroupList{Page: 1 + n%max(len(x.groups)/50, 1)}.To()
}

// groupPage is the dashboard's page of a group.
func (x sample) groupPage(n int) string { return urls.ToGroup(x.group(n)) }

// addMember adds a user to a group that the user is hardly in yet.
func (x sample) addMember(n int) request {
	body, _ := json.Marshal([]string{x.users[n*7%len(x.users)]}) // text is always JSON
	return request{http.MethodPatch, "/api/groups/" + x.group(n) + "/members", string(body)}
}

// importMembers is an import that gives one group so many members, other ones
// each time.
func (x sample) importMembers(n, members int) request {
	ids := make([]string, members)
	for i := range ids {
		ids[i] = fmt.Sprintf("auth0|imported-%d-%d", n%2, i)
	}
	group := map[string]any{"_id": "6f1f3c52-0c0b-4b0f-9d55-6d5a0e1b7c10", "name": "Imported", "description": "Again and again", "members": ids}
	body, _ := json.Marshal(map[string]any{"groups": []any{group}}) // text is always JSON
	return request{http.MethodPost, "/api/configuration/import?mode=merge", string(body)}
}
