package authzapi

import (
	"cmp"
	"context"
	"math"
	"net/url"
	"slices"

	"trellis/cmd/internal/directory"
	"trellis/cmd/internal/snapshot"
	"trellis/cmd/internal/store"
	"trellis/web/access"
)

// membersPerPage is how many members a page has at most, and by itself.
const membersPerPage = 25

// member is a user on the way to a list: what is shown of it, and the group it
// was found in.
type member struct {
	grant   access.Grant
	profile record
	missing bool // the tenant does not know it
}

func listMembers(ctx context.Context, c *call) (any, error) {
	ids, err := c.tx.Members(ctx, c.id)
	if err != nil {
		return nil, err
	}
	grants := make([]access.Grant, len(ids))
	for i, id := range ids {
		grants[i] = access.Grant{ID: id, Group: c.id}
	}
	page, err := usersPage(ctx, c, grants)
	if err != nil {
		return nil, err
	}
	page.Pending, err = pendingIn(ctx, c)
	return page, err
}

// profilePage is a page of users, and who is not one yet when that was asked for.
type profilePage struct {
	totals
	Users   []record      `json:"users"`
	Pending *pendingShown `json:"pending,omitempty"`
}

// usersPage is the page of grants that the query asks for, as profiles.
func usersPage(ctx context.Context, c *call, grants []access.Grant) (profilePage, error) {
	found, total, err := membersPage(ctx, c, grants, "user_id")
	if err != nil {
		return profilePage{}, err
	}
	users := make([]record, len(found))
	for i, m := range found {
		users[i] = m.shown(c.query, fieldsOf(c.query))
	}
	return profilePage{totals: pageTotals(c.query, total, len(users)), Users: users}, nil
}

// shown is the profile of m with the named fields. That the tenant does not know
// the user is said to who asks.
func (m member) shown(q url.Values, fields []string) record {
	shown := m.profile.only(fields)
	if m.missing && isTrue(q, "missing") {
		shown["missing"] = true
	}
	return shown
}

// pageTotals is the totals of a page counted from 1 that has length of total users.
func pageTotals(q url.Values, total, length int) totals {
	if !isTrue(q, "include_totals") {
		return totals{Total: total}
	}
	limit := numberOr(q, "per_page", membersPerPage)
	start := (max(numberOr(q, "page", 1), 1) - 1) * limit
	return totals{Total: total, Start: &start, Limit: &limit, Length: &length}
}

// nestedMember is a user and the group that holds it.
type nestedMember struct {
	User  record `json:"user"`
	Group named  `json:"group"`
}

func (s *Server) listNestedMembers(ctx context.Context, c *call) (any, error) {
	if _, err := c.tx.Group(ctx, c.id); err != nil {
		return nil, err
	}
	graph, err := s.Access.Of(ctx, c.tx)
	if err != nil {
		return nil, err
	}
	found, total, err := s.nestedPage(ctx, c, graph)
	if err != nil {
		return nil, err
	}
	groups, err := groupNames(ctx, c.tx, found)
	if err != nil {
		return nil, err
	}
	fields := fieldsOf(c.query)
	if fields == nil {
		fields = memberFields()
	}
	rows := make([]nestedMember, len(found))
	for i, m := range found {
		rows[i] = nestedMember{
			User:  m.shown(c.query, fields),
			Group: groups[m.grant.Group],
		}
	}
	return struct {
		totals
		Nested []nestedMember `json:"nested"`
	}{pageTotals(c.query, total, len(rows)), rows}, nil
}

// nestedPage is the page of members of the call's group and those below it that the
// query asks for, and how many there are.
func (s *Server) nestedPage(ctx context.Context, c *call, graph *snapshot.Snapshot) ([]member, int, error) {
	people, err := s.People.Near(ctx, c.tx)
	if err != nil {
		return nil, 0, err
	}
	if people == nil {
		members, err := c.tx.MembersOf(ctx, append(graph.Descendants(c.id), c.id))
		if err != nil {
			return nil, 0, err
		}
		return membersPage(ctx, c, graph.Members(c.id, func(group string) []string { return members[group] }), "name")
	}
	all := func(offset, limit int) ([]access.Grant, int) {
		found, total := graph.MembersPage(c.id, len(people.IDs), people.Members, offset, limit)
		grants := make([]access.Grant, len(found))
		for i, m := range found {
			grants[i] = access.Grant{ID: people.IDs[m.User], Group: m.Group}
		}
		return grants, total
	}
	if !isAsFound(c.query) {
		grants, _ := all(0, math.MaxInt)
		return membersPage(ctx, c, grants, "name")
	}
	number, size := pageOf(c.query)
	grants, total := all((max(number, 1)-1)*size, size)
	found, err := profiles(ctx, c.tx, grants)
	byText(found, "name")
	return found, total, err
}

