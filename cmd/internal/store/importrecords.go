package store

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/google/uuid"
)

// put makes one record of the document.
func (a *application) put(ctx context.Context, it item) error {
	switch it.collection {
	case "groups":
		return a.putGroup(ctx, it)
	case "roles":
		return a.putRole(ctx, it)
	case "permissions":
		var p Permission
		if err := parse(it.raw, &p); err != nil {
			return err
		}
		if err := a.tx.insertPermission(ctx, p, a.twin(it, p.ApplicationID, p.Name)); err != nil {
			return err
		}
		return a.settle(ctx, it, p.ID, fieldNames[Permission]())
	case "users":
		profile, _ := it.value.(map[string]any)
		return a.tx.PutUser(ctx, User{UserID: text(profile, "user_id"), Profile: profile})
	case "connections":
		var c Connection
		if err := json.Unmarshal(it.raw, &c); err != nil {
			return err
		}
		return a.tx.PutConnection(ctx, c)
	case "clients":
		return a.putClient(ctx, it)
	case "resource_servers":
		var s ResourceServer
		if err := json.Unmarshal(it.raw, &s); err != nil {
			return err
		}
		return a.tx.PutResourceServer(ctx, s)
	case "user_permissions", "core_roles":
		return nil // they come last: they name users and APIs
	case "configuration":
		record, _ := configured(it.raw)
		all, err := a.tx.keptFields(ctx, record.all)
		if err != nil {
			return err
		}
		return a.putDocument(ctx, it.collection, object(all))
	default:
		return a.putDocument(ctx, it.collection, it.raw)
	}
}

// twin is a number that no other record of its name has.
func (a *application) twin(it item, application, name string) int {
	key := [3]string{it.collection, application, fold(name)}
	twin := a.twins[key]
	a.twins[key]++
	return twin
}

func (a *application) putDocument(ctx context.Context, kind string, raw []byte) error {
	body, err := compacted(raw)
	if err != nil {
		return err
	}
	_, err = a.tx.change(ctx, `insert into documents(kind, body) values($1, $2)`, kind, string(body))
	return err
}

