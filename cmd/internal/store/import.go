package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"
)

// DocumentClient is a Client in a Document. Its secret cannot be told from the hash.
type DocumentClient struct {
	ID         string         `json:"client_id"`
	Name       string         `json:"name"`
	AppType    string         `json:"app_type"`
	SecretHash string         `json:"secret_hash,omitempty"`
	Scopes     []string       `json:"scopes,omitempty"`
	Created    time.Time      `json:"created,omitzero"`
	Document   map[string]any `json:"document,omitempty"`
}

// clear empties what d replaces.
func (tx *Tx) clear(ctx context.Context, d Document) error {
	tables := []string{"documents", "groups", "roles", "permissions"} // their lists go with them
	for table, replaced := range map[string]bool{
		"user_permissions": d.UserPermissions != nil, "users": d.Users != nil, "connections": d.Connections != nil,
		"clients": d.Clients != nil, "resource_servers": d.ResourceServers != nil,
	} {
		if replaced {
			tables = append(tables, table)
		}
	}
	for _, table := range tables {
		if _, err := tx.change(ctx, `delete from `+table); err != nil {
			return fmt.Errorf("emptying %s: %w", table, err)
		}
	}
	return nil
}

// raw is the parts of d that are only kept, by kind.
func (d *Document) raw() map[string]*[]json.RawMessage {
	return map[string]*[]json.RawMessage{
		"configuration": &d.Configuration, "applications": &d.Applications, "rules": &d.Rules,
	}
}

func (tx *Tx) importRaw(ctx context.Context, d Document) error {
	for kind, records := range d.raw() {
		for _, r := range *records {
			if _, err := tx.change(ctx, `insert into documents(kind, body) values($1, $2)`, kind, string(r)); err != nil {
				return fmt.Errorf("%s: %w", kind, err)
			}
		}
	}
	return nil
}

func (tx *Tx) importPermissions(ctx context.Context, d Document) error {
	for _, p := range d.Permissions {
		if err := tx.insertPermission(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) importRoles(ctx context.Context, d Document) error {
	for _, o := range d.Roles {
		o.lists = bit(o.Permissions != nil, usedPermissions) | bit(o.Users != nil, usedUsers)
		if err := tx.insertRole(ctx, o); err != nil {
			return err
		}
		for some := range slices.Chunk(o.Users, batch) {
			_, err := tx.change(ctx, `insert into role_users(role_id, user_id) values `+pairsWith(len(some))+` on conflict do nothing`,
				append([]any{o.ID}, anys(some)...)...)
			if err != nil {
				return fmt.Errorf("users of role %q: %w", o.ID, err)
			}
		}
	}
	return nil
}

func (tx *Tx) importGroups(ctx context.Context, d Document) error {
	seen := map[string]bool{}
	for _, g := range d.Groups {
		g.lists = bit(g.Members != nil, usedMembers) | bit(g.Nested != nil, usedNested) |
			bit(g.Roles != nil, usedRoles) | bit(g.Mappings != nil, usedMappings)
		if err := tx.insertGroup(ctx, g); err != nil {
			return err
		}
		for _, part := range []struct {
			list list
			ids  []string
		}{{memberList(), g.Members}, {nestedList(), g.Nested}, {roleList(), g.Roles}} {
			if err := tx.addTo(ctx, part.list, g.ID, part.ids); err != nil {
				return err
			}
		}
		if err := tx.insertMappings(ctx, g.ID, identified(g.Mappings, seen)); err != nil {
			return err
		}
	}
	return nil
}

func bit(set bool, b int) int {
	if set {
		return b
	}
	return 0
}

// importDirectory makes what d has of the directory. Permissions of users come
// last: they name users and APIs.
func (tx *Tx) importDirectory(ctx context.Context, d Document) error {
	for _, c := range d.Connections {
		if err := tx.PutConnection(ctx, c); err != nil {
			return err
		}
	}
	for _, c := range d.Clients {
		if err := tx.PutClient(ctx, Client(c)); err != nil {
			return err
		}
	}
	for _, s := range d.ResourceServers {
		if err := tx.PutResourceServer(ctx, s); err != nil {
			return err
		}
	}
	for i, profile := range d.Users {
		id := text(profile, "user_id")
		if id == "" {
			return &DocumentError{fmt.Sprintf("users[%d]", i), "has no user_id"}
		}
		if err := tx.PutUser(ctx, User{UserID: id, Profile: profile}); err != nil {
			return err
		}
	}
	for _, user := range slices.Sorted(maps.Keys(d.UserPermissions)) {
		if err := tx.AddUserPermissions(ctx, user, d.UserPermissions[user]); err != nil {
			return err
		}
	}
	return nil
}

// Export is the whole tenant, each collection in the order of making; a
// collection without records is left out.
func (tx *Tx) Export(ctx context.Context) (Document, error) {
	var d Document
	var err error
	if d.Groups, _, err = tx.Groups(ctx, Find{}, true); err != nil {
		return d, err
	}
	if d.Roles, _, err = tx.Roles(ctx, Find{}); err != nil {
		return d, err
	}
	if d.Permissions, _, err = tx.Permissions(ctx, Find{}); err != nil {
		return d, err
	}
	raw := d.raw()
	err = tx.pairs(ctx, func(kind, body string) {
		if records, ok := raw[kind]; ok {
			*records = append(*records, json.RawMessage(body))
		}
	}, `select kind, body from documents order by seq`)
	if err != nil {
		return d, fmt.Errorf("reading documents: %w", err)
	}
	return d, tx.exportDirectory(ctx, &d)
}

func (tx *Tx) exportDirectory(ctx context.Context, d *Document) (err error) {
	if d.Connections, err = tx.Connections(ctx); err != nil {
		return err
	}
	if d.ResourceServers, err = tx.ResourceServers(ctx); err != nil {
		return err
	}
	clients, err := tx.Clients(ctx)
	if err != nil {
		return err
	}
	for _, c := range clients {
		d.Clients = append(d.Clients, DocumentClient(c))
	}
	bodies, err := tx.texts(ctx, `select profile from users order by seq`)
	if err != nil {
		return fmt.Errorf("reading users: %w", err)
	}
	for _, body := range bodies {
		profile, err := decode(body)
		if err != nil {
			return err
		}
		d.Users = append(d.Users, profile)
	}
	return tx.exportUserPermissions(ctx, d)
}

func (tx *Tx) exportUserPermissions(ctx context.Context, d *Document) error {
	err := tx.rows(ctx, func(r *sql.Rows) error {
		var user string
		var p UserPermission
		if err := r.Scan(&user, &p.API, &p.Name); err != nil {
			return err
		}
		if d.UserPermissions == nil {
			d.UserPermissions = map[string][]UserPermission{}
		}
		d.UserPermissions[user] = append(d.UserPermissions[user], p)
		return nil
	}, `select user_id, api, permission from user_permissions order by seq`)
	if err != nil {
		return fmt.Errorf("reading permissions of users: %w", err)
	}
	return nil
}
