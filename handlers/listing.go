package handlers

import (
	"context"
	"errors"
	"strconv"
	"sync"

	"github.com/labstack/echo/v4"

	"trellis/web/authz"
	"trellis/web/bulk"
)

// record is one row of a list as a file and a bulk change have it.
type record struct {
	id, label string
	cells     []string
}

// listing is a list in one state, to be read to its end.
type listing struct {
	name    string // of its file
	noun    string // one of what it lists
	at      string // its page
	head    []string
	current int // the page on the screen, from 1
	shown   int // rows of a page on the screen
	most    int // rows that the API gives at once
	page    func(ctx context.Context, page, size int) (rows []record, total int, err error)
}

// errTooMany says that a selection is larger than a job may be.
var errTooMany = errors.New("too many rows")

// whole reads every row of l, and gives errTooMany beyond limit.
func (l listing) whole(ctx context.Context, limit int) (all []record, err error) {
	err = l.read(ctx, func(rows []record) error {
		if all = append(all, rows...); len(all) > limit {
			return errTooMany
		}
		return nil
	})
	return all, err
}

// read hands every page of l to take, the first to the last.
func (l listing) read(ctx context.Context, take func([]record) error) error {
	seen := 0
	for page := 0; ; page++ {
		rows, total, err := l.page(ctx, page, l.most)
		if err != nil {
			return err
		}
		if err := take(rows); err != nil {
			return err
		}
		seen += len(rows)
		if len(rows) == 0 || seen >= total {
			return nil
		}
	}
}

// errEnough says that a list need not be read further.
var errEnough = errors.New("enough of the list")

// chosen are the rows with ids. Most stand on the page on the screen, others on
// pages before and after it. Of one that left the list meanwhile only the id is known.
func (l listing) chosen(ctx context.Context, ids []string) ([]record, error) {
	out := make([]record, len(ids))
	place := make(map[string]int, len(ids)) // of those not found yet
	for i, id := range ids {
		out[i], place[id] = record{id: id, label: id, cells: []string{id}}, i
	}
	seen := 0
	find := func(rows []record) error {
		for _, r := range rows {
			if i, ok := place[r.id]; ok {
				out[i] = r
				delete(place, r.id)
			}
		}
		if seen += len(rows); len(place) == 0 || seen > bulk.MostLines {
			return errEnough
		}
		return nil
	}
	rows, _, err := l.page(ctx, l.current-1, l.shown)
	if err == nil {
		err = find(rows)
	}
	if err == nil {
		err = l.read(ctx, find)
	}
	if errors.Is(err, errEnough) {
		err = nil
	}
	return out, err
}

// users is the list of users that the request asks for.
func (h Selection) users(c echo.Context) listing {
	at := userListOf(c)
	return listing{
		name: "users", noun: "user", at: at.To(), current: at.Page, shown: usersPerPage, most: 100,
		head: []string{"user_id", "name", "email", "connection", "blocked", "last_login", "logins_count"},
		page: func(ctx context.Context, page, size int) ([]record, int, error) {
			at.Page = page + 1
			found, err := h.Users.users(ctx, at, size)
			var rows []record
			for _, u := range found.Items {
				rows = append(rows, record{u.UserID, nameOf(u), []string{
					u.UserID, nameOf(u), u.Email, u.Connection(), strconv.FormatBool(u.Blocked), u.LastLogin, strconv.Itoa(u.LoginsCount),
				}})
			}
			return rows, found.Total, err
		},
	}
}

// groups is the list of groups that the request asks for.
func (h Selection) groups(c echo.Context) listing {
	at := groupListOf(c)
	return listing{
		name: "groups", noun: "group", at: at.To(), current: at.Page, shown: groupsPerPage, most: 100,
		head: []string{"id", "name", "description", "direct_members", "nested_groups", "roles", "mappings"},
		page: func(ctx context.Context, page, size int) ([]record, int, error) {
			found, err := h.API.ListGroups(ctx, authz.ListQuery{
				Search: at.Search, Finding: at.Show, Page: page, PerPage: size, Sort: sortField(groupColumns, at.Sort), Fields: listedFields,
			})
			var rows []record
			for _, g := range found.Items {
				rows = append(rows, record{g.ID, named(g.Name), []string{
					g.ID, g.Name, g.Description,
					strconv.Itoa(g.MemberCount), strconv.Itoa(g.NestedCount), strconv.Itoa(g.RoleCount), strconv.Itoa(g.MappingCount),
				}})
			}
			return rows, found.Total, err
		},
	}
}

