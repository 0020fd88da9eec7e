package authz

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"trellis/web/upstream"
)

// TreeQuery says which branches of the tree of groups are wanted. Its zero value
// asks for the top.
type TreeQuery struct {
	Parent        string   // whose branch comes first; empty for the top
	Open          []string // groups whose branches are wanted too
	Keep          []string // groups that are told wherever they stand in a branch
	Search        string   // leaves what matches and what stands above it
	Reveal, In    string   // a group to which the way is wanted, and the group above it
	Page, PerPage int      // of the first branch; Page counts from 0
}

func (q TreeQuery) values() url.Values {
	v := ListQuery{Search: q.Search, Page: q.Page, PerPage: q.PerPage}.values()
	for name, value := range map[string]string{"parent": q.Parent, "reveal": q.Reveal, "in": q.In} {
		if value != "" {
			v.Set(name, value)
		}
	}
	for _, id := range q.Open {
		v.Add("open", id)
	}
	for _, id := range q.Keep {
		v.Add("keep", id)
	}
	return v
}

// Tree is some branches of the tree of groups, in which each group stands under
// every group that it is nested in.
type Tree struct {
	Branches []TreeBranch `json:"branches"`
	Way      []string     `json:"way"`      // from the first branch down to what was to be revealed
	Found    int          `json:"found"`    // how many match the search
	Complete bool         `json:"complete"` // unless it found more than the branches show
}

// TreeBranch is some of the groups directly in Parent, and how many there are.
// Without Parent it is the top.
type TreeBranch struct {
	Parent  string     `json:"parent"`
	Total   int        `json:"total"`
	Groups  []TreeTwig `json:"groups"`
	Missing []string   `json:"missing"` // ids that Parent nests and no group has
}

// TreeTwig is a group at a place of the tree. Position counts from 1.
type TreeTwig struct {
	ID          string `json:"_id"`
	Name        string `json:"name"`
	Description string `json:"description"`
	Position    int    `json:"position"`

	MemberCount    int `json:"member_count"`
	AllMemberCount int `json:"all_member_count"` // also those of groups below it
	NestedCount    int `json:"nested_count"`
	RoleCount      int `json:"role_count"`
	MappingCount   int `json:"mapping_count"`

	ParentCount int     `json:"parent_count"`
	Parents     []Group `json:"parents"` // the first of them: id and name

	Matches bool `json:"matches"` // the search
	Leads   bool `json:"leads"`   // to something below it that does
}

// GroupTree returns branches of the tree of groups. known is false when the API
// has no such call, or no group Parent: only an embedded one has it.
func (c *Client) GroupTree(ctx context.Context, q TreeQuery) (tree Tree, known bool, err error) {
	var out struct {
		Tree
		Branches *[]TreeBranch `json:"branches"`
	}
	err = c.get(ctx, []string{"groups", "tree"}, q.values(), &out)
	if status := upstream.StatusOf(err); status == http.StatusNotFound || status == http.StatusMethodNotAllowed {
		return Tree{}, false, nil
	}
	if err == nil && out.Branches == nil {
		return Tree{}, false, nil // a group called "tree"
	}
	if err != nil {
		return Tree{}, false, fmt.Errorf("unfolding the tree of groups: %w", err)
	}
	out.Tree.Branches = *out.Branches
	for _, b := range out.Tree.Branches {
		if err := upstream.CheckList(b.Groups, func(t TreeTwig) string { return t.ID }); err != nil {
			return Tree{}, false, fmt.Errorf("unfolding the tree of groups: %w", err)
		}
	}
	return out.Tree, true, nil
}
