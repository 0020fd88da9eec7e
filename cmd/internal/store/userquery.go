package store

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// UserField is what users can be searched and sorted by.
type UserField string

// The fields of users. Anything is only for searching: it finds a text within
// any of name, email, nickname, user name and id. The times and the count are
// only for sorting.
const (
	UserID         UserField = "user_id"
	UserEmail      UserField = "email"
	UserName       UserField = "name"
	UserNickname   UserField = "nickname"
	UserConnection UserField = "connection"
	UserAnything   UserField = "search"
	UserCreated    UserField = "created_at"
	UserUpdated    UserField = "updated_at"
	UserLastLogin  UserField = "last_login"
	UserLogins     UserField = "logins_count"
)

// UserMatch is a condition on users: All, Any, Not, Match, InGroup, HasRole or
// HoldsTwice.
type UserMatch interface {
	// where is the condition in SQL; it adds what it compares with to args.
	where(args *[]any) string
}

// All holds where each of its conditions does: for every user if it has none.
type All []UserMatch

// Any holds where one of its conditions does: for no user if it has none.
type Any []UserMatch

// Not holds where its condition does not.
type Not struct{ Match UserMatch }

// Match compares a field, in any case of the letters. Parts are texts that must
// follow one another in it, with anything in between: a single one is the whole
// value, and an empty first or last one lets anything be there.
type Match struct {
	Field UserField
	Parts []string
}

// InGroup holds for the direct members of the group with that id.
type InGroup string

// HasRole holds for the users who hold the role with that id directly.
type HasRole string

// UserQuery asks for a part of the users.
type UserQuery struct {
	Match         UserMatch // nil: every user
	Sort          UserField // "": the order of their making
	Descending    bool
	Offset, Limit int
}

func (m All) where(args *[]any) string { return joined(m, " and ", "1 = 1", args) }
func (m Any) where(args *[]any) string { return joined(m, " or ", "1 = 0", args) }
func (m Not) where(args *[]any) string { return "not " + m.Match.where(args) }

// HoldsTwice holds where a user has a permission of an API directly and by a role.
type HoldsTwice struct{}

func (HoldsTwice) where(*[]any) string {
	return `users.user_id in (select direct.user_id from user_permissions direct
		join core_role_users held on held.user_id = direct.user_id
		join core_role_permissions given on given.role_id = held.role_id and given.api = direct.api and given.permission = direct.permission)`
}

func joined(matches []UserMatch, with, none string, args *[]any) string {
	if len(matches) == 0 {
		return none
	}
	parts := make([]string, len(matches))
	for i, m := range matches {
		parts[i] = m.where(args)
	}
	return "(" + strings.Join(parts, with) + ")"
}

func (m Match) where(args *[]any) string {
	column := searchable(m.Field)
	if len(m.Parts) == 1 && m.Field == UserID {
		*args = append(*args, m.Parts[0]) // ids differ by case
		return "user_id = $" + strconv.Itoa(len(*args))
	}
	if len(m.Parts) == 1 {
		*args = append(*args, fold(m.Parts[0]))
		return column + " = $" + strconv.Itoa(len(*args))
	}
	if start, end, ok := m.span(); ok {
		*args = append(*args, start, end)
		return fmt.Sprintf("(%[1]s >= $%[2]d and %[1]s < $%[3]d)", column, len(*args)-1, len(*args))
	}
	*args = append(*args, pattern(m.Parts))
	return column + ` like $` + strconv.Itoa(len(*args)) + ` escape '\'`
}

// span is between which values those lie that begin with a text, if that is what m
// asks for: an index finds them, and like reads all there are.
func (m Match) span() (start, end string, ok bool) {
	if len(m.Parts) != 2 || m.Parts[0] == "" || m.Parts[1] != "" {
		return "", "", false
	}
	start = fold(m.Parts[0])
	last, size := utf8.DecodeLastRuneInString(start)
	next := last + 1
	if !utf8.ValidRune(next) && utf8.ValidRune(last) && last < utf8.MaxRune {
		next = 0xE000 // behind the surrogates
	}
	if last == utf8.RuneError || !utf8.ValidRune(next) {
		return "", "", false
	}
	return start, start[:len(start)-size] + string(next), true
}

func (g InGroup) where(args *[]any) string {
	*args = append(*args, string(g))
	return "user_id in (select user_id from group_members where group_id = $" + strconv.Itoa(len(*args)) + ")"
}

func (r HasRole) where(args *[]any) string {
	*args = append(*args, string(r))
	return "user_id in (select user_id from role_users where role_id = $" + strconv.Itoa(len(*args)) + ")"
}

// pattern is the like pattern of parts, with anything in between.
func pattern(parts []string) string {
	escaped := make([]string, len(parts))
	for i, p := range parts {
		whole := like(fold(p))
		escaped[i] = whole[1 : len(whole)-1]
	}
	return strings.Join(escaped, "%")
}

// searchable is the column to search f in; an unknown field finds nothing.
func searchable(f UserField) string {
	switch f {
	case UserID:
		return "id_key"
	case UserEmail, UserName, UserNickname, UserConnection, UserAnything:
		return string(f)
	}
	return "null"
}

// order is the part of a statement that sorts users. Equal ones follow in the
// order of their making.
func (q UserQuery) order() string {
	direction := " asc"
	if q.Descending {
		direction = " desc"
	}
	switch q.Sort {
	case UserID, UserEmail, UserName, UserNickname, UserCreated, UserUpdated, UserLastLogin, UserLogins:
		return " order by " + string(q.Sort) + direction + ", seq" + direction
	}
	return " order by seq" + direction
}

// FindUsers is a part of the users that match, and how many do in all.
func (tx *Tx) FindUsers(ctx context.Context, q UserQuery) ([]User, int, error) {
	var args []any
	var where string
	if q.Match != nil {
		where = " where " + q.Match.where(&args)
	}
	n := len(args)
	args = append(args, q.Limit, q.Offset)
	var out []User
	err := tx.rows(ctx, func(r *sql.Rows) error {
		u, err := scanUser(r)
		out = append(out, u)
		return err
	}, fmt.Sprintf(`select user_id, profile from users%s%s limit $%d offset $%d`, where, q.order(), n+1, n+2), args...)
	if err != nil {
		return nil, 0, fmt.Errorf("searching users: %w", err)
	}
	if q.Offset == 0 && len(out) < q.Limit {
		return out, len(out), nil // all there are
	}
	var total int
	if err := tx.tx.QueryRowContext(ctx, `select count(*) from users`+where, args[:n]...).Scan(&total); err != nil {
		return nil, 0, fmt.Errorf("counting users: %w", err)
	}
	return out, total, nil
}

// EmailTaken reports whether another user than the one with id has email in
// the connection.
func (tx *Tx) EmailTaken(ctx context.Context, email, connection, id string) (bool, error) {
	return tx.exists(ctx, `select 1 from users where email = $1 and connection = $2 and user_id <> $3`,
		fold(email), fold(connection), id)
}
