package authzapi

import (
	"context"
	"net/url"
	"strconv"
	"time"

	"trellis/cmd/internal/store"
)

// change is an entry of the journal. What the record was before and after stays
// inside: it may be all of a user's profile.
type change struct {
	Seq       int64        `json:"seq"`
	At        string       `json:"at"`
	Actor     changeActor  `json:"actor"`
	Action    string       `json:"action"`
	Object    changeObject `json:"object"`
	Items     int          `json:"items,omitempty"`
	RequestID string       `json:"request_id,omitempty"`
}

type changeActor struct {
	Subject string `json:"subject,omitempty"`
	Name    string `json:"name,omitempty"`
	Client  string `json:"client,omitempty"`
}

type changeObject struct {
	Kind string `json:"kind"`
	ID   string `json:"id,omitempty"`
	Name string `json:"name,omitempty"`
}

// readChanges is a part of the journal, newest first.
func readChanges(ctx context.Context, c *call) (any, error) {
	limit := numberOr(c.query, "per_page", perPage)
	filter, err := changeFilter(c.query)
	if err != nil {
		return nil, err
	}
	found, err := c.tx.Changes(ctx, filter, limit+1) // one more, to know whether there is
	if err != nil {
		return nil, err
	}
	answer := struct {
		Changes []change `json:"changes"`
		Next    int64    `json:"next,omitempty"`
	}{Changes: []change{}}
	if len(found) > limit {
		found = found[:limit]
		answer.Next = found[limit-1].Seq
	}
	names, err := namesNow(ctx, c.tx, found)
	if err != nil {
		return nil, err
	}
	for _, f := range found {
		answer.Changes = append(answer.Changes, shownChange(f, names[f.Kind][f.ObjectID]))
	}
	return answer, nil
}

// changeFilter reads what narrows the journal. The door has seen the numbers; a
// time it takes for a text.
func changeFilter(query url.Values) (store.ChangeFilter, error) {
	f := store.ChangeFilter{Kind: query.Get("kind"), ObjectID: query.Get("object"), Actor: query.Get("actor")}
	f.Before, _ = strconv.ParseInt(query.Get("before"), 10, 64)
	for name, to := range map[string]*time.Time{"since": &f.Since, "until": &f.Until} {
		if !query.Has(name) {
			continue
		}
		at, err := time.Parse(time.RFC3339, query.Get(name))
		if err != nil {
			return f, invalid("query", []string{name}, "must be a time such as 2026-11-23T09:00:00Z")
		}
		*to = at
	}
	return f, nil
}

func shownChange(f store.Change, name string) change {
	if name == "" {
		name = f.Name
	}
	return change{
		Seq: f.Seq, At: f.At.Format("2006-01-02T15:04:05.000Z"),
		Actor:  changeActor{Subject: f.Actor.Subject, Name: f.Who, Client: f.Actor.Client},
		Action: f.Action, Object: changeObject{Kind: f.Kind, ID: f.ObjectID, Name: name},
		Items: f.Items, RequestID: f.Actor.RequestID,
	}
}

// namesNow is what the groups, roles and users of changes are called now, by kind
// and id. Those that are gone have the name that the journal noted, if any.
func namesNow(ctx context.Context, tx *store.Tx, changes []store.Change) (map[string]map[string]string, error) {
	ids := map[string][]string{}
	for _, c := range changes {
		ids[c.Kind] = append(ids[c.Kind], c.ObjectID)
	}
	names := map[string]map[string]string{"group": {}, "role": {}, "user": {}}
	groups, err := tx.GroupsByID(ctx, ids["group"], false)
	if err != nil {
		return nil, err
	}
	for _, g := range groups {
		names["group"][g.ID] = g.Name
	}
	for _, id := range ids["role"] {
		r, err := tx.RoleWithoutUsers(ctx, id)
		if err != nil && !isMissing(err) {
			return nil, err
		}
		names["role"][id] = r.Name
	}
	users, err := tx.Users(ctx, ids["user"])
	if err != nil {
		return nil, err
	}
	for id, u := range users {
		names["user"][id], _ = u.Profile["name"].(string)
	}
	return names, nil
}
