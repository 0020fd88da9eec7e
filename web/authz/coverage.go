package authz

import (
	"context"
	"fmt"
	"net/url"
	"strconv"

	"trellis/web/upstream"
)

// What CoverageQuery.Show can narrow a list to.
const (
	NeverMatched = "never"     // mappings that nothing is known to have matched
	Troubled     = "troubled"  // mappings of unknown connections, and those a group has twice
	Uncovered    = "uncovered" // groups of providers that no mapping covers
)

// CoverageQuery says what is wanted. Empty fields narrow nothing.
type CoverageQuery struct {
	Show, Search, Connection string

	Page, PerPage int // Page counts from 0
}

func (q CoverageQuery) values() url.Values {
	v := url.Values{"page": {strconv.Itoa(q.Page)}, "per_page": {strconv.Itoa(q.PerPage)}}
	for name, value := range map[string]string{"show": q.Show, "q": q.Search, "connection": q.Connection} {
		if value != "" {
			v.Set(name, value)
		}
	}
	return v
}

// LaidMapping is a mapping and the group that has it, with what is known of it. Days
// are YYYY-MM-DD, and empty where nothing is known.
type LaidMapping struct {
	ID              string `json:"_id"`
	Group           Vertex `json:"group"`
	ConnectionName  string `json:"connectionName"`
	GroupName       string `json:"groupName"`
	ConnectionKnown bool   `json:"connection_known"`
	Duplicate       bool   `json:"duplicate"`
	ByName          bool   `json:"by_name"` // a group here has the name it goes by
	LastSeen        string `json:"last_seen"`
	Days            int    `json:"days"`
}

// SeenGroup is a group that a provider sent, and how many mappings cover it.
type SeenGroup struct {
	ConnectionName string `json:"connectionName"`
	GroupName      string `json:"groupName"`
	FirstSeen      string `json:"first_seen"`
	LastSeen       string `json:"last_seen"`
	Days           int    `json:"days"`
	Mappings       int    `json:"mappings"`
}

// Coverage is a page of mappings or of groups that providers sent, and what is known
// of all of them.
type Coverage struct {
	Total  int    `json:"total"`
	Since  string `json:"since"` // the first day that anything is known of
	Counts struct {
		Mappings  int `json:"mappings"`
		Never     int `json:"never"`
		Troubled  int `json:"troubled"`
		Seen      int `json:"seen"`
		Uncovered int `json:"uncovered"`
	} `json:"counts"`
	Mappings []LaidMapping `json:"mappings"`
	Groups   []SeenGroup   `json:"groups"`
}

// AllMappings returns a page of the mappings of all groups. An API of Auth0 has no
// such call: 404.
func (c *Client) AllMappings(ctx context.Context, q CoverageQuery) (Coverage, error) {
	var out Coverage
	err := c.get(ctx, []string{"mappings"}, q.values(), &out)
	if err == nil && out.Mappings == nil {
		err = upstream.CheckRecord("") // an answer without a list is none
	}
	if err == nil {
		err = upstream.CheckList(out.Mappings, func(m LaidMapping) string { return m.Group.ID })
	}
	if err != nil {
		return Coverage{}, fmt.Errorf("listing all mappings: %w", err)
	}
	return out, nil
}

// SentGroups returns a page of the groups that providers sent, as AllMappings does.
func (c *Client) SentGroups(ctx context.Context, q CoverageQuery) (Coverage, error) {
	var out Coverage
	err := c.get(ctx, []string{"mappings", "sent"}, q.values(), &out)
	if err == nil && out.Groups == nil {
		err = upstream.CheckRecord("")
	}
	if err == nil {
		err = upstream.CheckList(out.Groups, func(g SeenGroup) string { return g.ConnectionName + g.GroupName })
	}
	if err != nil {
		return Coverage{}, fmt.Errorf("listing groups of providers: %w", err)
	}
	return out, nil
}
