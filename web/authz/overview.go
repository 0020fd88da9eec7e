package authz

import (
	"context"
	"fmt"
	"net/url"
	"strconv"

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

// Changes returns at most perPage entries before the one that next of the part
// before names; 0 begins with the newest. An API of Auth0 has no such call: 404.
func (c *Client) Changes(ctx context.Context, before int64, perPage int) (Changes, error) {
	query := url.Values{"per_page": {strconv.Itoa(perPage)}}
	if before > 0 {
		query.Set("before", strconv.FormatInt(before, 10))
	}
	var out Changes
	err := c.get(ctx, []string{"changes"}, query, &out)
	if err == nil {
		err = upstream.CheckList(out.Changes, func(c Change) string { return strconv.FormatInt(c.Seq, 10) })
	}
	if err != nil {
		return Changes{}, fmt.Errorf("reading what changed: %w", err)
	}
	return out, nil
}
