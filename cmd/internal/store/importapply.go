package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
)

// application is one document on its way into the tenant.
type application struct {
	tx       *Tx
	in       *inspection
	places   map[string]map[string]int64 // of records that were there, by collection and id
	mappings map[string]bool             // the ids of mappings so far
	twins    map[[3]string]int           // the twin that the next one of a name is, by collection, application and folded name
	kept     []held                      // permissions of users who are replaced
	keptRole map[string][]string         // those users' core roles: who has which, by its id
}

// apply does what in promises.
func (tx *Tx) apply(ctx context.Context, src Source, in *inspection) error {
	a := &application{tx: tx, in: in, places: map[string]map[string]int64{}, mappings: map[string]bool{}, twins: map[[3]string]int{}}
	if err := a.makeRoom(ctx); err != nil {
		return err
	}
	err := read(src, func(r io.Reader) error {
		_, err := readDocument(r, &tx.pace, func(it item) error {
			if in.o.passesOver(it) {
				return nil
			}
			if err := a.put(ctx, it); err != nil {
				return fmt.Errorf("%s: %w", it.where, err)
			}
			return nil
		}, func(string, string) {})
		return err
	})
	if err != nil {
		return err
	}
	if err := a.hold(ctx); err != nil {
		return err
	}
	if err := a.putCoreRoles(ctx); err != nil {
		return err
	}
	if err := a.tx.admitAll(ctx); err != nil {
		return err
	}
	return a.storeKeys(ctx)
}

// makeRoom deletes what the document replaces.
func (a *application) makeRoom(ctx context.Context) error {
	if a.in.o.Merge {
		return a.makePlaces(ctx)
	}
	if slices.Contains(a.in.keys, "users") && !slices.Contains(a.in.keys, "user_permissions") {
		if err := a.keepHeld(ctx); err != nil {
			return err
		}
	}
	if slices.Contains(a.in.keys, "users") && !slices.Contains(a.in.keys, "core_roles") {
		if err := a.keepCoreRoles(ctx); err != nil {
			return err
		}
	}
	clearing := []string{
		`delete from documents where kind <> 'api_access'`, `delete from groups`, `delete from roles`, `delete from permissions`,
	}
	for _, key := range []string{"user_permissions", "core_roles", "users", "connections", "resource_servers", "clients"} {
		if !slices.Contains(a.in.keys, key) {
			continue
		}
		query := `delete from ` + key
		if key == "clients" && !a.in.o.Machines {
			query += ` where secret_hash = ''`
		}
		clearing = append(clearing, query)
	}
	if err := a.emptyLists(ctx); err != nil {
		return err
	}
	for _, query := range clearing {
		if _, err := a.tx.change(ctx, query); err != nil {
			return fmt.Errorf("%s: %w", query, err)
		}
	}
	return nil
}

// emptyLists deletes, some at a time, what would go in one long statement with
// the records that have it.
func (a *application) emptyLists(ctx context.Context) error {
	lists := []string{"group_members", "group_nested", "group_roles", "group_mappings", "role_users", "role_permissions"}
	if slices.Contains(a.in.keys, "users") {
		lists = append(lists, "users")
	}
	for _, table := range lists {
		if err := a.tx.empty(ctx, table); err != nil {
			return fmt.Errorf("emptying %s: %w", table, err)
		}
	}
	return nil
}

// empty deletes all rows of a table, writeBatch at a time, in the order of their
// seq: what is deleted is not looked at again.
func (tx *Tx) empty(ctx context.Context, table string) error {
	for last := int64(0); ; {
		var until sql.NullInt64
		err := tx.tx.QueryRowContext(ctx, `select max(seq) from (select seq from `+table+` where seq > $1 order by seq limit $2) part`, last, writeBatch).Scan(&until)
		if err != nil || !until.Valid {
			return err
		}
		if _, err := tx.change(ctx, `delete from `+table+` where seq > $1 and seq <= $2`, last, until.Int64); err != nil {
			return err
		}
		last = until.Int64
	}
}

// keepHeld remembers what users hold: their records are made anew.
func (a *application) keepHeld(ctx context.Context) error {
	return a.tx.eachHolder(ctx, func(user string, b []byte) error {
		var list []UserPermission
		if err := json.Unmarshal(b, &list); err != nil {
			return err
		}
		for _, p := range list {
			if _, stays := a.in.ids["users"][user]; stays {
				a.kept = append(a.kept, held{user: user, UserPermission: p})
			}
		}
		return nil
	})
}

// makePlaces deletes the records whose places those of the document take, and
// remembers the places. All go before one comes, so that names can be swapped.
func (a *application) makePlaces(ctx context.Context) error {
	for _, table := range []string{"groups", "roles", "permissions", "core_roles"} {
		a.places[table] = map[string]int64{}
		err := a.tx.eachPlace(ctx, table, func(p place) {
			if _, ok := a.in.ids[table][p.id]; ok {
				a.places[table][p.id] = p.seq
				return
			}
			if _, named := a.in.names[table][p.name]; named {
				key := [3]string{table, p.name[0], p.name[1]}
				a.twins[key] = max(a.twins[key], p.twin+1)
			}
		})
		if err != nil {
			return err
		}
		for some := range slices.Chunk(slices.Sorted(maps.Keys(a.places[table])), batch) {
			if _, err := a.tx.change(ctx, `delete from `+table+` where id in (`+places(1, len(some))+`)`, anys(some)...); err != nil {
				return fmt.Errorf("making room in %s: %w", table, err)
			}
		}
	}
	return a.dropConfigurations(ctx)
}

// dropConfigurations deletes the configurations that the document has.
func (a *application) dropConfigurations(ctx context.Context) error {
	gone := map[string]string{}
	err := a.tx.pairs(ctx, func(seq, body string) {
		if record, _ := configured([]byte(body)); record.id != "" {
			if _, ok := a.in.ids["configuration"][record.id]; ok {
				gone[seq] = record.id
			}
		}
	}, `select cast(seq as text), body from documents where kind = 'configuration'`)
	if err != nil {
		return fmt.Errorf("reading the configuration: %w", err)
	}
	for _, seq := range slices.Sorted(maps.Keys(gone)) {
		if _, err := a.tx.change(ctx, `delete from documents where cast(seq as text) = $1`, seq); err != nil {
			return fmt.Errorf("replacing the configuration: %w", err)
		}
	}
	return nil
}

// storeKeys remembers which collections of the extension there are.
func (a *application) storeKeys(ctx context.Context) error {
	keys, err := a.tx.storedKeys(ctx)
	if err != nil {
		return err
	}
	for _, key := range a.in.keys {
		if slices.Contains(extensionKeys(), key) && !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	b, err := plainJSON(keys)
	if err != nil {
		return err
	}
	for _, step := range []struct {
		query string
		args  []any
	}{
		{`delete from documents where kind = 'keys'`, nil},
		{`insert into documents(kind, body) values('keys', $1)`, []any{string(b)}},
	} {
		if _, err := a.tx.change(ctx, step.query, step.args...); err != nil {
			return fmt.Errorf("keeping the order of collections: %w", err)
		}
	}
	return nil
}
