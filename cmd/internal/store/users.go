package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// User is one user of the tenant.
type User struct {
	UserID string
	// Profile is the whole user as the Management API gives it, user_id included.
	Profile map[string]any
}

// timeForm is how a profile spells a time.
const timeForm = "2006-01-02T15:04:05.000Z"

// PutUser creates u, or replaces the user with that id. Times that the profile
// does not tell are those it had, or, as far as something changes, now. Groups
// that wait for somebody with the user's address, once it is verified, have a
// member in it.
func (tx *Tx) PutUser(ctx context.Context, u User) error {
	was, err := tx.User(ctx, u.UserID)
	if _, missing := errors.AsType[*NotFoundError](err); err != nil && !missing {
		return err
	}
	now := tx.now().Format(timeForm)
	profile, err := settled(u, was, now)
	if err != nil {
		return fmt.Errorf("user %q: %w", u.UserID, err)
	}
	if was.Profile != nil && reflect.DeepEqual(was.Profile, profile) {
		return nil
	}
	if text(u.Profile, "updated_at") == "" {
		profile["updated_at"] = now
	}
	if err := tx.saveUser(ctx, u.UserID, profile); err != nil {
		return err
	}
	before, after, action := map[string]any(nil), profile, "user.create"
	if was.Profile != nil {
		before, after = changed(was.Profile, profile)
		action = "user.update"
	}
	if err := tx.record(ctx, action, "user", u.UserID, noted(before), noted(after)); err != nil {
		return err
	}
	return tx.admitUser(ctx, u.UserID, profile)
}

// settled is the profile of u as it will be read again, with the times that
// was has where u tells none, and now where neither does.
func settled(u, was User, now string) (map[string]any, error) {
	profile := maps.Clone(u.Profile)
	if profile == nil {
		profile = map[string]any{}
	}
	profile["user_id"] = u.UserID
	for _, name := range []string{"created_at", "updated_at"} {
		profile[name] = cmp.Or(text(profile, name), text(was.Profile, name), now)
	}
	whole, err := encode(profile)
	if err != nil {
		return nil, err
	}
	return decode(whole)
}

func (tx *Tx) saveUser(ctx context.Context, id string, profile map[string]any) error {
	row, err := userRow(id, profile)
	if err != nil {
		return err
	}
	columns := userColumns()
	var sets []string
	for _, c := range columns[2:] { // the id and its key stay
		sets = append(sets, c+" = excluded."+c)
	}
	_, err = tx.change(ctx, `insert into users(`+strings.Join(columns, ", ")+`) values(`+places(1, len(columns))+`)
		on conflict(user_id) do update set `+strings.Join(sets, ", "), row...)
	if err != nil {
		return fmt.Errorf("saving user %q: %w", id, err)
	}
	return nil
}

// userColumns is the columns of users, in the order of userRow.
func userColumns() []string {
	return []string{
		"user_id", "id_key", "email", "name", "nickname", "connection", "search",
		"last_login", "logins_count", "created_at", "updated_at", "profile",
	}
}

// userRow is a user as a row: the profile, and what it is searched and sorted by.
func userRow(id string, profile map[string]any) ([]any, error) {
	whole, err := encode(profile)
	if err != nil {
		return nil, fmt.Errorf("user %q: %w", id, err)
	}
	name, email, nickname := text(profile, "name"), text(profile, "email"), text(profile, "nickname")
	search := "\n" + strings.Join([]string{name, email, nickname, text(profile, "username"), id}, "\n") + "\n"
	return []any{
		id, fold(id), fold(email), fold(name), fold(nickname), fold(firstConnection(profile)), fold(search),
		text(profile, "last_login"), logins(profile), text(profile, "created_at"), text(profile, "updated_at"), whole,
	}, nil
}

// User is the user with id.
func (tx *Tx) User(ctx context.Context, id string) (User, error) {
	users, err := tx.Users(ctx, []string{id})
	if err != nil {
		return User{}, err
	}
	u, ok := users[id]
	if !ok {
		return User{}, &NotFoundError{Kind: Users, ID: id}
	}
	return u, nil
}

