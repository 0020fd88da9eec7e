package authzapi

import (
	"context"
	"slices"

	"trellis/cmd/internal/snapshot"
	"trellis/cmd/internal/store"
	"trellis/web/access"
)

// holder is a user who has something: a shortest way of each kind of source, and
// how many ways there are, or that there are that many or more.
type holder struct {
	User     record      `json:"user"`
	Ways     []holderWay `json:"ways"`
	WayCount int         `json:"way_count"`
	Exact    bool        `json:"exact"`
}

// holderWay is a shortest path of those that begin with one kind of source.
type holderWay struct {
	Source string `json:"source"`
	Path   []hop  `json:"path"`
}

// holderCount is how many have something by one kind of source, and how many of
// them by no other kind.
type holderCount struct {
	Source string `json:"source"`
	Total  int    `json:"total"`
	Only   int    `json:"only"`
}

// holderPage is a page of those who have something. Everybody and Sources count
// those whom the search finds, whichever source the page is about.
type holderPage struct {
	totals
	Everybody int           `json:"everybody"`
	Sources   []holderCount `json:"sources"`
	Users     []holder      `json:"users"`
}

var sourceNames = map[access.SourceKind]string{
	access.Directly: "direct", access.ByGroup: "group", access.ByRole: "role", access.ByMapping: "mapping",
}

func (s *Server) calculateGroupMembers(ctx context.Context, c *call) (any, error) {
	return s.holders(ctx, c, access.KindGroup)
}

func (s *Server) calculateRoleUsers(ctx context.Context, c *call) (any, error) {
	return s.holders(ctx, c, access.KindRole)
}

func (s *Server) calculatePermissionUsers(ctx context.Context, c *call) (any, error) {
	return s.holders(ctx, c, access.KindPermission)
}

// holders is the page that the query asks for of those who have the thing of a
// kind that the path names. Only of them it is looked up how they have it.
func (s *Server) holders(ctx context.Context, c *call, kind access.Kind) (any, error) {
	h, err := s.holding(ctx, c, kind)
	if err != nil {
		return nil, err
	}
	found := h.holders
	if !isAsFound(c.query) {
		if found, err = s.sought(ctx, c, h); err != nil {
			return nil, err
		}
	}
	out := holderPage{Everybody: len(found), Sources: counts(kind, found)}
	found = by(c.query.Get("source"), isTrue(c.query, "only"), found)
	number, size := pageOf(c.query)
	users, err := profiles(ctx, c.tx, h.grants(page(found, number, size)))
	if err != nil {
		return nil, err
	}
	if isAsFound(c.query) {
		byText(users, "name")
	}
	out.Users = h.shown(c, users)
	out.totals = pageTotals(c.query, len(found), len(users))
	return out, nil
}

// holding is who has one thing, by which kinds of sources.
type holding struct {
	graph      *snapshot.Snapshot
	people     *snapshot.People
	population *access.Population
	toward     *access.Toward

	connections map[string][]string // by user: what a mapping on the way may go by
	holders     []access.Holder
}

func (s *Server) holding(ctx context.Context, c *call, kind access.Kind) (*holding, error) {
	graph, err := s.Access.Of(ctx, c.tx)
	if err != nil {
		return nil, err
	}
	to, known := grapher{Snapshot: graph}.node(kindNames[kind], c.id)
	if !known {
		return nil, &store.NotFoundError{Kind: storedAs[kind], ID: c.id}
	}
	h := &holding{graph: graph, toward: graph.Toward(to)}
	if h.people, err = s.peopleAt(ctx, c.tx, h); err != nil {
		return nil, err
	}
	h.population = h.people.Population(graph)
	return h, h.find(ctx, c.tx)
}

// peopleAt is everybody, if they are in memory, and otherwise those who matter.
func (s *Server) peopleAt(ctx context.Context, tx *store.Tx, h *holding) (*snapshot.People, error) {
	people, err := s.People.Near(ctx, tx)
	if people != nil || err != nil {
		return people, err
	}
	groups, roles := h.toward.Places()
	groupIDs, roleIDs := make([]string, len(groups)), make([]string, len(roles))
	for i, at := range groups {
		groupIDs[i] = h.graph.GroupList[at].ID
	}
	for i, at := range roles {
		roleIDs[i] = h.graph.RoleList[at].ID
	}
	return snapshot.Those(ctx, tx, groupIDs, roleIDs)
}

