package authzapi

import (
	"context"

	"trellis/cmd/internal/snapshot"
	"trellis/cmd/internal/store"
	"trellis/web/access"
)

const (
	// twigsPerPage is how many groups a branch of the tree has by itself.
	twigsPerPage = 50
	// mostParents is how many of the groups around another one an answer names.
	mostParents = 50
	// mostGone is how many of the ids without a group a branch names.
	mostGone = 50
)

// groupTree is a part of the tree of groups.
type groupTree struct {
	Branches []groupBranch `json:"branches"`
	Way      []string      `json:"way,omitempty"`
	Found    *int          `json:"found,omitempty"`
	Complete bool          `json:"complete"`
}

// groupBranch is some of the groups directly in a group, or at the top.
type groupBranch struct {
	Parent  string      `json:"parent,omitempty"`
	Total   int         `json:"total"`
	Groups  []groupTwig `json:"groups"`
	Missing []string    `json:"missing,omitempty"`
}

// labelled is a record by its name.
type labelled struct {
	ID   string `json:"_id"`
	Name string `json:"name"`
}

// groupTwig is a group at a place of the tree.
type groupTwig struct {
	named

	Position       int        `json:"position"`
	MemberCount    int        `json:"member_count"`
	AllMemberCount int        `json:"all_member_count"`
	NestedCount    int        `json:"nested_count"`
	RoleCount      int        `json:"role_count"`
	MappingCount   int        `json:"mapping_count"`
	ParentCount    int        `json:"parent_count"`
	Parents        []labelled `json:"parents"`
	Matches        bool       `json:"matches,omitempty"`
	Leads          bool       `json:"leads,omitempty"`
}

// readTree is the branches of the tree of groups that the query asks for.
func (s *Server) readTree(ctx context.Context, c *call) (any, error) {
	graph, err := s.Access.Of(ctx, c.tx)
	if err != nil {
		return nil, err
	}
	people, err := s.People.Of(ctx, c.tx)
	if err != nil {
		return nil, err
	}
	ask, err := unfoldOf(c, graph)
	if err != nil {
		return nil, err
	}
	found := graph.Outline().Unfold(ask)
	out := groupTree{Branches: make([]groupBranch, len(found.Branches)), Complete: found.Complete}
	for i, b := range found.Branches {
		out.Branches[i] = branchOf(graph, people, b)
	}
	for _, at := range found.Way {
		out.Way = append(out.Way, graph.GroupList[at].ID)
	}
	if ask.Searching {
		out.Found = &found.Found
	}
	return out, nil
}

// unfoldOf is what the query asks for. Of the groups that are open, kept or to
// reveal those that are gone are passed over: they come from an address that
// somebody kept.
func unfoldOf(c *call, graph *snapshot.Snapshot) (access.Unfold, error) {
	limit := numberOr(c.query, "per_page", twigsPerPage)
	ask := access.Unfold{
		Below: access.None, Start: numberOr(c.query, "page", 0) * limit, Limit: limit,
		Open: existing(graph, c.query["open"]), Keep: existing(graph, c.query["keep"]),
		Reveal: positionOf(graph, c.query.Get("reveal")), In: positionOf(graph, c.query.Get("in")),
	}
	if id := c.query.Get("parent"); id != "" {
		if ask.Below = positionOf(graph, id); ask.Below == access.None {
			return ask, &store.NotFoundError{Kind: store.Groups, ID: id}
		}
	}
	if search := c.query.Get("q"); search != "" {
		ask.Searching, ask.Found = true, graph.Matching(search)
	}
	return ask, nil
}

func positionOf(graph *snapshot.Snapshot, id string) int32 {
	if at, ok := graph.Group(id); ok {
		return at
	}
	return access.None
}

func existing(graph *snapshot.Snapshot, ids []string) []int32 {
	var out []int32
	for _, id := range ids {
		if at, ok := graph.Group(id); ok {
			out = append(out, at)
		}
	}
	return out
}

func branchOf(graph *snapshot.Snapshot, people *snapshot.People, b access.Branch) groupBranch {
	out := groupBranch{Total: b.Total, Groups: make([]groupTwig, len(b.Nodes))}
	if b.Parent != access.None {
		parent := &graph.GroupList[b.Parent]
		out.Parent = parent.ID
		for _, id := range parent.Nested {
			if _, known := graph.Group(id); !known && len(out.Missing) < mostGone {
				out.Missing = append(out.Missing, id)
			}
		}
	}
	for i, node := range b.Nodes {
		out.Groups[i] = twigOf(graph, people, node)
	}
	return out
}

func twigOf(graph *snapshot.Snapshot, people *snapshot.People, node access.Twig) groupTwig {
	g := &graph.GroupList[node.Group]
	parents := graph.ParentsOf(node.Group)
	out := groupTwig{
		named: named{g.ID, g.Name, g.Description}, Position: int(node.Position),
		MemberCount: len(people.Members(g.ID)), AllMemberCount: people.MemberCount(graph, node.Group),
		NestedCount: len(g.Nested), RoleCount: len(g.Roles), MappingCount: len(g.Mappings),
		ParentCount: len(parents), Parents: []labelled{}, Matches: node.Found, Leads: node.Leads,
	}
	for _, at := range parents[:min(len(parents), mostParents)] {
		out.Parents = append(out.Parents, labelled{graph.GroupList[at].ID, graph.GroupList[at].Name})
	}
	return out
}
