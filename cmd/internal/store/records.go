package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
)

// wholeBatch is how many ids one statement names where the order of all of them
// matters. SQLite takes 32766.
const wholeBatch = 30000

// Find says which records of a kind to read, and in which order.
type Find struct {
	Search string    // anywhere in Field, in any case of letters; "" finds all
	Field  string    // as the API spells it; "" is the name and the description
	Of     string    // an application: only what belongs to it; "" is any
	Among  *[]string // ids: only these, and of them the first wholeBatch; nil is any
	Sort   string    // as the API spells it, or ByMatch; "" is the order of making
	Down   bool      // the largest first
	Offset int
	Limit  int // 0 reads all
}

// Totals is how many records a Find found without its limits, and how many
// there are in all.
type Totals struct{ Found, All int }

// table is where records of a kind are, and the columns by which the fields of
// the API are found and sorted.
type table struct {
	name   string
	search map[string]string
	sort   map[string]string
}

// tableOf is a table with the columns that groups, roles and permissions share.
func tableOf(name string) table {
	return table{
		name:   name,
		search: map[string]string{"_id": "lower(id)", "name": "name_key", "description": "description_key"},
		sort:   map[string]string{"_id": "id", "name": "name_key", "description": "description_key"},
	}
}

// ofApplication adds the fields that say which application a record belongs to.
func (t table) ofApplication() table {
	for _, columns := range []map[string]string{t.search, t.sort} {
		columns["applicationType"] = "application_type"
		columns["applicationId"] = "application_id"
	}
	t.search["applicationId"] = "lower(application_id)"
	return t
}

// where is the condition of f, and its arguments.
func (t table) where(f Find) (string, []any, error) {
	var conditions []string
	var args []any
	if f.Search != "" {
		columns := []string{t.search["name"], t.search["description"]}
		if f.Field != "" {
			column, ok := t.search[f.Field]
			if !ok {
				return "", nil, fmt.Errorf("store: %s cannot be searched by %q", t.name, f.Field)
			}
			columns = []string{column}
		}
		for i, c := range columns {
			columns[i] = c + ` like $1 escape '\'`
		}
		conditions, args = append(conditions, `(`+strings.Join(columns, " or ")+`)`), append(args, like(fold(f.Search)))
	}
	if f.Of != "" {
		args = append(args, f.Of)
		conditions = append(conditions, fmt.Sprintf(`application_id = $%d`, len(args)))
	}
	if f.Among != nil {
		condition := `1 = 0`
		if ids := (*f.Among)[:min(len(*f.Among), wholeBatch)]; len(ids) > 0 {
			condition = `id in (` + places(len(args)+1, len(ids)) + `)`
			args = append(args, anys(ids)...)
		}
		conditions = append(conditions, condition)
	}
	if len(conditions) == 0 {
		return "", nil, nil
	}
	return ` where ` + strings.Join(conditions, " and "), args, nil
}

// ByMatch sorts by how well a name matches the search: it is the same, begins
// with it, has a word that does, has it, and has it not; those alike by name.
const ByMatch = "match"

// order is the order and the limits of f; n arguments stand before them.
func (t table) order(f Find, n int) (string, []any, error) {
	by := ""
	var args []any
	if f.Sort == ByMatch {
		by, args = matchOrder(fold(f.Search), n)
	} else if f.Sort != "" {
		column, ok := t.sort[f.Sort]
		if !ok {
			return "", nil, fmt.Errorf("store: %s cannot be sorted by %q", t.name, f.Sort)
		}
		by = column
		if f.Down {
			by += " desc"
		}
		by += ", "
	}
	if f.Limit == 0 {
		return ` order by ` + by + `seq`, args, nil
	}
	n += len(args)
	return fmt.Sprintf(` order by %sseq limit $%d offset $%d`, by, n+1, n+2), append(args, f.Limit, f.Offset), nil
}

// matchOrder is the order of ByMatch; n arguments stand before its own.
func matchOrder(key string, n int) (string, []any) {
	within := like(key)
	return fmt.Sprintf(`case when name_key = $%d then 0 when name_key like $%d escape '\' then 1
		when name_key like $%d escape '\' then 2 when name_key like $%d escape '\' then 3 else 4 end, name_key, `, n+1, n+2, n+3, n+4),
		[]any{key, within[1:], "% " + within[1:], within}
}

// clauses is everything of f that follows "from table", and the Totals.
func (tx *Tx) clauses(ctx context.Context, t table, f Find) (string, []any, Totals, error) {
	where, args, err := t.where(f)
	if err != nil {
		return "", nil, Totals{}, err
	}
	order, limits, err := t.order(f, len(args))
	if err != nil {
		return "", nil, Totals{}, err
	}
	var n Totals
	if err := tx.tx.QueryRowContext(ctx, `select count(*) from `+t.name).Scan(&n.All); err != nil {
		return "", nil, n, fmt.Errorf("counting %s: %w", t.name, err)
	}
	n.Found = n.All
	if where != "" {
		if err := tx.tx.QueryRowContext(ctx, `select count(*) from `+t.name+where, args...).Scan(&n.Found); err != nil {
			return "", nil, n, fmt.Errorf("counting %s: %w", t.name, err)
		}
	}
	return where + order, append(args, limits...), n, nil
}

// countsOf is how many rows of table have each of ids in column.
func (tx *Tx) countsOf(ctx context.Context, table, column string, ids []string) (map[string]int, error) {
	out := make(map[string]int, len(ids))
	for some := range slices.Chunk(ids, batch) {
		err := tx.rows(ctx, func(r *sql.Rows) error {
			var id string
			var n int
			err := r.Scan(&id, &n)
			out[id] = n
			return err
		}, `select `+column+`, count(*) from `+table+` where `+column+` in (`+places(1, len(some))+`) group by `+column, anys(some)...)
		if err != nil {
			return nil, fmt.Errorf("counting %s: %w", table, err)
		}
	}
	return out, nil
}

// changeTexts is change for a statement that returns a text of every row it
// touched, in any order.
func (tx *Tx) changeTexts(ctx context.Context, query string, args ...any) ([]string, error) {
	touched, err := tx.texts(ctx, query, args...)
	if err == nil && len(touched) > 0 {
		tx.changes++
	}
	return touched, err
}

// taken refuses a name that another record has. scope narrows who the others
// are; its arguments follow the name's key.
func (tx *Tx) taken(ctx context.Context, t table, kind Kind, name, self, scope string, args ...any) error {
	found, err := tx.exists(ctx, `select 1 from `+t.name+` where name_key = $1 and id <> $2`+scope,
		append([]any{fold(name), self}, args...)...)
	if err != nil {
		return err
	}
	if found {
		return &TakenError{Kind: kind, Name: name}
	}
	return nil
}
