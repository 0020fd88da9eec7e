package access

import (
	"fmt"
	"slices"
	"strings"
)

// Change is a hop that comes or, when Removed, goes; or, when Deleted, the vertex
// To with every hop at it. Of a Mapped hop only To and Mapping count.
type Change struct {
	Hop

	Removed, Deleted bool
}

// CycleError says that changes would close a cycle of groups.
type CycleError struct{ Path []string } // names, the same one first and last

func (e *CycleError) Error() string {
	return fmt.Sprintf("nesting would close a cycle: %s", strings.Join(e.Path, " > "))
}

// draft is an engine's records while changes are made to them, and what changes
// touched. Positions stay: of a deleted record its edges go.
type draft struct {
	before      *Engine
	people      *Population
	groups      []Group
	roles       []Role
	touched     map[Node]bool // groups and roles whose own lists changed
	holdings    map[int32]*holding
	nested      []Hop // nestings that came
	groupIsGone map[int32]bool
	roleIsGone  map[int32]bool
	noLonger    map[string]bool // ids of deleted permissions

	granted, included *edges // from a role to groups, and from a permission to roles; once they are needed
}

// holding is what a user holds directly after changes.
type holding struct{ groups, roles []int32 }

func newDraft(e *Engine, people *Population) *draft {
	return &draft{
		before: e, people: people, groups: slices.Clone(e.groups), roles: slices.Clone(e.roles), touched: map[Node]bool{},
		holdings: map[int32]*holding{}, groupIsGone: map[int32]bool{}, roleIsGone: map[int32]bool{}, noLonger: map[string]bool{},
	}
}

func (d *draft) apply(c Change) {
	switch {
	case c.Deleted:
		d.delete(c.To)
	case c.Kind == Membership:
		h := d.holding(c.From.Position)
		h.groups = with(h.groups, c.To.Position, c.Removed)
	case c.Kind == DirectRole:
		h := d.holding(c.From.Position)
		h.roles = with(h.roles, c.To.Position, c.Removed)
	case c.Kind == Nesting:
		g := d.group(c.To.Position)
		g.Nested = with(g.Nested, d.groups[c.From.Position].ID, c.Removed)
		if !c.Removed {
			d.nested = append(d.nested, c.Hop)
		}
	case c.Kind == GroupRole:
		g := d.group(c.From.Position)
		g.Roles = with(g.Roles, d.roles[c.To.Position].ID, c.Removed)
	case c.Kind == Inclusion:
		r := d.role(c.From.Position)
		r.Permissions = with(r.Permissions, d.before.permissions[c.To.Position].ID, c.Removed)
	case c.Kind == Mapped:
		g := d.group(c.To.Position)
		g.Mappings = with(g.Mappings, c.Mapping, c.Removed)
	}
}

// with is a copy of list that has item once more, or not at all.
func with[T comparable](list []T, item T, removed bool) []T {
	if removed {
		return slices.DeleteFunc(slices.Clone(list), func(t T) bool { return t == item })
	}
	if slices.Contains(list, item) {
		return list
	}
	return append(slices.Clip(list), item)
}

func (d *draft) group(at int32) *Group {
	d.touched[Node{KindGroup, at}] = true
	return &d.groups[at]
}

func (d *draft) role(at int32) *Role {
	d.touched[Node{KindRole, at}] = true
	return &d.roles[at]
}

// holding is what a user holds directly by now, to be changed.
func (d *draft) holding(user int32) *holding {
	h := d.holdings[user]
	if h == nil {
		h = &holding{}
		h.groups, h.roles = d.people.Held(user)
		d.holdings[user] = h
	}
	return h
}

// delete notes that a vertex is gone, and which records had it: settle takes it out
// of them. Who holds it directly goes on holding what gives nothing any more.
func (d *draft) delete(n Node) {
	switch n.Kind {
	case KindGroup:
		for _, outer := range d.before.above.of(n.Position) {
			d.group(outer)
		}
		g := d.group(n.Position)
		g.Nested, g.Roles, g.Mappings = nil, nil, nil
		d.groupIsGone[n.Position] = true
	case KindRole:
		for _, group := range d.granters().of(n.Position) {
			d.group(group)
		}
		d.role(n.Position).Permissions = nil
		d.roleIsGone[n.Position] = true
	case KindPermission:
		d.noLonger[d.before.permissions[n.Position].ID] = true
		for _, role := range d.includers().of(n.Position) {
			d.role(role)
		}
	}
}

// granters leads from each role to the groups that granted it.
func (d *draft) granters() edges {
	if d.granted == nil {
		d.granted = new(d.before.granted.turned(len(d.roles)))
	}
	return *d.granted
}

// includers leads from each permission to the roles that included it.
func (d *draft) includers() edges {
	if d.included == nil {
		d.included = new(d.before.includes.turned(len(d.before.permissions)))
	}
	return *d.included
}

// settle takes what was deleted from what came before and after it, and builds the
// engine of the draft.
func (d *draft) settle() *Engine {
	for at := range d.roleIsGone {
		d.roles[at].Permissions = nil
	}
	for at := range d.groupIsGone {
		d.groups[at].Nested, d.groups[at].Roles, d.groups[at].Mappings = nil, nil, nil
	}
	for n := range d.touched {
		if n.Kind == KindRole {
			r := &d.roles[n.Position]
			r.Permissions = slices.DeleteFunc(slices.Clone(r.Permissions), func(id string) bool { return d.noLonger[id] })
		}
		if n.Kind == KindGroup {
			g := &d.groups[n.Position]
			g.Nested = slices.DeleteFunc(slices.Clone(g.Nested), func(id string) bool { return d.groupIsGone[d.before.index[id]] && d.before.Has(id) })
			g.Roles = slices.DeleteFunc(slices.Clone(g.Roles), func(id string) bool { return d.roleIsGone[d.before.roleIndex[id]] && d.hasRole(id) })
		}
	}
	return NewEngine(d.groups, d.roles, d.before.permissions)
}

// circle is a *CycleError when a nesting that came and stayed closes a cycle in after,
// the engine of the draft.
func (d *draft) circle(after *Engine) error {
	for _, h := range d.nested {
		outer, inner := d.groups[h.To.Position].ID, d.groups[h.From.Position].ID
		if was := slices.Contains(d.before.groups[h.To.Position].Nested, inner); was || !slices.Contains(d.groups[h.To.Position].Nested, inner) {
			continue
		}
		if cycle := after.Cycle(outer, inner); cycle != nil {
			return &CycleError{cycle}
		}
	}
	return nil
}

func (d *draft) hasRole(id string) bool {
	_, ok := d.before.roleIndex[id]
	return ok
}