// roles is the list of roles that the request asks for.
func (h Selection) roles(c echo.Context) listing {
	at, apps := roleIndexOf(c), h.applications(c)
	return listing{
		name: "roles", noun: "role", at: at.To(), current: at.Page, shown: rolesPerPage, most: 100,
		head: []string{"id", "name", "description", "application", "application_name", "permissions", "groups", "direct_users"},
		page: func(ctx context.Context, page, size int) ([]record, int, error) {
			found, err := h.API.ListRoles(ctx, authz.ListQuery{
				Search: at.Search, Of: at.Of, Finding: at.Show, Page: page, PerPage: size, Sort: sortField(roleColumns, at.Sort), Fields: listedRoleFields,
			})
			var rows []record
			for _, r := range found.Items {
				rows = append(rows, record{r.ID, named(r.Name), []string{
					r.ID, r.Name, r.Description, r.ApplicationID, apps().name(r.ApplicationID),
					strconv.Itoa(r.PermissionCount), strconv.Itoa(r.GroupCount), strconv.Itoa(r.UserCount),
				}})
			}
			return rows, found.Total, err
		},
	}
}

// permissions is the list of permissions that the request asks for.
func (h Selection) permissions(c echo.Context) listing {
	at, apps := permissionIndexOf(c), h.applications(c)
	return listing{
		name: "permissions", noun: "permission", at: at.To(), current: at.Page, shown: permissionsPerPage, most: 100,
		head: []string{"id", "name", "description", "application", "application_name", "roles"},
		page: func(ctx context.Context, page, size int) ([]record, int, error) {
			found, err := h.API.ListPermissions(ctx, authz.ListQuery{
				Search: at.Search, Of: at.Of, Finding: at.Show, Page: page, PerPage: size, Sort: sortField(permissionColumns, at.Sort), Fields: listedPermissionFields,
			})
			var rows []record
			for _, p := range found.Items {
				rows = append(rows, record{p.ID, named(p.Name), []string{
					p.ID, p.Name, p.Description, p.ApplicationID, apps().name(p.ApplicationID), strconv.Itoa(p.RoleCount),
				}})
			}
			return rows, found.Total, err
		},
	}
}

// holderHead is the head of a file of members, or of users of a role.
var holderHead = []string{"user_id", "name", "email", "connection", "source"}

func holderCells(u authz.User, source string) []string {
	connection := ""
	if len(u.Identities) > 0 {
		connection = u.Identities[0].Connection
	}
	return []string{u.UserID, u.Name, u.Email, connection, source}
}

// members is the list of a group's members that the request asks for.
func (h Selection) members(c echo.Context) listing {
	at := memberListOf(c)
	l := listing{name: "members", noun: "member", at: at.To(), head: holderHead, current: at.Page, shown: membersPerPage, most: membersPerPage}
	if at.All {
		return h.groupHolders(l, at)
	}
	l.page = func(ctx context.Context, page, size int) (rows []record, total int, err error) {
		found, err := h.API.Members(ctx, at.Group, authz.ListQuery{Search: at.Search, Page: page, PerPage: size})
		for _, u := range found.Items {
			rows = append(rows, record{u.UserID, userName(u), holderCells(u, authz.DirectSource)})
		}
		return rows, found.Total, err
	}
	return l
}

// roleUsers is the list of a role's users that the request asks for.
func (h Selection) roleUsers(c echo.Context) listing {
	at := roleUserListOf(c)
	l := listing{name: "role-users", noun: "user", at: at.To(), head: holderHead, current: at.Page, shown: membersPerPage, most: membersPerPage}
	if at.All {
		focus := holderFocus{kind: roleKind, id: at.Role}
		return focus.listing(l, at.HolderView, at.Search, h.API.RoleHolders)
	}
	l.page = func(ctx context.Context, page, size int) (rows []record, total int, err error) {
		found, err := h.API.RoleUsers(ctx, at.Role, authz.ListQuery{Search: at.Search, Page: page, PerPage: size})
		for _, u := range found.Items {
			rows = append(rows, record{u.UserID, userName(u), holderCells(u, authz.DirectSource)})
		}
		return rows, found.Total, err
	}
	return l
}

// SelectionAPI is what lists, read to their end, ask of the Authorization API.
type SelectionAPI interface {
	GroupReader
	RoleReader
	ListPermissions(context.Context, authz.ListQuery) (authz.Page[authz.Permission], error)
	Members(ctx context.Context, group string, q authz.ListQuery) (authz.Page[authz.User], error)
	GroupHoldersAPI
	PermissionHolders(ctx context.Context, permission string, q authz.ListQuery) (page authz.Holders, known bool, err error)
	RoleUsers(ctx context.Context, role string, q authz.ListQuery) (authz.Page[authz.User], error)
	RoleHolders(ctx context.Context, role string, q authz.ListQuery) (page authz.Holders, known bool, err error)
}

// Selection does something to rows of a list: those that are checked, or all that
// match. It also gives a list as a file.
type Selection struct {
	API       SelectionAPI
	Users     Users
	Catalogue Catalogue
	Jobs      *bulk.Runner
}

// applications are asked for once, when the first row needs the name of one.
func (h Selection) applications(c echo.Context) func() catalogue {
	return sync.OnceValue(func() catalogue { return h.Catalogue.read(c.Request().Context()) })
}
