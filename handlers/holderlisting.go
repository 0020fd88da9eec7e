package handlers

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/upstream"
)

// holderFileHead is the head of a file of those who have something.
var holderFileHead = []string{"user_id", "name", "email", "sources", "shortest_path", "ways"}

// askHolders asks for a page of those who have the thing with id.
type askHolders func(ctx context.Context, id string, q authz.ListQuery) (page authz.Holders, known bool, err error)

// listing is l of those who have it.
func (f holderFocus) listing(l listing, v urls.HolderView, search string, ask askHolders) listing {
	l.head, l.most = holderFileHead, authz.MostHolders
	l.page = func(ctx context.Context, page, size int) ([]record, int, error) {
		found, known, err := ask(ctx, f.id, holderQuery(v, search, page, size))
		if err == nil && !known {
			err = &upstream.Error{Status: http.StatusNotFound, Message: "This tenant's API does not tell who has it."}
		}
		return f.records(found), found.Total, err
	}
	return l
}

func (f holderFocus) records(found authz.Holders) (rows []record) {
	for _, h := range found.Items {
		rows = append(rows, f.record(h))
	}
	return rows
}

// groupHolders is l of those who are in a group. Of an API that does not tell how,
// it is the list that names a group for each.
func (h Selection) groupHolders(l listing, at urls.MemberList) listing {
	focus := holderFocus{kind: groupKind, id: at.Group}
	l.head, l.most = holderFileHead, authz.MostHolders
	l.page = func(ctx context.Context, page, size int) ([]record, int, error) {
		found, known, err := h.API.GroupHolders(ctx, at.Group, holderQuery(at.HolderView, at.Search, page, size))
		if err == nil && !known {
			return h.nestedMembers(ctx, at, page, size)
		}
		return focus.records(found), found.Total, err
	}
	return l
}

// nestedMembers is a part of a group's members and of those of groups below it, of
// which the API gives less at once.
func (h Selection) nestedMembers(ctx context.Context, at urls.MemberList, page, size int) (rows []record, total int, err error) {
	for n := page * size / membersPerPage; len(rows) < size; n++ {
		found, err := h.API.AllMembers(ctx, at.Group, authz.ListQuery{Search: at.Search, Page: n, PerPage: membersPerPage})
		if err != nil {
			return nil, 0, err
		}
		for _, m := range found.Items {
			source, path := authz.DirectSource, authz.DirectSource
			if m.Group.ID != at.Group {
				source, path = authz.GroupSource, named(m.Group.Name)
			}
			rows = append(rows, record{m.User.UserID, userName(m.User), []string{m.User.UserID, m.User.Name, m.User.Email, source, path, ""}})
		}
		if total = found.Total; (n+1)*membersPerPage >= total {
			break
		}
	}
	return rows, total, nil
}

// ExportPermissionUsers gives the list of those who have a permission as a file.
func (h Selection) ExportPermissionUsers(c echo.Context) error {
	at := permissionUserListOf(c)
	focus := holderFocus{kind: permissionKind, id: at.Permission}
	l := listing{name: "permission-users", noun: "user", at: at.To(), current: at.Page, shown: membersPerPage}
	return export(c, focus.listing(l, at.HolderView, at.Search, h.API.PermissionHolders), nil)
}

// record words a user who has it for a file.
func (f holderFocus) record(h authz.Holder) record {
	var kinds []string
	shortest, length := "", 0
	for _, w := range h.Ways {
		kinds = append(kinds, w.Source)
		if length == 0 || len(w.Path) < length {
			shortest, length = f.inText(w), len(w.Path)
		}
	}
	ways := strconv.Itoa(h.WayCount)
	if !h.Exact {
		ways += " or more"
	}
	return record{h.User.UserID, userName(h.User), []string{
		h.User.UserID, h.User.Name, h.User.Email, strings.Join(kinds, "; "), shortest, ways,
	}}
}

// inText is a way as a line.
func (f holderFocus) inText(w authz.HolderWay) string {
	var names []string
	for _, s := range f.way(w).Steps {
		names = append(names, s.Link.Label)
	}
	if len(names) == 0 {
		return w.Source
	}
	return strings.Join(names, " > ")
}
