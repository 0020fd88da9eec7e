package authzapi

import (
	"context"

	"trellis/cmd/internal/snapshot"
	"trellis/cmd/internal/store"
	"trellis/web/access"
)

// importPlan is what an import would do: to records, and to people.
type importPlan struct {
	store.Plan

	Impact *impactAnswer `json:"impact,omitempty"`
}

// planImport tells what an import would do. What it would do to people is for who
// may read users, and of a document that can be imported.
func (s *Server) planImport(ctx context.Context, c *call, src store.Source, o store.ImportOptions) (any, error) {
	plan, err := c.tx.PlanImport(ctx, src, o)
	if err != nil {
		return nil, err
	}
	return s.foretold(ctx, c, plan, src, o)
}

// planRestore is planImport for a snapshot.
func (s *Server) planRestore(ctx context.Context, c *call) (any, error) {
	plan, err := c.tx.PlanRestore(ctx, c.id, store.ImportOptions{})
	if err != nil {
		return nil, err
	}
	src, err := c.tx.SnapshotDocument(ctx, c.id)
	if err != nil {
		return nil, err
	}
	return s.foretold(ctx, c, plan, src, store.ImportOptions{})
}

// foretold is plan with what it would do to people.
func (s *Server) foretold(ctx context.Context, c *call, plan store.Plan, src store.Source, o store.ImportOptions) (out importPlan, err error) {
	out.Plan = plan
	if plan.Valid && c.who.Can("read:users") {
		out.Impact, err = s.importImpact(ctx, c, src, o)
	}
	return out, err
}

// importImpact compares the tenant as it is with what the import would make of it.
func (s *Server) importImpact(ctx context.Context, c *call, src store.Source, o store.ImportOptions) (*impactAnswer, error) {
	graph, err := s.Access.Of(ctx, c.tx)
	if err != nil {
		return nil, err
	}
	people, err := s.People.Of(ctx, c.tx)
	if err != nil {
		return nil, err
	}
	document, err := store.Outline(src)
	if err != nil {
		return nil, err
	}
	t := newImported(graph, people)
	after := t.from(document)
	if o.Merge {
		after = merged(t.before, after)
	}
	found := access.Compare(t.before, after, len(t.users))
	f := &forecast{impact: found, shown: wording{engine: found.After, users: t.users}}
	page, err := f.page(ctx, c)
	if err != nil {
		return nil, err
	}
	return &page, nil
}

// imported is a tenant on its way to becoming another one.
type imported struct {
	before access.Tenant
	users  []string // by position, those whom only the document names behind the others
	people *snapshot.People
	added  map[string]int32
}

func newImported(graph *snapshot.Snapshot, people *snapshot.People) *imported {
	t := &imported{users: append([]string(nil), people.IDs...), people: people, added: map[string]int32{}}
	held := people.Population(graph)
	for i, g := range graph.GroupList {
		t.before.Groups = append(t.before.Groups, access.Group{ID: g.ID, Name: g.Name, Nested: g.Nested, Roles: g.Roles})
		t.before.Members = append(t.before.Members, held.Members(int32(i))) //nolint:gosec // a tenant has not two thousand million groups
	}
	for i, r := range graph.RoleList {
		t.before.Roles = append(t.before.Roles, access.Role{ID: r.ID, Name: r.Name, Permissions: r.Permissions})
		t.before.Holders = append(t.before.Holders, held.Holders(int32(i))) //nolint:gosec // as above
	}
	for _, p := range graph.PermissionList {
		t.before.Permissions = append(t.before.Permissions, access.Permission{ID: p.ID, Name: p.Name})
	}
	return t
}

// from is a document as a tenant.
func (t *imported) from(d store.Document) access.Tenant {
	var out access.Tenant
	for _, g := range d.Groups {
		out.Groups = append(out.Groups, access.Group{ID: g.ID, Name: g.Name, Nested: g.Nested, Roles: g.Roles})
		out.Members = append(out.Members, t.positions(g.Members))
	}
	for _, r := range d.Roles {
		out.Roles = append(out.Roles, access.Role{ID: r.ID, Name: r.Name, Permissions: r.Permissions})
		out.Holders = append(out.Holders, t.positions(r.Users))
	}
	for _, p := range d.Permissions {
		out.Permissions = append(out.Permissions, access.Permission{ID: p.ID, Name: p.Name})
	}
	return out
}

// positions is where users stand.
func (t *imported) positions(users []string) []int32 {
	out := make([]int32, len(users))
	for i, id := range users {
		at, known := t.people.Position(id)
		if !known {
			if at, known = t.added[id]; !known {
				at = int32(len(t.users)) //nolint:gosec // a tenant has not two thousand million users
				t.added[id], t.users = at, append(t.users, id)
			}
		}
		out[i] = at
	}
	return out
}

// merged is before with the records of document in the place of those with their id,
// or behind them.
func merged(before, document access.Tenant) access.Tenant {
	out := before
	out.Groups, out.Members = replaced(before.Groups, document.Groups, before.Members, document.Members, func(g access.Group) string { return g.ID })
	out.Roles, out.Holders = replaced(before.Roles, document.Roles, before.Holders, document.Holders, func(r access.Role) string { return r.ID })
	out.Permissions, _ = replaced(before.Permissions, document.Permissions, nil, nil, func(p access.Permission) string { return p.ID })
	return out
}

// replaced is records and what they are held by, with those of others in their places.
func replaced[T any](records, others []T, held, heldToo [][]int32, id func(T) string) ([]T, [][]int32) {
	at := map[string]int{}
	for i, r := range records {
		at[id(r)] = i
	}
	out, lists := append([]T(nil), records...), append([][]int32(nil), held...)
	for i, r := range others {
		place, there := at[id(r)]
		if !there {
			out = append(out, r)
		} else {
			out[place] = r
		}
		switch {
		case i >= len(heldToo):
		case there:
			lists[place] = heldToo[i]
		default:
			lists = append(lists, heldToo[i])
		}
	}
	return out, lists
}