// Users is the users with ids, as far as they exist.
func (tx *Tx) Users(ctx context.Context, ids []string) (map[string]User, error) {
	out := make(map[string]User, len(ids))
	for some := range slices.Chunk(ids, batch) {
		err := tx.rows(ctx, func(r *sql.Rows) error {
			u, err := scanUser(r)
			out[u.UserID] = u
			return err
		}, `select user_id, profile from users where user_id in (`+places(1, len(some))+`)`, anys(some)...)
		if err != nil {
			return nil, fmt.Errorf("reading users: %w", err)
		}
	}
	return out, nil
}

// DeleteUser deletes the user with id, and with it its memberships, its direct
// roles and its permissions.
func (tx *Tx) DeleteUser(ctx context.Context, id string) error {
	was, err := tx.User(ctx, id)
	if err != nil {
		return err
	}
	for _, held := range []struct{ table, column, action, kind string }{
		{"group_members", "group_id", "group.members.remove", "group"},
		{"role_users", "role_id", "role.users.remove", "role"},
		{"core_role_users", "role_id", "core_role.users.remove", "core_role"},
	} {
		if err := tx.leave(ctx, id, held.table, held.column, held.action, held.kind); err != nil {
			return err
		}
	}
	if err := tx.dropUserPermissions(ctx, id); err != nil {
		return err
	}
	if _, err := tx.change(ctx, `delete from users where user_id = $1`, id); err != nil {
		return fmt.Errorf("deleting user %q: %w", id, err)
	}
	return tx.record(ctx, "user.delete", "user", id, noted(was.Profile), nil)
}

// leave takes the user out of everything that table says it is in. The journal
// tells it of each of those objects, as if somebody had done it by hand.
func (tx *Tx) leave(ctx context.Context, id, table, column, action, kind string) error {
	objects, err := tx.texts(ctx, `select `+column+` from `+table+` where user_id = $1 order by seq`, id)
	if err != nil {
		return fmt.Errorf("reading %s of user %q: %w", table, id, err)
	}
	if _, err := tx.change(ctx, `delete from `+table+` where user_id = $1`, id); err != nil {
		return fmt.Errorf("deleting from %s: %w", table, err)
	}
	for _, object := range objects {
		if err := tx.record(ctx, action, kind, object, []string{id}, nil); err != nil {
			return err
		}
	}
	return nil
}

func scanUser(r *sql.Rows) (User, error) {
	var u User
	var profile string
	if err := r.Scan(&u.UserID, &profile); err != nil {
		return u, err
	}
	var err error
	u.Profile, err = decode(profile)
	return u, err
}

// Connection is the name of the connection that the user comes from.
func (u User) Connection() string { return firstConnection(u.Profile) }

// UserConnections is the names of the connections that the users with ids come over, of
// those that have any.
func (tx *Tx) UserConnections(ctx context.Context, ids []string) (map[string][]string, error) {
	users, err := tx.Users(ctx, ids)
	out := make(map[string][]string, len(users))
	for id, u := range users {
		identities, _ := u.Profile["identities"].([]any)
		for _, i := range identities {
			identity, _ := i.(map[string]any)
			if name := text(identity, "connection"); name != "" && !slices.Contains(out[id], name) {
				out[id] = append(out[id], name)
			}
		}
	}
	return out, err
}

func firstConnection(profile map[string]any) string {
	identities, _ := profile["identities"].([]any)
	if len(identities) == 0 {
		return ""
	}
	first, _ := identities[0].(map[string]any)
	return text(first, "connection")
}

func logins(profile map[string]any) int64 {
	n, _ := profile["logins_count"].(float64)
	return int64(n)
}

// changed is what of two profiles differs, as the one and as the other has it.
func changed(a, b map[string]any) (before, after map[string]any) {
	before, after = map[string]any{}, map[string]any{}
	for name, v := range a {
		if w, ok := b[name]; !ok || !reflect.DeepEqual(v, w) {
			before[name] = v
		}
	}
	for name, w := range b {
		if v, ok := a[name]; !ok || !reflect.DeepEqual(v, w) {
			after[name] = w
		}
	}
	return before, after
}

// noted is what the journal keeps of a profile. Of metadata, which may hold a
// secret of some application, it keeps the names alone.
func noted(profile map[string]any) map[string]any {
	out := maps.Clone(profile)
	for _, name := range []string{"app_metadata", "user_metadata"} {
		if metadata, ok := out[name].(map[string]any); ok {
			out[name] = slices.Sorted(maps.Keys(metadata))
		}
	}
	return out
}
