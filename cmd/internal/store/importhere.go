package store

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
)

// inspectHere is inspect, and then what is wrong about the document in this
// tenant: names that others have, and permissions of nobody.
func (tx *Tx) inspectHere(ctx context.Context, src Source, o ImportOptions) (*inspection, error) {
	in, err := inspect(src, o, &tx.pace)
	if err != nil {
		return nil, err
	}
	if o.Merge {
		for _, table := range []string{"groups", "roles", "permissions", "core_roles"} {
			if err := tx.findTaken(ctx, in, table); err != nil {
				return nil, err
			}
		}
	}
	if err := tx.findUnheld(ctx, in); err != nil {
		return nil, err
	}
	return in, tx.findNobody(ctx, in)
}

// place is where a record of a table stands, and what it is called.
type place struct {
	seq  int64
	id   string
	name [2]string // application and folded name
	twin int
}

// eachPlace hands on the place of every record of a table.
func (tx *Tx) eachPlace(ctx context.Context, table string, found func(place)) error {
	application, twin := `application_id`, `twin`
	if table == "groups" || table == "core_roles" {
		application = `''`
	}
	if table == "core_roles" {
		twin = `0`
	}
	err := tx.rows(ctx, func(r *sql.Rows) error {
		var p place
		if err := r.Scan(&p.seq, &p.id, &p.name[0], &p.name[1], &p.twin); err != nil {
			return err
		}
		found(p)
		return nil
	}, `select seq, id, `+application+`, name_key, `+twin+` from `+table+` order by seq`)
	if err != nil {
		return fmt.Errorf("reading names of %s: %w", table, err)
	}
	return nil
}

// findTaken finds names of the document that records beside it have. A record that
// has the name here already, beside its namesake, may keep it.
func (tx *Tx) findTaken(ctx context.Context, in *inspection, table string) error {
	has, stays := map[[2]string]bool{}, []place{}
	err := tx.eachPlace(ctx, table, func(p place) {
		if _, named := in.names[table][p.name]; !named {
			return
		}
		if at, replaced := in.ids[table][p.id]; !replaced {
			stays = append(stays, p)
		} else if at == in.names[table][p.name] {
			has[p.name] = true
		}
	})
	for _, p := range stays {
		if !has[p.name] {
			in.problems.add(fmt.Sprintf("%s[%d]", table, in.names[table][p.name]), "has the name of the record %s, which stays", p.id)
		}
	}
	return err
}

// findUnheld finds permissions that the document gives to nobody, or that no API
// defines.
func (tx *Tx) findUnheld(ctx context.Context, in *inspection) error {
	if len(in.held) == 0 {
		return nil
	}
	defined, err := tx.definedScopes(ctx, in)
	if err != nil {
		return err
	}
	users, err := tx.knownUsers(ctx, in)
	if err != nil {
		return err
	}
	for _, h := range in.held {
		switch {
		case !users[h.user]:
			in.problems.add(h.where, "is of the user %q, who does not exist", h.user)
		case !slices.Contains(defined[h.API], h.Name):
			in.problems.add(h.where, "is %q of %q, which no API defines", h.Name, h.API)
		}
	}
	return nil
}

// definedScopes is the scopes that the APIs will define, by identifier.
func (tx *Tx) definedScopes(ctx context.Context, in *inspection) (map[string][]string, error) {
	defined := maps.Clone(in.scopes)
	if slices.Contains(in.keys, "resource_servers") && !in.o.Merge {
		return defined, nil
	}
	all, err := tx.ResourceServers(ctx)
	if err != nil {
		return nil, err
	}
	for _, s := range all {
		if _, given := in.scopes[s.Identifier]; given {
			continue
		}
		for _, scope := range s.Scopes {
			defined[s.Identifier] = append(defined[s.Identifier], scope.Value)
		}
	}
	return defined, nil
}

// knownUsers is the ids of the users that there will be.
func (tx *Tx) knownUsers(ctx context.Context, in *inspection) (map[string]bool, error) {
	users := make(map[string]bool, len(in.ids["users"]))
	for id := range in.ids["users"] {
		users[id] = true
	}
	if slices.Contains(in.keys, "users") && !in.o.Merge {
		return users, nil
	}
	there, err := tx.texts(ctx, `select user_id from users`)
	if err != nil {
		return nil, fmt.Errorf("reading users: %w", err)
	}
	for _, id := range there {
		users[id] = true
	}
	return users, nil
}
