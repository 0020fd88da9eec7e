package authz

import (
	"context"
	"fmt"
	"net/http"

	"trellis/web/upstream"
)

// Group is a group. A list that is nil was never used, or was not asked for.
type Group struct {
	ID          string    `json:"_id"`
	Name        string    `json:"name"`
	Description string    `json:"description"`
	Members     []string  `json:"members,omitempty"`
	Nested      []string  `json:"nested,omitempty"`
	Roles       []string  `json:"roles,omitempty"`
	Mappings    []Mapping `json:"mappings,omitempty"`

	// Metadata is what a team wants to know of the group; its values are strings,
	// numbers (float64) and truth values.
	Metadata map[string]any `json:"metadata,omitempty"`
	// Pending is the addresses of those whom the group waits for.
	Pending []string `json:"pending,omitempty"`

	// What is stored, counted. Filled by ListGroups, when asked for, and by Group.
	MemberCount  int `json:"member_count,omitempty"`
	NestedCount  int `json:"nested_count,omitempty"`
	RoleCount    int `json:"role_count,omitempty"`
	MappingCount int `json:"mapping_count,omitempty"`
	PendingCount int `json:"pending_count,omitempty"`

	// NestedIn is the ids of the groups that directly contain this one. Filled
	// like the counts.
	NestedIn []string `json:"nested_in,omitempty"`

	// Missing says that a group names this one and it is gone: only ID is known.
	Missing bool `json:"missing,omitempty"`

	// ETag is the version of ID, Name, Description and Metadata, for UpdateGroup,
	// PatchGroup and DeleteGroup. Filled by Group.
	ETag string `json:"-"`
}

// GroupInput is what a group is made of, and what an update replaces. An update
// without Metadata leaves it as it is; an empty one takes it away.
type GroupInput struct {
	Name        string         `json:"name"`
	Description string         `json:"description"`
	Metadata    map[string]any `json:"metadata,omitzero"`
}

// NewGroup is a group to create, and what is in it from the start.
type NewGroup struct {
	GroupInput
	Initial *GroupContents `json:"initial,omitempty"`
}

// GroupContents is what is in a new group from the start.
type GroupContents struct {
	Members  []string       `json:"members,omitempty"`
	Pending  []string       `json:"pending,omitempty"` // emails
	Nested   []string       `json:"nested,omitempty"`
	Roles    []string       `json:"roles,omitempty"`
	Mappings []MappingInput `json:"mappings,omitempty"`
}

// GroupPatch is what to change of a group: what is nil stays. Of Metadata the keys
// that are there change; a nil value takes one away.
type GroupPatch struct {
	Name        *string        `json:"name,omitempty"`
	Description *string        `json:"description,omitempty"`
	Metadata    map[string]any `json:"metadata,omitempty"`
}

// groupCounts is the fields that ListGroups leaves out unless they are asked for.
var groupCounts = []string{"member_count", "nested_count", "role_count", "mapping_count", "pending_count", "nested_in"}

// ListGroups returns a page of the groups that match q.
func (c *Client) ListGroups(ctx context.Context, q ListQuery) (Page[Group], error) {
	page, err := list[Group](ctx, c, "groups", q)
	if err != nil {
		return page, fmt.Errorf("listing groups: %w", err)
	}
	return page, nil
}

// Group returns the group with that id, its counts and its version.
//
// It asks twice: the version that writes are compared with is that of the plain
// record, so that a new member does not look like a change of the name.
func (c *Client) Group(ctx context.Context, id string) (Group, error) {
	var plain, counted Group
	path := []string{"groups", id}
	header, err := c.api.Call(ctx, upstream.Request{Method: http.MethodGet, Path: path}, &plain)
	if err == nil {
		err = upstream.CheckRecord(plain.ID)
	}
	if err != nil {
		return Group{}, fmt.Errorf("reading group %q: %w", id, err)
	}
	_, err = c.api.Call(ctx, upstream.Request{
		Method: http.MethodGet, Path: path, Query: ListQuery{Fields: groupCounts}.values(),
	}, &counted)
	if err != nil {
		return Group{}, fmt.Errorf("counting in group %q: %w", id, err)
	}
	counted.ID, counted.Name, counted.Description = plain.ID, plain.Name, plain.Description
	counted.Metadata = plain.Metadata
	counted.ETag = header.Get("ETag")
	return counted, nil
}

// CreateGroup makes a group with nothing in it.
func (c *Client) CreateGroup(ctx context.Context, in GroupInput) (Group, error) {
	return c.CreateGroupWith(ctx, NewGroup{GroupInput: in})
}

// CreateGroupWith makes a group and what is in it from the start, or nothing of both.
func (c *Client) CreateGroupWith(ctx context.Context, in NewGroup) (Group, error) {
	var g Group
	_, err := c.api.Call(ctx, upstream.Request{Method: http.MethodPost, Path: []string{"groups"}, Body: in}, &g)
	if err == nil {
		err = upstream.CheckRecord(g.ID)
	}
	if err != nil {
		return Group{}, fmt.Errorf("creating a group: %w", err)
	}
	return g, nil
}

// PatchGroup changes what in names, and returns the group whole. ifMatch is as for
// UpdateGroup.
func (c *Client) PatchGroup(ctx context.Context, id string, in GroupPatch, ifMatch string) (Group, error) {
	var g Group
	_, err := c.api.Call(ctx, upstream.Request{
		Method: http.MethodPatch, Path: []string{"groups", id}, Body: in, IfMatch: ifMatch,
	}, &g)
	if err != nil {
		return Group{}, fmt.Errorf("changing group %q: %w", id, err)
	}
	return g, nil
}

// UpdateGroup gives a group another name, description and metadata. When ifMatch is not
// empty and the group has changed since, nothing happens and the error is a 412.
func (c *Client) UpdateGroup(ctx context.Context, id string, in GroupInput, ifMatch string) (Group, error) {
	var g Group
	_, err := c.api.Call(ctx, upstream.Request{
		Method: http.MethodPut, Path: []string{"groups", id}, Body: in, IfMatch: ifMatch,
	}, &g)
	if err != nil {
		return Group{}, fmt.Errorf("updating group %q: %w", id, err)
	}
	return g, nil
}

// DeleteGroup removes a group with its memberships, mappings and assignments.
// ifMatch is as for UpdateGroup.
func (c *Client) DeleteGroup(ctx context.Context, id, ifMatch string) error {
	_, err := c.api.Call(ctx, upstream.Request{
		Method: http.MethodDelete, Path: []string{"groups", id}, IfMatch: ifMatch,
	}, nil)
	if err != nil {
		return fmt.Errorf("deleting group %q: %w", id, err)
	}
	return nil
}
