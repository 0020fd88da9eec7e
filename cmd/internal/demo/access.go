package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"trellis/cmd/internal/store"
)

// access puts groups, roles and permissions into the tenant.
func (l *loader) access(ctx context.Context) error {
	d := store.Document{}
	for _, a := range l.o.Applications {
		for _, p := range a.Permissions {
			d.Permissions = append(d.Permissions, store.Permission{
				ID: permissionID(a, p.Name), Name: p.Name, Description: p.Description,
				ApplicationType: "client", ApplicationID: clientID(a),
			})
		}
		for _, r := range a.Roles {
			d.Roles = append(d.Roles, l.role(a, r))
		}
	}
	for _, g := range l.o.Groups {
		made, err := l.group(g)
		if err != nil {
			return err
		}
		d.Groups = append(d.Groups, made)
	}
	return l.tx.Import(ctx, d)
}

func (l *loader) role(a application, r role) store.Role {
	out := store.Role{
		ID: roleID(r.Name), Name: r.Name, Description: r.Description,
		ApplicationType: "client", ApplicationID: clientID(a),
	}
	for _, p := range r.Permissions {
		out.Permissions = append(out.Permissions, permissionID(a, p))
	}
	for _, name := range r.Users {
		out.Users = append(out.Users, l.userIDs[name])
	}
	return out
}

func (l *loader) group(g group) (store.Group, error) {
	out := store.Group{ID: groupID(g.Name), Name: g.Name, Description: g.Description, Pending: g.Pending}
	if g.Metadata != nil {
		var err error
		if out.Metadata, err = json.Marshal(g.Metadata); err != nil {
			return out, fmt.Errorf("metadata of %s: %w", g.Name, err)
		}
	}
	for _, name := range slices.Concat(l.workers(g.Name), g.Members) {
		out.Members = append(out.Members, l.userIDs[name])
	}
	for _, name := range g.Nests {
		out.Nested = append(out.Nested, groupID(name))
	}
	for _, name := range g.Roles {
		out.Roles = append(out.Roles, roleID(name))
	}
	for _, connection := range slices.Sorted(maps.Keys(g.Mappings)) {
		for _, theirs := range g.Mappings[connection] {
			out.Mappings = append(out.Mappings, store.Mapping{
				ID: id("mapping", g.Name+"/"+connection+"/"+theirs), GroupName: theirs, ConnectionName: connection,
			})
		}
	}
	return out, nil
}

// workers is the names of the people who work in the group called name.
func (l *loader) workers(name string) []string {
	var out []string
	for _, t := range l.o.Teams {
		if t.Group != name {
			continue
		}
		for _, p := range t.People {
			out = append(out, p.Name)
		}
	}
	return out
}

func groupID(name string) string { return id("group", name) }

func roleID(name string) string { return id("role", name) }

func permissionID(a application, name string) string { return id("permission", a.Name+"/"+name) }