// compacted is raw as it was written, without blanks between its parts.
func compacted(raw json.RawMessage) (json.RawMessage, error) {
	if raw == nil {
		return nil, nil
	}
	var b bytes.Buffer
	if err := json.Compact(&b, raw); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// settle keeps the layout of a new record, and gives it the place of the one
// that it replaces.
func (a *application) settle(ctx context.Context, it item, id string, names []string) error {
	all, err := fields(it.raw)
	if err != nil {
		return err
	}
	layout, err := layoutOf(all, names)
	if err != nil {
		return err
	}
	if layout != "" {
		if _, err := a.tx.change(ctx, `update `+it.collection+` set layout = $2 where id = $1`, id, layout); err != nil {
			return fmt.Errorf("keeping how it is written: %w", err)
		}
	}
	if seq, ok := a.places[it.collection][id]; ok {
		if _, err := a.tx.change(ctx, `update `+it.collection+` set seq = $2 where id = $1`, id, seq); err != nil {
			return fmt.Errorf("putting it in its place: %w", err)
		}
	}
	return nil
}

func (a *application) putGroup(ctx context.Context, it item) error {
	var g Group
	if err := parse(it.raw, &g); err != nil {
		return err
	}
	g.lists = bit(g.Members != nil, usedMembers) | bit(g.Nested != nil, usedNested) |
		bit(g.Roles != nil, usedRoles) | bit(g.Mappings != nil, usedMappings) |
		bit(g.Pending != nil && len(g.Pending) == 0, usedPending)
	metadata, err := compacted(g.Metadata)
	if err != nil {
		return err
	}
	g.Metadata = metadata
	if err := a.tx.insertGroup(ctx, g, a.twin(it, "", g.Name)); err != nil {
		return err
	}
	for _, part := range []struct {
		list list
		ids  []string
	}{{memberList(), g.Members}, {nestedList(), g.Nested}, {roleList(), g.Roles}} {
		if err := a.tx.addTo(ctx, part.list, g.ID, part.ids); err != nil {
			return err
		}
	}
	if err := a.putMappings(ctx, it, g); err != nil {
		return err
	}
	if _, err := a.tx.insertPending(ctx, g.ID, g.Pending); err != nil {
		return err
	}
	return a.settle(ctx, it, g.ID, fieldNames[Group]())
}

// putMappings gives an id to a mapping that has none or one that is taken.
func (a *application) putMappings(ctx context.Context, it item, g Group) error {
	if len(g.Mappings) == 0 {
		return nil
	}
	all, err := fields(it.raw)
	if err != nil {
		return err
	}
	var written []json.RawMessage
	at := slices.IndexFunc(all, func(f field) bool { return f.name == "mappings" })
	if err := json.Unmarshal(all[at].raw, &written); err != nil {
		return err
	}
	for i := range g.Mappings {
		m := &g.Mappings[i]
		taken := a.mappings[m.ID]
		if !taken && m.ID != "" && a.in.o.Merge {
			if taken, err = a.tx.exists(ctx, `select 1 from group_mappings where id = $1`, m.ID); err != nil {
				return err
			}
		}
		if taken || m.ID == "" {
			m.ID = uuid.NewString()
		}
		a.mappings[m.ID] = true
	}
	if err := a.tx.insertMappings(ctx, g.ID, g.Mappings); err != nil {
		return err
	}
	for i, m := range g.Mappings {
		if err := a.layMapping(ctx, m.ID, written[i]); err != nil {
			return err
		}
	}
	return nil
}

// layMapping keeps the layout of a mapping.
func (a *application) layMapping(ctx context.Context, id string, raw []byte) error {
	all, err := fields(raw)
	if err != nil {
		return err
	}
	layout, err := layoutOf(all, fieldNames[Mapping]())
	if err != nil || layout == "" {
		return err
	}
	_, err = a.tx.change(ctx, `update group_mappings set layout = $2 where id = $1`, id, layout)
	return err
}

func bit(set bool, b int) int {
	if set {
		return b
	}
	return 0
}

func (a *application) putRole(ctx context.Context, it item) error {
	var o Role
	if err := parse(it.raw, &o); err != nil {
		return err
	}
	o.lists = bit(o.Permissions != nil, usedPermissions) | bit(o.Users != nil, usedUsers)
	if err := a.tx.insertRole(ctx, o, a.twin(it, o.ApplicationID, o.Name)); err != nil {
		return err
	}
	for some := range slices.Chunk(o.Users, batch) {
		_, err := a.tx.change(ctx, `insert into role_users(role_id, user_id) values `+pairsWith(len(some))+` on conflict do nothing`,
			append([]any{o.ID}, anys(some)...)...)
		if err != nil {
			return fmt.Errorf("users of role %q: %w", o.ID, err)
		}
	}
	return a.settle(ctx, it, o.ID, fieldNames[Role]())
}

// putClient leaves a client that asks for tokens of its own as it is, unless the
// import may bring such clients.
func (a *application) putClient(ctx context.Context, it item) error {
	var c DocumentClient
	if err := json.Unmarshal(it.raw, &c); err != nil {
		return err
	}
	if !a.in.o.Machines {
		machine, err := a.tx.exists(ctx, `select 1 from clients where client_id = $1 and secret_hash <> ''`, c.ID)
		if err != nil || machine {
			return err
		}
	}
	return a.tx.PutClient(ctx, Client(c))
}

// hold gives users their permissions, those of the document and those kept.
func (a *application) hold(ctx context.Context) error {
	if a.in.o.Merge {
		for user := range a.in.ids["user_permissions"] {
			if _, err := a.tx.change(ctx, `delete from user_permissions where user_id = $1`, user); err != nil {
				return fmt.Errorf("replacing permissions of user %q: %w", user, err)
			}
		}
	}
	for _, h := range slices.Concat(a.kept, a.in.held) {
		_, err := a.tx.change(ctx, `insert into user_permissions(user_id, api, permission, created) values($1, $2, $3, $4)
			on conflict(user_id, api, permission) do nothing`, h.user, h.API, h.Name, a.tx.now().UnixMilli())
		if err != nil {
			return fmt.Errorf("giving user %q a permission: %w", h.user, err)
		}
	}
	return nil
}
