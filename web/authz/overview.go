package authz

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"trellis/web/upstream"
)

// Counts is how many records of each kind a tenant has. Memberships are the
// direct ones.
type Counts struct {
	Users       int `json:"users"`
	Groups      int `json:"groups"`
	Roles       int `json:"roles"`
	Permissions int `json:"permissions"`
	Memberships int `json:"memberships"`
}

// Counts returns how much there is. An API of Auth0 has no such call: 404.
func (c *Client) Counts(ctx context.Context) (Counts, error) {
	var out struct {
		Counts
		Groups *int `json:"groups"`
	}
	err := c.get(ctx, []string{"counts"}, nil, &out)
	if err == nil && out.Groups == nil {
		err = upstream.CheckRecord("") // an answer without counts is none
	}
	if err != nil {
		return Counts{}, fmt.Errorf("counting the tenant: %w", err)
	}
	out.Counts.Groups = *out.Groups
	return out.Counts, nil
}

// What a list can be narrowed to with ListQuery.Finding.
const (
	EmptyGroups        = "empty"
	GoneMembers        = "gone-members"
	RedundantNesting   = "redundant-nesting"
	MissingReferences  = "missing-references"
	UnheldRoles        = "unheld"
	MissingPermissions = "missing-permissions"
	UnusedPermissions  = "unused"
)

// FindingCount is how many records of a list a finding is about, and how often
// it was found, where one record can have it more than once.
type FindingCount struct {
	Records int `json:"records"`
	Cases   int `json:"cases"`
}

// TenantFindings is what is worth tidying up, by the list and the finding.
type TenantFindings struct {
	Groups      map[string]FindingCount `json:"groups"`
	Roles       map[string]FindingCount `json:"roles"`
	Permissions map[string]FindingCount `json:"permissions"`
}

// Findings returns what is worth tidying up. An API of Auth0 has no such call: 404.
func (c *Client) Findings(ctx context.Context) (TenantFindings, error) {
	var out TenantFindings
	err := c.get(ctx, []string{"findings"}, nil, &out)
	if err == nil && out.Groups == nil {
		err = upstream.CheckRecord("")
	}
	if err != nil {
		return TenantFindings{}, fmt.Errorf("reading what is worth tidying up: %w", err)
	}
	return out, nil
}

// Change is an entry of the tenant's journal.
type Change struct {
	Seq   int64  `json:"seq"`
	At    string `json:"at"`
	Actor struct {
		Subject string `json:"subject"`
		Name    string `json:"name"`
		Client  string `json:"client"`
	} `json:"actor"`
	Action string `json:"action"`
	Object struct {
		Kind string `json:"kind"`
		ID   string `json:"id"`
		Name string `json:"name"`
	} `json:"object"`
	Items int `json:"items"`
}

// Changes is a part of the journal, newest first. Next is where it goes on; 0 is
// its end.
type Changes struct {
	Changes []Change `json:"changes"`
	Next    int64    `json:"next"`
}

// ChangeQuery says which entries of the journal are wanted. What is zero narrows
// nothing.
type ChangeQuery struct {
	Before       int64  // the next of the part before
	Kind         string // of the object, such as "group"
	Object       string // the id of what was changed, or was added to or removed from something
	Actor        string // a part of the name, the subject or the client of who made it
	Since, Until time.Time
	PerPage      int
}

func (q ChangeQuery) values() url.Values {
	out := url.Values{"per_page": {strconv.Itoa(q.PerPage)}}
	set := func(name, value string) {
		if value != "" {
			out.Set(name, value)
		}
	}
	if q.Before > 0 {
		out.Set("before", strconv.FormatInt(q.Before, 10))
	}
	set("kind", q.Kind)
	set("object", q.Object)
	set("actor", q.Actor)
	if !q.Since.IsZero() {
		out.Set("since", q.Since.UTC().Format(time.RFC3339))
	}
	if !q.Until.IsZero() {
		out.Set("until", q.Until.UTC().Format(time.RFC3339))
	}
	return out
}

// Changes returns a part of the journal. An API of Auth0 has no such call: 404.
func (c *Client) Changes(ctx context.Context, q ChangeQuery) (Changes, error) {
	var out Changes
	err := c.get(ctx, []string{"changes"}, q.values(), &out)
	if err == nil {
		err = upstream.CheckList(out.Changes, func(c Change) string { return strconv.FormatInt(c.Seq, 10) })
	}
	if err != nil {
		return Changes{}, fmt.Errorf("reading what changed: %w", err)
	}
	return out, nil
}
