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
	grants := h.everybody()
	if !isAsFound(c.query) {
		if grants, err = narrowed(ctx, c, grants); err != nil {
			return nil, err
		}
	}
	out := holderPage{Everybody: len(grants), Sources: h.counts(grants)}
	grants = h.by(c.query.Get("source"), isTrue(c.query, "only"), grants)
	number, size := pageOf(c.query)
	found, err := profiles(ctx, c.tx, page(grants, number, size))
	if err != nil {
		return nil, err
	}
	if isAsFound(c.query) {
		byText(found, "name")
	}
	out.Users = h.shown(c, found)
	out.totals = pageTotals(c.query, len(grants), len(found))
	return out, nil
}

// holding is who has one thing, by which kinds of sources.
type holding struct {
	graph      *snapshot.Snapshot
	people     *snapshot.People
	population *access.Population
	toward     *access.Toward
	kind       access.Kind

	connections map[string][]string // by user: what a mapping on the way may go by
	holders     []access.Holder
	kinds       map[string]access.SourceKinds // by user
}

func (s *Server) holding(ctx context.Context, c *call, kind access.Kind) (holding, error) {
	graph, err := s.Access.Of(ctx, c.tx)
	if err != nil {
		return holding{}, err
	}
	to, known := grapher{Snapshot: graph}.node(kindNames[kind], c.id)
	if !known {
		return holding{}, &store.NotFoundError{Kind: storedAs[kind], ID: c.id}
	}
	people, err := s.People.Of(ctx, c.tx)
	if err != nil {
		return holding{}, err
	}
	h := holding{graph: graph, people: people, population: people.Population(graph), toward: graph.Toward(to), kind: kind}
	return h, h.find(ctx, c.tx)
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
	h.kinds = make(map[string]access.SourceKinds, len(h.holders))
	for _, one := range h.holders {
		h.kinds[h.people.IDs[one.User]] = one.Kinds
	}
	return nil
}

func (h *holding) everybody() []access.Grant {
	out := make([]access.Grant, len(h.holders))
	for i, one := range h.holders {
		out[i].ID = h.people.IDs[one.User]
	}
	return out
}

// counts is how many of users have it by each kind of source that there can be.
func (h *holding) counts(users []access.Grant) []holderCount {
	var out []holderCount
	for _, k := range access.Kinds() {
		if !h.canBe(k) {
			continue
		}
		n := holderCount{Source: sourceNames[k]}
		for _, u := range users {
			if h.kinds[u.ID].Has(k) {
				n.Total++
			}
			if h.kinds[u.ID].Only(k) {
				n.Only++
			}
		}
		out = append(out, n)
	}
	return out
}

// canBe reports whether the thing can be had by a kind of source: a permission is
// held through roles alone, and nothing else is.
func (h *holding) canBe(k access.SourceKind) bool {
	switch k {
	case access.Directly:
		return h.kind != access.KindPermission
	case access.ByRole:
		return h.kind == access.KindPermission
	default:
		return true
	}
}

// by is those of users who have it by a kind of source, or with only by no other
// kind. Without a kind it is everybody.
func (h *holding) by(source string, only bool, users []access.Grant) []access.Grant {
	for k, name := range sourceNames {
		if name == source {
			return slices.DeleteFunc(slices.Clone(users), func(u access.Grant) bool {
				kinds := h.kinds[u.ID]
				return !kinds.Has(k) || only && !kinds.Only(k)
			})
		}
	}
	return users
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
