package authzapi

import (
	"context"
	"errors"

	"trellis/cmd/internal/snapshot"
	"trellis/cmd/internal/store"

	"trellis/web/access"
)

const (
	effectsPerPage = 25  // users that an answer about an impact has by itself
	mostKept       = 100 // changes that are looked at for what they leave connected
	mostNamed      = 20  // changes that are named
)

// shift is how many users gain and lose something.
type shift struct {
	vertex

	Gained int `json:"gained"`
	Lost   int `json:"lost"`
}

// effect is what one user gains and loses.
type effect struct {
	User   record   `json:"user"`
	Gained []vertex `json:"gained"`
	Lost   []vertex `json:"lost"`
}

// impactAnswer is what changes would do.
type impactAnswer struct {
	Reached  int      `json:"reached"`
	Affected int      `json:"affected"`
	Gaining  int      `json:"gaining"`
	Losing   int      `json:"losing"`
	Shifts   []shift  `json:"shifts"`
	Start    int      `json:"start"`
	Limit    int      `json:"limit"`
	Users    []effect `json:"users"`
	Kept     []kept   `json:"kept"`
	Mappings bool     `json:"mappings"`
	Proposed []told   `json:"proposed"`
}

// told is a change with the names of its ends. Of one that deletes there is To alone.
type told struct {
	Action string `json:"action"`
	hop
}

// kept is a removal that leaves its two ends connected, and by which way.
type kept struct {
	Change int   `json:"change"`
	Path   []hop `json:"path"`
}

// impact is what the changes of the body would do. Nothing is changed.
func (s *Server) impact(ctx context.Context, c *call) (any, error) {
	graph, err := s.Access.Of(ctx, c.tx)
	if err != nil {
		return nil, err
	}
	people, err := s.People.Of(ctx, c.tx)
	if err != nil {
		return nil, err
	}
	f, err := s.foreseen.of(graph, people, c.raw, func() (*forecast, error) {
		var in struct {
			Changes []proposal `json:"changes"`
		}
		if err := c.into(&in); err != nil {
			return nil, err
		}
		return s.forecast(graph, people, in.Changes)
	})
	if err != nil {
		return nil, err
	}
	return f.page(ctx, c)
}

// forecast works out what changes would do. A cycle is refused where it would be.
func (s *Server) forecast(graph *snapshot.Snapshot, people *snapshot.People, proposed []proposal) (*forecast, error) {
	r := &reader{graph: graph, people: people, users: append([]string(nil), people.IDs...), added: map[string]int32{}}
	f := &forecast{graph: graph, people: people, changes: make([]access.Change, len(proposed))}
	for i, p := range proposed {
		var err error
		if f.changes[i], err = r.change(p); err != nil {
			return nil, err
		}
		if i < mostNamed {
			f.actions = append(f.actions, p.Action)
		}
	}
	f.shown = wording{engine: graph.Engine, users: r.users}
	var err error
	f.impact, err = graph.Impact(people.Population(graph), f.changes)
	if _, closes := errors.AsType[*access.CycleError](err); closes && s.Store.AllowsCycles() {
		return f, nil
	}
	return f, err
}

// page is the page of f that the query asks for.
func (f *forecast) page(ctx context.Context, c *call) (impactAnswer, error) {
	f.turn.Lock()
	defer f.turn.Unlock()
	limit := numberOr(c.query, "per_page", effectsPerPage)
	out := f.numbers()
	out.Limit, out.Start = limit, numberOr(c.query, "page", 0)*limit
	if err := f.shown.name(ctx, c.tx, f.named()); err != nil {
		return out, err
	}
	for j, change := range f.changes {
		out.Mappings = out.Mappings || change.Kind == access.Mapped && !change.Deleted
		if j >= mostKept {
			continue
		}
		if path := f.impact.Kept(change); path != nil {
			out.Kept = append(out.Kept, kept{j, f.shown.hops(path)})
		}
	}
	for j, action := range f.actions {
		out.Proposed = append(out.Proposed, f.shown.told(action, f.changes[j]))
	}
	var err error
	out.Users, err = f.shown.effects(ctx, c.tx, f.impact.Effects(out.Start, limit))
	return out, err
}

// numbers is what f says of everybody together.
func (f *forecast) numbers() impactAnswer {
	i := f.impact
	out := impactAnswer{
		Reached: i.Reached, Affected: i.Affected, Gaining: i.Gaining, Losing: i.Losing,
		Shifts: make([]shift, len(i.Shifts)), Users: []effect{}, Kept: []kept{}, Proposed: []told{},
	}
	for j, s := range i.Shifts {
		out.Shifts[j] = shift{f.shown.vertex(s.Node), s.Gained, s.Lost}
	}
	return out
}

// named is the users whom the changes name that are told of.
func (f *forecast) named() []int32 {
	var out []int32
	for _, change := range f.changes[:min(len(f.changes), mostKept)] {
		if change.From.Kind == access.KindUser && (change.Kind == access.Membership || change.Kind == access.DirectRole) && !change.Deleted {
			out = append(out, change.From.Position)
		}
	}
	return out
}

// told is a change in words.
func (w wording) told(action string, c access.Change) told {
	if c.Deleted {
		to := w.vertex(c.To)
		return told{action, hop{Kind: to.Kind, To: to}}
	}
	out := told{action, w.hops([]access.Hop{c.Hop})[0]}
	if c.Kind == access.Mapped {
		out.From = nil // whoever it matches
	}
	return out
}

// effects is what users gain and lose, with what they are called.
func (w wording) effects(ctx context.Context, tx *store.Tx, effects []access.Effect) ([]effect, error) {
	grants := make([]access.Grant, len(effects))
	for j, e := range effects {
		grants[j].ID = w.users[e.User]
	}
	found, err := profiles(ctx, tx, grants)
	if err != nil {
		return nil, err
	}
	out := make([]effect, len(effects))
	for j, e := range effects {
		user := found[j].profile.only([]string{"user_id", "name", "nickname", "email"})
		if found[j].missing {
			user = record{"user_id": grants[j].ID}
		}
		out[j] = effect{user, w.access(e.Gained), w.access(e.Lost)}
	}
	return out, nil
}

func (w wording) access(a access.Access) []vertex {
	out := []vertex{}
	for _, part := range []struct {
		kind      access.Kind
		positions []int32
	}{{access.KindGroup, a.Groups}, {access.KindRole, a.Roles}, {access.KindPermission, a.Permissions}} {
		for _, at := range part.positions {
			out = append(out, w.vertex(access.Node{Kind: part.kind, Position: at}))
		}
	}
	return out
}
