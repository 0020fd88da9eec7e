package handlers

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"trellis/web/access"
	"trellis/web/authz"
	"trellis/web/upstream"
)

// outlined is all groups of a tenant, unfolded here.
type outlined struct {
	groups  []authz.Group
	engine  *access.Engine
	outline *access.Outline
	people  *access.Population
}

// treeOfLists unfolds the tree from the whole groups of a tenant whose API cannot.
func treeOfLists(ctx context.Context, api GroupReader, q authz.TreeQuery) (authz.Tree, error) {
	all, err := api.ListGroups(ctx, authz.ListQuery{})
	if err != nil {
		return authz.Tree{}, err
	}
	o := outlineOf(all.Items)
	if q.Parent != "" && !o.engine.Has(q.Parent) {
		return authz.Tree{}, &upstream.Error{Status: 404, Message: "This group does not exist."}
	}
	ask := access.Unfold{
		Below: o.position(q.Parent), Start: q.Page * q.PerPage, Limit: q.PerPage,
		Reveal: o.position(q.Reveal), In: o.position(q.In), Searching: q.Search != "",
	}
	for _, part := range []struct {
		ids []string
		to  *[]int32
	}{{q.Open, &ask.Open}, {q.Keep, &ask.Keep}} {
		for _, id := range part.ids {
			if at := o.position(id); at != access.None {
				*part.to = append(*part.to, at)
			}
		}
	}
	for i, g := range o.groups {
		if (candidate{label: g.Name, detail: g.Description}).matches(q.Search) {
			ask.Found = append(ask.Found, int32(i)) //nolint:gosec // a tenant has not two thousand million groups
		}
	}
	return o.tree(o.outline.Unfold(ask)), nil
}

func outlineOf(groups []authz.Group) outlined {
	vertices, order, rank := make([]access.Group, len(groups)), make([]int32, len(groups)), make([]int32, len(groups))
	members, users := make([][]int32, len(groups)), map[string]int32{}
	for i, g := range groups {
		vertices[i], order[i] = access.Group{ID: g.ID, Name: named(g.Name), Nested: g.Nested}, int32(i) //nolint:gosec // as above
		for _, user := range g.Members {
			if _, known := users[user]; !known {
				users[user] = int32(len(users)) //nolint:gosec // as above
			}
			members[i] = append(members[i], users[user])
		}
	}
	slices.SortStableFunc(order, func(a, b int32) int {
		return cmp.Compare(strings.ToLower(groups[a].Name), strings.ToLower(groups[b].Name))
	})
	for place, at := range order {
		rank[at] = int32(place) //nolint:gosec // as above
	}
	engine := access.NewEngine(vertices, nil, nil)
	return outlined{groups, engine, access.NewOutline(engine.Graph, rank), access.NewPopulation(len(users), members, nil)}
}

func (o outlined) position(id string) int32 {
	if at, ok := o.engine.Graph.Group(id); ok {
		return at
	}
	return access.None
}

func (o outlined) tree(found access.Unfolded) authz.Tree {
	out := authz.Tree{Found: found.Found, Complete: found.Complete}
	for _, at := range found.Way {
		out.Way = append(out.Way, o.groups[at].ID)
	}
	for _, b := range found.Branches {
		branch := authz.TreeBranch{Total: b.Total}
		if b.Parent != access.None {
			branch.Parent = o.groups[b.Parent].ID
			for _, id := range o.groups[b.Parent].Nested {
				if !o.engine.Has(id) {
					branch.Missing = append(branch.Missing, id)
				}
			}
		}
		for _, node := range b.Nodes {
			branch.Groups = append(branch.Groups, o.twig(node))
		}
		out.Branches = append(out.Branches, branch)
	}
	return out
}

func (o outlined) twig(node access.Twig) authz.TreeTwig {
	g := o.groups[node.Group]
	parents := o.engine.ParentsOf(node.Group)
	out := authz.TreeTwig{
		ID: g.ID, Name: g.Name, Description: g.Description, Position: int(node.Position),
		MemberCount: len(g.Members), AllMemberCount: o.engine.MemberCount(node.Group, o.people),
		NestedCount: len(g.Nested), RoleCount: len(g.Roles), MappingCount: len(g.Mappings),
		ParentCount: len(parents), Matches: node.Found, Leads: node.Leads,
	}
	for _, at := range parents {
		out.Parents = append(out.Parents, authz.Group{ID: o.groups[at].ID, Name: o.groups[at].Name})
	}
	return out
}
