package store

import (
	"context"
	"fmt"
	"slices"
)

// placedCoreRole is a core role of a document, and where in it that is.
type placedCoreRole struct {
	where string
	DocumentCoreRole
}

// coreRole looks at one core role. It is remembered whole: it names users and
// APIs, which may come after it.
func (in *inspection) coreRole(it item) {
	var o DocumentCoreRole
	if !in.typed(it, &o) || !in.identified(it, "id", o.ID) {
		return
	}
	in.nameOf(it, o.Name, o.Description, "")
	in.set(it.where+".users", o.Users)
	for i, p := range o.Permissions {
		if p.API == "" || p.Name == "" {
			in.problems.add(fmt.Sprintf("%s.permissions[%d]", it.where, i), "needs a resource_server_identifier and a permission_name")
		}
	}
	in.core = append(in.core, placedCoreRole{it.where, o})
}

// findNobody finds users of core roles who will not be there.
func (tx *Tx) findNobody(ctx context.Context, in *inspection) error {
	if len(in.core) == 0 {
		return nil
	}
	users, err := tx.knownUsers(ctx, in)
	if err != nil {
		return err
	}
	for _, o := range in.core {
		for i, id := range o.Users {
			if !users[id] {
				in.problems.add(fmt.Sprintf("%s.users[%d]", o.where, i), "is the user %q, who does not exist", id)
			}
		}
	}
	return nil
}

// undefined finds permissions of a core role that no API will define. They are kept.
func (p *planner) undefined(it item) {
	var o DocumentCoreRole
	if parse(it.raw, &o) != nil {
		return // a problem already
	}
	for n, ref := range o.Permissions {
		if !slices.Contains(p.scopes[ref.API], ref.Name) {
			p.unresolved.add(fmt.Sprintf("%s.permissions[%d]", it.where, n), "%s of %s does not exist", ref.Name, ref.API)
		}
	}
}

// keepCoreRoles remembers who has which core role: the users are made anew.
func (a *application) keepCoreRoles(ctx context.Context) error {
	all, err := a.tx.WholeCoreRoles(ctx)
	a.keptRole = map[string][]string{}
	for _, o := range all {
		for _, user := range o.Users {
			if _, stays := a.in.ids["users"][user]; stays {
				a.keptRole[o.ID] = append(a.keptRole[o.ID], user)
			}
		}
	}
	return err
}

// putCoreRoles makes the core roles of the document, and gives users made anew
// the core roles that they had.
func (a *application) putCoreRoles(ctx context.Context) error {
	for _, o := range a.in.core {
		if err := a.tx.insertCoreRole(ctx, o.plain()); err != nil {
			return fmt.Errorf("%s: %w", o.where, err)
		}
		if err := a.tx.fillCoreRole(ctx, o.DocumentCoreRole); err != nil {
			return fmt.Errorf("%s: %w", o.where, err)
		}
		place, there := a.places["core_roles"][o.ID]
		if !there {
			continue
		}
		if _, err := a.tx.change(ctx, `update core_roles set seq = $2 where id = $1`, o.ID, place); err != nil {
			return fmt.Errorf("putting %s in its place: %w", o.where, err)
		}
	}
	for role, users := range a.keptRole {
		if err := a.tx.fillCoreRole(ctx, DocumentCoreRole{ID: role, Users: users}); err != nil {
			return err
		}
	}
	return nil
}