// find finds the holders. What a mapping gives depends on the connections of those
// whom it may match, and only they are looked at for that.
func (h *holding) find(ctx context.Context, tx *store.Tx) (err error) {
	asked := h.toward.MappedByName(h.population)
	ids := make([]string, len(asked))
	for i, user := range asked {
		ids[i] = h.people.IDs[user]
	}
	if h.connections, err = tx.UserConnections(ctx, ids); err != nil {
		return err
	}
	h.holders = h.toward.Holders(h.population, func(user int32, connection string) bool {
		return slices.Contains(h.connections[h.people.IDs[user]], connection)
	})
	return nil
}

// sought is the holders whom q finds, in the order of sort, or without it in the
// order found. O(n) for n users, once the order is known.
func (s *Server) sought(ctx context.Context, c *call, h *holding) ([]access.Holder, error) {
	lineup, err := s.register.Lineup(ctx, c.tx, h.people, func(id string) store.UserKeys {
		return store.User{UserID: id, Profile: unknownUser(id)}.Keys()
	})
	if err != nil {
		return nil, err
	}
	found := h.holders
	if field, down := sortOf(c.query); field != "" {
		found = lined(found, lineup.By(field), down)
	}
	if text := c.query.Get("q"); text != "" {
		finds := lineup.Finding(text)
		found = slices.DeleteFunc(slices.Clone(found), func(one access.Holder) bool { return !finds(one.User) })
	}
	return found, nil
}

// lined is holders in an order of all users, or the other way round. O(n).
func lined(holders []access.Holder, order []int32, down bool) []access.Holder {
	kinds := make([]access.SourceKinds, len(order))
	for _, one := range holders {
		kinds[one.User] = one.Kinds
	}
	out := make([]access.Holder, 0, len(holders))
	for _, user := range order {
		if kinds[user] != 0 {
			out = append(out, access.Holder{User: user, Kinds: kinds[user]})
		}
	}
	if down {
		slices.Reverse(out)
	}
	return out
}

func (h *holding) grants(holders []access.Holder) []access.Grant {
	out := make([]access.Grant, len(holders))
	for i, one := range holders {
		out[i].ID = h.people.IDs[one.User]
	}
	return out
}

// counts is how many have something of a kind by each kind of source that there
// can be: a permission is held through roles alone, and nothing else is.
func counts(of access.Kind, holders []access.Holder) []holderCount {
	out := make([]holderCount, 0, len(access.Kinds()))
	for _, k := range access.Kinds() {
		if permission := of == access.KindPermission; k == access.Directly && permission || k == access.ByRole && !permission {
			continue
		}
		n := holderCount{Source: sourceNames[k]}
		for _, one := range holders {
			if one.Kinds.Has(k) {
				n.Total++
			}
			if one.Kinds.Only(k) {
				n.Only++
			}
		}
		out = append(out, n)
	}
	return out
}

// by is those of holders who have it by a kind of source, or with only by no other
// kind. Without a kind it is all of them.
func by(source string, only bool, holders []access.Holder) []access.Holder {
	for k, name := range sourceNames {
		if name == source {
			return slices.DeleteFunc(slices.Clone(holders), func(one access.Holder) bool {
				return !one.Kinds.Has(k) || only && !one.Kinds.Only(k)
			})
		}
	}
	return holders
}

// shown is users with how each has it.
func (h *holding) shown(c *call, users []member) []holder {
	fields := fieldsOf(c.query)
	if fields == nil {
		fields = memberFields()
	}
	words := wording{engine: h.graph.Engine, users: h.people.IDs}
	out := make([]holder, len(users))
	for i, m := range users {
		at, _ := h.people.Position(m.grant.ID)
		ways, total, exact := h.toward.Held(at, h.population, h.connections[m.grant.ID])
		out[i] = holder{User: m.shown(c.query, fields), Ways: make([]holderWay, len(ways)), WayCount: total, Exact: exact}
		for n, w := range ways {
			out[i].Ways[n] = holderWay{sourceNames[w.Kind], words.hops(w.Path)}
		}
	}
	return out
}
