package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/google/uuid"
)

// Group is a group with its lists, in the order of adding. A list that is nil
// was never used, or was not read.
type Group struct {
	ID          string    `json:"_id"`
	Name        string    `json:"name"`
	Description string    `json:"description"`
	Members     []string  `json:"members,omitzero"`
	Nested      []string  `json:"nested,omitzero"`
	Roles       []string  `json:"roles,omitzero"`
	Mappings    []Mapping `json:"mappings,omitzero"`

	// What the Authorization Extension does not know: an object of texts, numbers
	// and truth values, and the addresses of those whom the group waits for.
	Metadata json.RawMessage `json:"metadata,omitzero"`
	Pending  []string        `json:"pending,omitzero"`

	lists int
}

// The bits of Group.lists: which of its lists were ever used.
const (
	usedMembers = 1 << iota
	usedNested
	usedRoles
	usedMappings
	usedPending // only an import tells of a list that is empty
)

// GroupInput is what is said of a new or changed group. Without Metadata a change
// leaves it as it is; an empty object takes it away.
type GroupInput struct {
	Name        string          `json:"name"`
	Description string          `json:"description"`
	Metadata    json.RawMessage `json:"metadata,omitzero"`
}

// groupTable also sorts by how long a group's lists are.
func groupTable() table {
	t := tableOf("groups")
	for field, list := range map[string]string{
		"member_count": "group_members", "nested_count": "group_nested",
		"role_count": "group_roles", "mapping_count": "group_mappings", "pending_count": "group_pending",
	} {
		t.sort[field] = `(select count(*) from ` + list + ` where group_id = groups.id)`
	}
	return t
}

// Groups is the groups that f finds, with their lists when whole.
func (tx *Tx) Groups(ctx context.Context, f Find, whole bool) ([]Group, Totals, error) {
	rest, args, totals, err := tx.clauses(ctx, groupTable(), f)
	if err != nil {
		return nil, totals, err
	}
	groups, err := tx.groups(ctx, rest, args...)
	if err == nil && whole {
		err = tx.fillLists(ctx, groups)
	}
	return groups, totals, err
}

// GroupsByID is the groups with ids, as far as they exist, in store order, with
// their lists when whole.
func (tx *Tx) GroupsByID(ctx context.Context, ids []string, whole bool) ([]Group, error) {
	var groups []Group
	for some := range slices.Chunk(ids, wholeBatch) {
		found, err := tx.groups(ctx, ` where id in (`+places(1, len(some))+`) order by seq`, anys(some)...)
		if err != nil {
			return nil, err
		}
		groups = append(groups, found...)
	}
	if whole {
		return groups, tx.fillLists(ctx, groups)
	}
	return groups, nil
}

// Group is the group with id, without its lists.
func (tx *Tx) Group(ctx context.Context, id string) (Group, error) {
	groups, err := tx.groups(ctx, ` where id = $1`, id)
	if err != nil {
		return Group{}, err
	}
	if len(groups) == 0 {
		return Group{}, &NotFoundError{Kind: Groups, ID: id}
	}
	return groups[0], nil
}

// groups is the groups that rest of a query selects, without their lists.
func (tx *Tx) groups(ctx context.Context, rest string, args ...any) ([]Group, error) {
	var out []Group
	err := tx.rows(ctx, func(r *sql.Rows) error {
		var g Group
		var metadata string
		err := r.Scan(&g.ID, &g.Name, &g.Description, &metadata, &g.lists)
		g.Metadata = metadataOf(metadata)
		out = append(out, g)
		return err
	}, `select id, name, description, metadata, lists from groups`+rest, args...)
	if err != nil {
		return nil, fmt.Errorf("reading groups: %w", err)
	}
	return out, nil
}

// CreateGroup makes a group. A name that another group has, in any case of
// letters, is a TakenError.
func (tx *Tx) CreateGroup(ctx context.Context, in GroupInput) (Group, error) {
	if err := tx.taken(ctx, groupTable(), Groups, in.Name, "", ""); err != nil {
		return Group{}, err
	}
	metadata, err := plainMetadata(in.Metadata)
	if err != nil {
		return Group{}, err
	}
	g := Group{ID: uuid.NewString(), Name: in.Name, Description: in.Description, Metadata: metadata}
	if err := tx.insertGroup(ctx, g, 0); err != nil {
		return Group{}, err
	}
	return g, tx.record(ctx, "group.create", "group", g.ID, nil, g)
}

