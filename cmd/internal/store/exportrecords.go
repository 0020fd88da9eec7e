package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
)

// eachRecord hands every record of a collection to found, as an export has it.
func (tx *Tx) eachRecord(ctx context.Context, key string, o ExportOptions, found func(name string, record []byte) error) error {
	switch key {
	case "groups", "roles", "permissions":
		return tx.eachLaidOut(ctx, key, o.only, found)
	case "users":
		return tx.eachBody(ctx, `select seq, profile from users where seq > $1 order by seq limit $2`, found)
	case "connections":
		all, err := tx.Connections(ctx)
		return eachOf(all, err, found)
	case "clients":
		all, err := tx.Clients(ctx)
		var shown []DocumentClient
		for _, c := range all {
			if o.Machines || c.SecretHash == "" {
				shown = append(shown, DocumentClient(c))
			}
		}
		return eachOf(shown, err, found)
	case "resource_servers":
		all, err := tx.ResourceServers(ctx)
		return eachOf(all, err, found)
	case "user_permissions":
		return tx.eachHolder(ctx, found)
	case "core_roles":
		all, err := tx.WholeCoreRoles(ctx)
		return eachOf(all, err, found)
	case "configuration":
		return tx.eachConfiguration(ctx, o, found)
	default:
		return tx.eachDocument(ctx, key, found)
	}
}

// eachDocument hands on the records that are kept as they came.
func (tx *Tx) eachDocument(ctx context.Context, kind string, found func(string, []byte) error) error {
	return tx.eachBody(ctx, `select seq, body from documents where kind = $3 and seq > $1 order by seq limit $2`, found, kind)
}

func eachOf[T any](all []T, err error, found func(string, []byte) error) error {
	if err != nil {
		return err
	}
	for _, v := range all {
		b, err := plainJSON(v)
		if err != nil {
			return err
		}
		if err := found("", b); err != nil {
			return err
		}
	}
	return nil
}

// eachBody hands on the JSON texts that query selects, a page at a time: its
// first arguments are the number of the last one and how many there may be.
func (tx *Tx) eachBody(ctx context.Context, query string, found func(string, []byte) error, args ...any) error {
	for last := int64(0); ; {
		var bodies []string
		err := tx.rows(ctx, func(r *sql.Rows) error {
			var body string
			err := r.Scan(&last, &body)
			bodies = append(bodies, body)
			return err
		}, query, append([]any{last, exportPage}, args...)...)
		if err != nil || len(bodies) == 0 {
			return err
		}
		for _, body := range bodies {
			if err := found("", unescapeSeparators([]byte(body))); err != nil {
				return err
			}
		}
	}
}

// eachLaidOut hands on the groups, roles or permissions that only says, in their
// layouts.
func (tx *Tx) eachLaidOut(ctx context.Context, key string, only func(id string) bool, found func(string, []byte) error) error {
	for last := int64(0); ; {
		var ids []string
		var read int
		layouts := map[string]string{}
		err := tx.rows(ctx, func(r *sql.Rows) error {
			var id, layout string
			read++
			if err := r.Scan(&last, &id, &layout); err != nil || only != nil && !only(id) {
				return err
			}
			ids, layouts[id] = append(ids, id), layout
			return nil
		}, `select seq, id, layout from `+key+` where seq > $1 order by seq limit $2`, last, exportPage)
		if err != nil || read == 0 {
			return err
		}
		if len(ids) == 0 {
			continue
		}
		records, err := tx.wholeRecords(ctx, key, ids)
		if err != nil {
			return err
		}
		for i, id := range ids {
			b, err := laidOut(records[i], layouts[id])
			if err != nil {
				return err
			}
			if err := found("", b); err != nil {
				return err
			}
		}
	}
}

// wholeRecords is the records with ids, which are in store order.
func (tx *Tx) wholeRecords(ctx context.Context, key string, ids []string) ([]any, error) {
	switch key {
	case "groups":
		return tx.exportedGroups(ctx, ids)
	case "roles":
		all, err := tx.RolesByID(ctx, ids)
		return anyOf(all), err
	default:
		all, err := tx.PermissionsByID(ctx, ids)
		return anyOf(all), err
	}
}

func anyOf[T any](all []T) []any {
	out := make([]any, len(all))
	for i, v := range all {
		out[i] = v
	}
	return out
}

// exportedGroup is a group whose mappings are in their layouts. What is ours
// comes after them.
type exportedGroup struct {
	Group
	Mappings []json.RawMessage `json:"mappings,omitzero"`
	Metadata json.RawMessage   `json:"metadata,omitzero"`
	Pending  []string          `json:"pending,omitzero"`
}

func (tx *Tx) exportedGroups(ctx context.Context, ids []string) ([]any, error) {
	groups, err := tx.GroupsByID(ctx, ids, true)
	if err != nil {
		return nil, err
	}
	layouts := map[string]string{}
	err = tx.pairs(ctx, func(id, layout string) { layouts[id] = layout },
		`select id, layout from group_mappings where layout <> '' and group_id in (`+places(1, len(ids))+`)`, anys(ids)...)
	if err != nil {
		return nil, fmt.Errorf("reading layouts of mappings: %w", err)
	}
	out := make([]any, len(groups))
	for i, g := range groups {
		shown := exportedGroup{Group: g, Metadata: g.Metadata, Pending: g.Pending}
		if g.Mappings != nil {
			shown.Mappings = []json.RawMessage{}
		}
		for _, m := range g.Mappings {
			b, err := laidOut(m, layouts[m.ID])
			if err != nil {
				return nil, err
			}
			shown.Mappings = append(shown.Mappings, bytes.Clone(b))
		}
		out[i] = shown
	}
	return out, nil
}

// eachHolder hands on what every user holds directly, by the user's id.
func (tx *Tx) eachHolder(ctx context.Context, found func(string, []byte) error) error {
	for last := ""; ; {
		ids, err := tx.texts(ctx, `select distinct users.user_id from users join user_permissions p on p.user_id = users.user_id
			where users.user_id > $1 order by users.user_id limit $2`, last, exportPage)
		if err != nil || len(ids) == 0 {
			return err
		}
		for _, id := range ids {
			held, err := tx.permissionRefs(ctx, ` from user_permissions where user_id = $1 order by seq`, id)
			if err != nil {
				return err
			}
			b, err := plainJSON(held)
			if err != nil {
				return err
			}
			if err := found(id, b); err != nil {
				return err
			}
		}
		last = ids[len(ids)-1]
	}
}
