package authzapi

import (
	"context"
	"slices"
	"strings"

	"trellis/cmd/internal/snapshot"
	"trellis/cmd/internal/store"
	"trellis/web/access"
)

const (
	comparedPerPart = 100 // things that a part of a comparison names by itself
	usualPercent    = 80  // of the members, who have what counts as usual by itself
	mostBy          = 5   // ends of own edges that are named beside a thing
)

// comparison is what two have in common, and what one of them has alone.
type comparison struct {
	Left     compared          `json:"left"`
	Right    compared          `json:"right"`
	Direct   bool              `json:"direct"`
	Limit    int               `json:"limit"`
	Sections []comparedSection `json:"sections"`
}

// compared is one of the two. Usual is there where it is what members of the group
// usually have.
type compared struct {
	vertex

	Usual *usualOf `json:"usual,omitempty"`
}

// usualOf is whose usual access it is, and what counts as usual.
type usualOf struct {
	Members int `json:"members"`
	Percent int `json:"percent"`
}

// comparedSection is things of one kind.
type comparedSection struct {
	Of        string       `json:"of"`
	OnlyLeft  comparedPart `json:"only_left"`
	Both      comparedPart `json:"both"`
	OnlyRight comparedPart `json:"only_right"`
}

// comparedPart is the first of some things, and how many there are.
type comparedPart struct {
	Total int            `json:"total"`
	Items []comparedItem `json:"items"`
}

// comparedItem is one thing, and how each of the two comes to it.
type comparedItem struct {
	vertex

	ApplicationType string  `json:"applicationType,omitempty"`
	ApplicationID   string  `json:"applicationId,omitempty"`
	ConnectionName  string  `json:"connectionName,omitempty"`
	Left            *reason `json:"left,omitempty"`
	Right           *reason `json:"right,omitempty"`
	Members         *int    `json:"members,omitempty"`
}

// reason is how one comes to a thing: by which of its own edges.
type reason struct {
	Direct  bool     `json:"direct"`
	By      []vertex `json:"by"`
	ByTotal int      `json:"by_total"`
}

// comparer compares two of a tenant as it is at one moment.
type comparer struct {
	graph       *snapshot.Snapshot
	people      *snapshot.People
	words       wording
	application string
	limit, page int // of each part
	usual       *access.Usual
}

// readComparison compares two of one kind.
func (s *Server) readComparison(ctx context.Context, c *call) (any, error) {
	ends, err := comparedEnds(c)
	if err != nil {
		return nil, err
	}
	graph, err := s.Access.Of(ctx, c.tx)
	if err != nil {
		return nil, err
	}
	people, err := s.People.Of(ctx, c.tx)
	if err != nil {
		return nil, err
	}
	x := &comparer{
		graph: graph, people: people, words: wording{engine: graph.Engine, users: people.IDs},
		application: c.query.Get("application"), limit: numberOr(c.query, "limit", comparedPerPart),
		page: numberOr(c.query, "page", 0),
	}
	return x.compare(ctx, c, ends)
}

func (x *comparer) compare(ctx context.Context, c *call, ends [2]comparedEnd) (any, error) {
	out := comparison{Direct: isTrue(c.query, "direct"), Limit: x.limit}
	var sides [2]access.Compared
	for i, end := range ends {
		var err error
		if sides[i], err = x.side(ctx, c.tx, end); err != nil {
			return nil, err
		}
	}
	out.Left.vertex, out.Right.vertex = x.vertex(sides[0], ends[0]), x.vertex(sides[1], ends[1])
	population := x.people.Population(x.graph)
	if ends[1].kind == usualKind {
		percent := numberOr(c.query, "percent", usualPercent)
		x.usual = x.graph.Usual(population, x.others(sides[1].Node, ends[0].id), percent, out.Direct)
		sides[1].Usual, out.Right.Usual = x.usual, &usualOf{x.usual.Users, percent}
	}
	out.Sections = x.sections(x.graph.Comparison(population, sides[0], sides[1], out.Direct), sides[0].Node, sides[1].Node)
	return out, x.nameUsers(ctx, c.tx, &out)
}

// others is the members of a group, less one user: what is usual is what others have.
func (x *comparer) others(group access.Node, user string) []int32 {
	members := x.graph.Having(group, x.people.Population(x.graph), false)
	self, known := x.people.Position(user)
	return slices.DeleteFunc(members, func(at int32) bool { return known && at == self })
}

// usualKind is the right one of a comparison with what members of a group have.
const usualKind = "usual"

// comparedEnd is one of the two as the query names it.
type comparedEnd struct{ kind, id string }

// comparedEnds is the two that the query names, left and right, if they may be
// compared and the caller may read them.
func comparedEnds(c *call) (ends [2]comparedEnd, err error) {
	for i, name := range []string{"left", "right"} {
		ends[i].kind, ends[i].id, _ = strings.Cut(c.query.Get(name), ":")
	}
	left, right := ends[0].kind, ends[1].kind
	if left != right && (left != "user" || right != usualKind) || left == usualKind {
		return ends, badRequest("Compare two users, two groups or two roles, or a user with what members of a group usually have")
	}
	scopes := []string{"read:" + left + "s"}
	if right == usualKind {
		scopes = append(scopes, "read:groups")
	}
	for _, scope := range scopes {
		if !c.who.Can(scope) {
			return ends, insufficient([]string{scope})
		}
	}
	return ends, nil
}

// side is one of the two as the engine compares it. A user whom nobody knows has
// nothing.
func (x *comparer) side(ctx context.Context, tx *store.Tx, end comparedEnd) (access.Compared, error) {
	var out access.Compared
	var known bool
	switch end.kind {
	case "user":
		held, err := tx.Held(ctx, end.id)
		out.Held = access.Held{Groups: held.Groups, Roles: held.Roles}
		return out, err
	case "role":
		out.Node.Kind = access.KindRole
		out.Node.Position, known = x.graph.Role(end.id)
	default:
		out.Node.Kind = access.KindGroup
		out.Node.Position, known = x.graph.Group(end.id)
	}
	if !known {
		return out, &store.NotFoundError{Kind: storedAs[out.Node.Kind], ID: end.id}
	}
	return out, nil
}

func (x *comparer) vertex(side access.Compared, end comparedEnd) vertex {
	if side.Node.Kind == access.KindUser {
		return vertex{Kind: end.kind, ID: end.id}
	}
	return x.words.vertex(side.Node)
}