// insertGroup inserts g, which is the twin-th more that has its name.
func (tx *Tx) insertGroup(ctx context.Context, g Group, twin int) error {
	now := tx.now().UnixMilli()
	_, err := tx.change(ctx, `insert into groups(id, name, name_key, description, description_key, metadata, lists, created, updated, twin)
		values($1, $2, $3, $4, $5, $6, $7, $8, $8, $9)`,
		g.ID, g.Name, fold(g.Name), g.Description, fold(g.Description), string(g.Metadata), g.lists, now, twin)
	if tx.store.dialect.duplicate(err) {
		return &TakenError{Kind: Groups, Name: g.Name}
	}
	if err != nil {
		return fmt.Errorf("creating group %q: %w", g.Name, err)
	}
	return nil
}

// UpdateGroup gives the group with id another name, description and metadata, and
// returns it whole.
func (tx *Tx) UpdateGroup(ctx context.Context, id string, in GroupInput) (Group, error) {
	if err := tx.taken(ctx, groupTable(), Groups, in.Name, id, ""); err != nil {
		return Group{}, err
	}
	was, err := tx.wholeGroup(ctx, id)
	if err != nil {
		return Group{}, err
	}
	is := was
	is.Name, is.Description = in.Name, in.Description
	if in.Metadata != nil {
		if is.Metadata, err = plainMetadata(in.Metadata); err != nil {
			return Group{}, err
		}
	}
	if is.Name == was.Name && is.Description == was.Description && bytes.Equal(is.Metadata, was.Metadata) {
		return was, nil
	}
	_, err = tx.change(ctx, `update groups set name = $2, name_key = $3, twin = 0, description = $4, description_key = $5, metadata = $6, updated = $7
		where id = $1`, id, is.Name, fold(is.Name), is.Description, fold(is.Description), string(is.Metadata), tx.now().UnixMilli())
	if err != nil {
		return Group{}, fmt.Errorf("updating group %q: %w", id, err)
	}
	return is, tx.record(ctx, "group.update", "group", id, was.input(), is.input())
}

// input is what is said of g.
func (g Group) input() GroupInput {
	return GroupInput{Name: g.Name, Description: g.Description, Metadata: g.Metadata}
}

// DeleteGroup removes the group with id and everything it holds; one that is
// nested in other groups is an InUseError. To delete what does not exist is no error.
func (tx *Tx) DeleteGroup(ctx context.Context, id string) error {
	parents, err := tx.texts(ctx, `select groups.name from group_nested join groups on groups.id = group_id
		where nested_id = $1 and group_id <> $1 order by groups.seq`, id)
	if err != nil {
		return fmt.Errorf("deleting group %q: %w", id, err)
	}
	if len(parents) > 0 {
		return &InUseError{Kind: Groups, In: Groups, Names: parents}
	}
	was, err := tx.wholeGroup(ctx, id)
	if missing(err) {
		return nil
	}
	if err != nil {
		return err
	}
	if _, err := tx.change(ctx, `delete from groups where id = $1`, id); err != nil {
		return fmt.Errorf("deleting group %q: %w", id, err)
	}
	return tx.record(ctx, "group.delete", "group", id, was, nil)
}

func (tx *Tx) wholeGroup(ctx context.Context, id string) (Group, error) {
	g, err := tx.Group(ctx, id)
	if err != nil {
		return Group{}, err
	}
	groups := []Group{g}
	err = tx.fillLists(ctx, groups)
	return groups[0], err
}

// touch notes that a list of a group was used, and when the group changed.
func (tx *Tx) touch(ctx context.Context, id string, list int) error {
	_, err := tx.change(ctx, `update groups set lists = lists | $2, updated = $3 where id = $1`, id, list, tx.now().UnixMilli())
	if err != nil {
		return fmt.Errorf("updating group %q: %w", id, err)
	}
	return nil
}
