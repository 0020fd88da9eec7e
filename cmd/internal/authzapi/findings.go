package authzapi

import (
	"context"
	"slices"
	"sync/atomic"

	"trellis/cmd/internal/snapshot"
	"trellis/cmd/internal/store"
)

// getCounts is how many records of each kind there are.
func getCounts(ctx context.Context, c *call) (any, error) {
	return body(c.tx.TenantCounts(ctx))
}

// findings is what of a tenant is worth tidying up, by the name that the
// document gives it: the ids of the records.
type findings struct {
	revision    int64
	gone        gonePeople
	groups      map[string][]string
	roles       map[string][]string
	permissions map[string][]string

	redundantNestings int
	missingReferences int
}

// findingCount is how many records are part of a finding. Cases is how often it
// was found, where a record can have it more than once.
type findingCount struct {
	Records int  `json:"records"`
	Cases   *int `json:"cases,omitempty"`
}

// getFindings is how much there is of each finding.
func (s *Server) getFindings(ctx context.Context, c *call) (any, error) {
	f, err := s.findings(ctx, c.tx)
	if err != nil {
		return nil, err
	}
	out := map[string]map[string]findingCount{"groups": {}, "roles": {}, "permissions": {}}
	for kind, found := range map[string]map[string][]string{"groups": f.groups, "roles": f.roles, "permissions": f.permissions} {
		for name, ids := range found {
			out[kind][name] = findingCount{Records: len(ids)}
		}
	}
	for name, cases := range map[string]*int{
		"gone-members": &f.gone.count, "redundant-nesting": &f.redundantNestings, "missing-references": &f.missingReferences,
	} {
		out["groups"][name] = findingCount{Records: out["groups"][name].Records, Cases: cases}
	}
	return out, nil
}

// narrowed is what a list should read: with a finding only the records that are
// part of it.
func (s *Server) narrowed(ctx context.Context, c *call) (store.Find, error) {
	find, name := findOf(c.query), c.query.Get("finding")
	if name == "" {
		return find, nil
	}
	f, err := s.findings(ctx, c.tx)
	if err != nil {
		return find, err
	}
	for _, found := range []map[string][]string{f.groups, f.roles, f.permissions} {
		if ids, ok := found[name]; ok {
			find.Among = &ids
		}
	}
	return find, nil
}

// tidiness keeps the findings of the newest revision that was asked about.
type tidiness struct{ newest atomic.Pointer[findings] }

// findings is what tx sees. As long as nothing changes it is found once.
func (s *Server) findings(ctx context.Context, tx *store.Tx) (*findings, error) {
	revision, err := tx.Revision(ctx)
	if err != nil {
		return nil, err
	}
	before := s.tidy.newest.Load()
	if before != nil && before.revision == revision {
		return before, nil
	}
	graph, err := s.Access.Of(ctx, tx)
	if err != nil {
		return nil, err
	}
	f, err := find(ctx, tx, graph, before)
	if err != nil {
		return nil, err
	}
	f.revision = revision
	if !tx.Changed() {
		s.tidy.newest.Store(f)
	}
	return f, nil
}

// find looks for every finding; before is what was found earlier, or nil.
func find(ctx context.Context, tx *store.Tx, graph *snapshot.Snapshot, before *findings) (*findings, error) {
	fill, err := tx.GroupFill(ctx)
	if err != nil {
		return nil, err
	}
	held, err := tx.HeldRoles(ctx)
	if err != nil {
		return nil, err
	}
	unused, err := tx.UnusedPermissions(ctx)
	if err != nil {
		return nil, err
	}
	gone, err := goneSince(ctx, tx, before)
	if err != nil {
		return nil, err
	}
	withGone, err := tx.GroupsOfMembers(ctx, gone.ids)
	if err != nil {
		return nil, err
	}
	f := &findings{
		gone:        gone,
		groups:      map[string][]string{"empty": fill.Empty, "gone-members": withGone},
		roles:       map[string][]string{"unheld": unheld(graph, held, fill.Filled)},
		permissions: map[string][]string{"unused": unused},
	}
	f.nestings(graph)
	f.references(graph)
	return f, nil
}

// unheld is the roles that nobody has, directly or through groups.
func unheld(graph *snapshot.Snapshot, held, filled []string) []string {
	var out []string
	for _, at := range graph.Unheld(in(held), in(filled)) {
		out = append(out, graph.RoleList[at].ID)
	}
	return out
}

func in(ids []string) func(string) bool {
	set := make(map[string]bool, len(ids))
	for _, id := range ids {
		set[id] = true
	}
	return func(id string) bool { return set[id] }
}

// nestings finds the nestings that change nothing.
func (f *findings) nestings(graph *snapshot.Snapshot) {
	var groups []string
	for _, e := range graph.Redundant() {
		f.redundantNestings++
		groups = append(groups, graph.GroupList[e.Group].ID)
	}
	f.groups["redundant-nesting"] = slices.Compact(groups) // those of one group follow one another
}

// references finds the records that name what does not exist.
func (f *findings) references(graph *snapshot.Snapshot) {
	hasRole := func(id string) bool { _, ok := graph.Role(id); return ok }
	var groups, roles []string
	for i := range graph.GroupList {
		g := &graph.GroupList[i]
		if n := missingOf(g.Nested, graph.Has) + missingOf(g.Roles, hasRole); n > 0 {
			f.missingReferences += n
			groups = append(groups, g.ID)
		}
	}
	for i := range graph.RoleList {
		r := &graph.RoleList[i]
		if len(graph.Includes(int32(i))) < len(r.Permissions) { //nolint:gosec // a tenant has not two thousand million roles
			roles = append(roles, r.ID)
		}
	}
	f.groups["missing-references"], f.roles["missing-permissions"] = groups, roles
}

// missingOf is how many of ids do not exist.
func missingOf(ids []string, has func(string) bool) int {
	n := 0
	for _, id := range ids {
		if !has(id) {
			n++
		}
	}
	return n
}
