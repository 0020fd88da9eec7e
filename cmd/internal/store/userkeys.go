package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
)

// UserKeys is what a user is found and sorted by in a list of members. A list of
// thousands is narrowed by it before any profile is read.
type UserKeys struct{ id, name, email, nickname, lastLogin, createdAt string }

// Keys is the keys of a user whom the tenant need not know.
func (u User) Keys() UserKeys {
	key := func(name string) string { return fold(text(u.Profile, name)) }
	return UserKeys{fold(u.UserID), key("name"), key("email"), key("nickname"), key("last_login"), key("created_at")}
}

// UserKeys is the keys of the users with ids, as far as they exist.
func (tx *Tx) UserKeys(ctx context.Context, ids []string) (map[string]UserKeys, error) {
	out := make(map[string]UserKeys, len(ids))
	for some := range slices.Chunk(ids, batch) {
		if err := tx.userKeys(ctx, out, ` where user_id in (`+places(1, len(some))+`)`, anys(some)...); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// EveryUserKeys is the keys of all users.
func (tx *Tx) EveryUserKeys(ctx context.Context) (map[string]UserKeys, error) {
	out := map[string]UserKeys{}
	return out, tx.userKeys(ctx, out, "")
}

// userKeys adds the keys of the users that where finds to out.
func (tx *Tx) userKeys(ctx context.Context, out map[string]UserKeys, where string, args ...any) error {
	err := tx.rows(ctx, func(r *sql.Rows) error {
		var id string
		var k UserKeys
		err := r.Scan(&id, &k.id, &k.name, &k.email, &k.nickname, &k.lastLogin, &k.createdAt)
		k.lastLogin, k.createdAt = fold(k.lastLogin), fold(k.createdAt)
		out[id] = k
		return err
	}, `select user_id, id_key, name, email, nickname, last_login, created_at from users`+where, args...)
	if err != nil {
		return fmt.Errorf("reading what users are found by: %w", err)
	}
	return nil
}

// Search reports whether text stands in the name, email or id of a user, in any
// case of letters.
func Search(text string) func(UserKeys) bool {
	key := fold(text)
	return func(k UserKeys) bool {
		return strings.Contains(k.name, key) || strings.Contains(k.email, key) || strings.Contains(k.id, key)
	}
}

// By is the key to sort by a field of the profile.
func (k UserKeys) By(field string) string {
	switch field {
	case "user_id":
		return k.id
	case "name":
		return k.name
	case "email":
		return k.email
	case "nickname":
		return k.nickname
	case "last_login":
		return k.lastLogin
	case "created_at":
		return k.createdAt
	}
	return ""
}