// memberFields is what of a profile a list shows that tells where its users come from.
func memberFields() []string { return []string{"user_id", "name", "nickname", "email"} }

func groupNames(ctx context.Context, tx *store.Tx, found []member) (map[string]named, error) {
	var ids []string
	for _, m := range found {
		ids = append(ids, m.grant.Group)
	}
	slices.Sort(ids)
	groups, err := tx.GroupsByID(ctx, slices.Compact(ids), false)
	out := make(map[string]named, len(groups))
	for _, g := range groups {
		out[g.ID] = nameOf(g)
	}
	return out, err
}

// membersPage is the page of grants that the query asks for, and how many there
// are. Without sort the page is taken as found and sorted by within; with sort
// or q every user is looked at first.
func membersPage(ctx context.Context, c *call, grants []access.Grant, within string) ([]member, int, error) {
	number, size := pageOf(c.query)
	if isAsFound(c.query) {
		found, err := profiles(ctx, c.tx, page(grants, number, size))
		byText(found, within)
		return found, len(grants), err
	}
	narrow, err := narrowed(ctx, c, grants)
	if err != nil {
		return nil, 0, err
	}
	found, err := profiles(ctx, c.tx, page(narrow, number, size))
	return found, len(narrow), err
}

// pageOf is the number of a page of members, counted from 1, and how many it has.
func pageOf(q url.Values) (number, size int) {
	return numberOr(q, "page", 1), numberOr(q, "per_page", membersPerPage)
}

// isAsFound reports whether a page of members is neither narrowed nor sorted.
func isAsFound(q url.Values) bool { return q.Get("q") == "" && q.Get("sort") == "" }

// byText sorts a page by a field of the profiles.
func byText(found []member, field string) {
	slices.SortStableFunc(found, func(a, b member) int { return cmp.Compare(a.profile.text(field), b.profile.text(field)) })
}

// narrowed is the grants whose users match q, in the order of sort. It reads
// what they are found and sorted by, and no profile.
func narrowed(ctx context.Context, c *call, grants []access.Grant) ([]access.Grant, error) {
	keys, err := c.tx.UserKeys(ctx, usersOf(grants))
	if err != nil {
		return nil, err
	}
	for _, g := range grants {
		if _, known := keys[g.ID]; !known {
			keys[g.ID] = store.User{UserID: g.ID, Profile: unknownUser(g.ID)}.Keys()
		}
	}
	if search := c.query.Get("q"); search != "" {
		matches := store.Search(search)
		grants = slices.DeleteFunc(slices.Clone(grants), func(g access.Grant) bool { return !matches(keys[g.ID]) })
	}
	field, down := sortOf(c.query)
	if field == "" {
		return grants, nil
	}
	sorted := slices.Clone(grants)
	slices.SortStableFunc(sorted, func(a, b access.Grant) int {
		order := cmp.Compare(keys[a.ID].By(field), keys[b.ID].By(field))
		if down {
			order = -order
		}
		return order
	})
	return sorted, nil
}

// usersOf is the ids of the users of grants.
func usersOf(grants []access.Grant) []string {
	ids := make([]string, len(grants))
	for i, g := range grants {
		ids[i] = g.ID
	}
	return ids
}

// profiles is what the tenant knows of the users of grants. One that it does
// not know gets the row that the old API made of the error.
func profiles(ctx context.Context, tx *store.Tx, grants []access.Grant) ([]member, error) {
	users, err := tx.Users(ctx, usersOf(grants))
	if err != nil {
		return nil, err
	}
	out := make([]member, len(grants))
	for i, g := range grants {
		u, ok := users[g.ID]
		if !ok {
			u = store.User{UserID: g.ID, Profile: unknownUser(g.ID)}
		}
		out[i] = member{grant: g, profile: directory.Shown(u.Profile), missing: !ok}
	}
	return out, nil
}

func unknownUser(id string) map[string]any {
	return map[string]any{
		"user_id": id, "name": "<Error: ManagementApiError>", "email": id,
		"identities": []any{map[string]any{"connection": "N/A"}},
	}
}

func (r record) text(field string) string {
	s, _ := r[field].(string)
	return s
}

func (s *Server) addMembers(ctx context.Context, c *call) (any, error) {
	return nil, c.withIDs(func(ids []string) error {
		if err := s.mayAddMembers(ctx, c, c.id, ids); err != nil {
			return err
		}
		return c.tx.AddMembers(ctx, c.id, ids)
	})
}

func removeMembers(ctx context.Context, c *call) (any, error) {
	return nil, c.withIDs(func(ids []string) error { return c.tx.RemoveMembers(ctx, c.id, ids) })
}

// withIDs hands the ids of the body to do.
func (c *call) withIDs(do func(ids []string) error) error {
	var ids []string
	if err := c.into(&ids); err != nil {
		return err
	}
	return do(ids)
}
