package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
)

// Nodes is the whole graph of access.
func (tx *Tx) Nodes(ctx context.Context) (Nodes, error) {
	var out Nodes
	everything := selection{}
	for _, read := range []func(context.Context, *Nodes, selection) error{tx.groupNodes, tx.roleNodes, tx.permissionNodes} {
		if err := read(ctx, &out, everything); err != nil {
			return out, err
		}
	}
	return out, nil
}

// NodesOf is the records that changed names, as far as they exist.
func (tx *Tx) NodesOf(ctx context.Context, changed Changed) (Nodes, error) {
	var out Nodes
	for _, part := range []struct {
		ids  []string
		read func(context.Context, *Nodes, selection) error
	}{{changed.Groups, tx.groupNodes}, {changed.Roles, tx.roleNodes}, {changed.Permissions, tx.permissionNodes}} {
		for some := range slices.Chunk(part.ids, wholeBatch) {
			if err := part.read(ctx, &out, selection{some}); err != nil {
				return out, err
			}
		}
	}
	return out, nil
}

// selection is which records to read: those with ids, or all when there are none.
type selection struct{ ids []string }

// where is the rest of a query for the records whose id is in column.
func (s selection) where(column string) string {
	if s.ids == nil {
		return ` order by seq`
	}
	return ` where ` + column + ` in (` + places(1, len(s.ids)) + `) order by seq`
}

func (tx *Tx) groupNodes(ctx context.Context, out *Nodes, of selection) error {
	at := map[string]int{}
	err := tx.rows(ctx, func(r *sql.Rows) error {
		var g GroupNode
		err := r.Scan(&g.Seq, &g.ID, &g.Name, &g.Description)
		at[g.ID] = len(out.Groups)
		out.Groups = append(out.Groups, g)
		return err
	}, `select seq, id, name, description from groups`+of.where("id"), anys(of.ids)...)
	if err != nil {
		return fmt.Errorf("reading groups: %w", err)
	}
	for _, part := range []struct {
		list list
		add  func(g *GroupNode, id string)
	}{
		{nestedList(), func(g *GroupNode, id string) { g.Nested = append(g.Nested, id) }},
		{roleList(), func(g *GroupNode, id string) { g.Roles = append(g.Roles, id) }},
	} {
		err := tx.pairs(ctx, func(group, id string) { part.add(&out.Groups[at[group]], id) },
			`select group_id, `+part.list.column+` from `+part.list.table+of.where("group_id"), anys(of.ids)...)
		if err != nil {
			return fmt.Errorf("reading %s: %w", part.list.table, err)
		}
	}
	mappings, err := tx.mappings(ctx, of.where("group_id"), anys(of.ids)...)
	for _, m := range mappings {
		g := &out.Groups[at[m.group]]
		g.Mappings = append(g.Mappings, m)
	}
	return err
}

func (tx *Tx) roleNodes(ctx context.Context, out *Nodes, of selection) error {
	at := map[string]int{}
	err := tx.rows(ctx, func(r *sql.Rows) error {
		var o RoleNode
		err := r.Scan(&o.Seq, &o.ID, &o.Name, &o.Description, &o.ApplicationType, &o.ApplicationID)
		at[o.ID] = len(out.Roles)
		out.Roles = append(out.Roles, o)
		return err
	}, `select seq, id, name, description, application_type, application_id from roles`+of.where("id"), anys(of.ids)...)
	if err != nil {
		return fmt.Errorf("reading roles: %w", err)
	}
	err = tx.pairs(ctx, func(role, permission string) {
		o := &out.Roles[at[role]]
		o.Permissions = append(o.Permissions, permission)
	}, `select role_id, permission_id from role_permissions`+of.where("role_id"), anys(of.ids)...)
	if err != nil {
		return fmt.Errorf("reading permissions of roles: %w", err)
	}
	return nil
}

func (tx *Tx) permissionNodes(ctx context.Context, out *Nodes, of selection) error {
	err := tx.rows(ctx, func(r *sql.Rows) error {
		var p PermissionNode
		err := r.Scan(&p.Seq, &p.ID, &p.Name, &p.Description, &p.ApplicationType, &p.ApplicationID)
		out.Permissions = append(out.Permissions, p)
		return err
	}, `select seq, id, name, description, application_type, application_id from permissions`+of.where("id"), anys(of.ids)...)
	if err != nil {
		return fmt.Errorf("reading permissions: %w", err)
	}
	return nil
}
