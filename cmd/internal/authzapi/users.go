package authzapi

import (
	"context"
	"errors"
	"net/url"

	"trellis/cmd/internal/directory"
	"trellis/cmd/internal/store"
)

// usersPerPage is how many users a page of GET /users has by itself.
const usersPerPage = 100

// userFields is what a list of users tells of each.
func userFields() []string {
	return []string{"user_id", "name", "email", "identities", "picture", "last_login", "logins_count", "multifactor", "blocked"}
}

// userList is the answer of GET /users, with totals as the Management API has them.
type userList struct {
	Start  int      `json:"start"`
	Limit  int      `json:"limit"`
	Length int      `json:"length"`
	Users  []record `json:"users"`
	Total  int      `json:"total"`
}

// listUsers is a page of the tenant's users, who signed in last first unless the
// query says otherwise.
func listUsers(ctx context.Context, c *call) (any, error) {
	if isTrue(c.query, "missing") {
		return listMissingUsers(ctx, c)
	}
	match, err := usersAsked(c.query)
	if err != nil {
		return nil, err
	}
	size := numberOr(c.query, "per_page", usersPerPage)
	start := (max(numberOr(c.query, "page", 1), 1) - 1) * size
	sort, down := sortOf(c.query)
	if sort == "" {
		sort, down = string(store.UserLastLogin), true
	}
	users, total, err := c.tx.FindUsers(ctx, store.UserQuery{
		Match: match, Sort: store.UserField(sort), Descending: down, Offset: start, Limit: size,
	})
	if err != nil {
		return nil, err
	}
	fields := fieldsOf(c.query)
	if fields == nil {
		fields = userFields()
	}
	out := userList{Start: start, Limit: size, Length: len(users), Users: make([]record, len(users)), Total: total}
	for i, u := range users {
		out.Users[i] = record(directory.Shown(u.Profile)).only(fields)
	}
	return out, nil
}

// listMissingUsers is a page of the ids that groups and roles name and the tenant
// does not know.
func listMissingUsers(ctx context.Context, c *call) (any, error) {
	size := numberOr(c.query, "per_page", usersPerPage)
	start := (max(numberOr(c.query, "page", 1), 1) - 1) * size
	users, total, err := c.tx.MissingUsers(ctx, start, size)
	if err != nil {
		return nil, err
	}
	out := userList{Start: start, Limit: size, Length: len(users), Users: make([]record, len(users)), Total: total}
	for i, u := range users {
		out.Users[i] = record{"user_id": u.UserID, "missing": true, "group_count": u.Groups, "role_count": u.Roles}
	}
	return out, nil
}

// replaceUser gives what a user has to the one that the body names.
func (s *Server) replaceUser(ctx context.Context, c *call) (any, error) {
	var in struct {
		UserID string `json:"user_id"`
	}
	if err := c.into(&in); err != nil {
		return nil, err
	}
	if err := s.mayMove(ctx, c); err != nil {
		return nil, err
	}
	return nil, c.tx.ReplaceUser(ctx, c.id, in.UserID)
}

func dropUser(ctx context.Context, c *call) (any, error) { return nil, c.tx.DropUser(ctx, c.id) }

// usersAsked is which users q asks for.
func usersAsked(q url.Values) (store.UserMatch, error) {
	search := q.Get("q")
	if field := q.Get("field"); field != "" {
		search = field + ":" + search
	}
	match, err := directory.Search(search)
	if err != nil {
		return nil, badRequest("q: " + err.Error())
	}
	var all store.All
	if match != nil {
		all = append(all, match)
	}
	if group := q.Get("group"); group != "" {
		all = append(all, store.InGroup(group))
	}
	if role := q.Get("role"); role != "" {
		all = append(all, store.HasRole(role))
	}
	return all, nil
}

// getUser is the whole profile of a user.
func getUser(ctx context.Context, c *call) (any, error) {
	u, err := c.tx.User(ctx, c.id)
	if _, missing := errors.AsType[*store.NotFoundError](err); missing {
		return nil, noUser()
	}
	if err != nil {
		return nil, err
	}
	return directory.Shown(u.Profile), nil
}
