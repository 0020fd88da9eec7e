package access

import (
	"sync"
	"sync/atomic"
)

// Mapping makes whoever an identity provider counts among Group, or who is a
// direct member of a group of that name, a member: for sign-ins over Connection.
type Mapping struct{ Connection, Group string }

// Role is a set of permissions of one application.
type Role struct {
	ID, Name    string
	Application string
	Permissions []string // ids
}

// Permission is something that an application lets its users do.
type Permission struct{ ID, Name string }

// Held is what a user holds directly: by id, where what does not exist is passed
// over, or by position, which takes no time to look up.
type Held struct {
	Groups, Roles     []string
	GroupsAt, RolesAt []int32
}

// Engine answers which groups, roles and permissions a user has in effect. It is
// never changed, so it may be shared.
//
// Groups, roles and permissions that it returns are positions in the lists that
// it was made of, in that order unless something else is said.
type Engine struct {
	*Graph

	roles       []Role
	permissions []Permission

	roleIndex       map[string]int32
	permissionIndex map[string]int32

	granted  edges               // from a group to its roles
	includes edges               // from a role to its permissions
	mapped   map[Mapping][]int32 // the groups that have it

	// The first with the same name, for lists of names: a set of numbers is
	// cheaper than one of texts. It is nil when no two have one name.
	groupName, roleName, permissionName []int32

	applications map[string]int32 // by name
	application  []int32          // by role: which of applications it belongs to

	closures []atomic.Pointer[closure] // by group, those that were asked for
	closed   atomic.Int64              // how many bytes they take

	runs *sync.Pool // of *run
}

// NewEngine builds the engine of a tenant, whose groups, roles and permissions
// are in store order. O(n) time and space for n records and references.
//
// Of two records with one id the first counts; a reference to what does not
// exist grants nothing.
func NewEngine(groups []Group, roles []Role, permissions []Permission) *Engine {
	e := &Engine{
		Graph: New(groups), roles: roles, permissions: permissions,
		roleIndex:      indexOf(roles, func(r Role) string { return r.ID }),
		mapped:         map[Mapping][]int32{},
		groupName:      namesakes(groups, func(g Group) string { return g.Name }),
		roleName:       namesakes(roles, func(r Role) string { return r.Name }),
		permissionName: namesakes(permissions, func(p Permission) string { return p.Name }),
		applications:   map[string]int32{}, application: make([]int32, len(roles)),
		closures: make([]atomic.Pointer[closure], len(groups)),
	}
	for i := range roles {
		n, known := e.applications[roles[i].Application]
		if !known {
			n = int32(len(e.applications)) //nolint:gosec // as in indexOf
			e.applications[roles[i].Application] = n
		}
		e.application[i] = n
	}
	e.granted = adjacency(groups, e.roleIndex, func(g Group) []string { return g.Roles })
	e.permissionIndex = indexOf(permissions, func(p Permission) string { return p.ID })
	e.includes = adjacency(roles, e.permissionIndex, func(r Role) []string { return r.Permissions })
	for i, g := range groups {
		for _, m := range g.Mappings {
			e.mapped[m] = append(e.mapped[m], int32(i)) //nolint:gosec // as in indexOf
		}
	}
	e.runs = &sync.Pool{New: func() any { return e.newRun() }}
	return e
}

// namesakes is, for each of items, the first that has the same name, or nil when
// there are no two.
func namesakes[T any](items []T, name func(T) string) []int32 {
	first := indexOf(items, name)
	if len(first) == len(items) {
		return nil
	}
	out := make([]int32, len(items))
	for i, item := range items {
		out[i] = first[name(item)]
	}
	return out
}

// run is the memory of one question, used again by the next one.
type run struct {
	starts                     []int32
	groups, roles, permissions marks
	names                      marks
	foundGroups, foundRoles    []int32
	foundPermissions           []int32
}

func (e *Engine) newRun() *run {
	return &run{
		groups: newMarks(len(e.groups)), roles: newMarks(len(e.roles)), permissions: newMarks(len(e.permissions)),
		names: newMarks(max(len(e.groups), len(e.roles), len(e.permissions))),
	}
}

// run is the memory for a question, which has to go back to e.runs.
func (e *Engine) run() *run {
	r, _ := e.runs.Get().(*run)
	return r
}

// GrantedTo is the ids of the roles of a group alone, in its order, those that
// are gone included. O(1).
func (e *Engine) GrantedTo(group string) []string {
	if i, ok := e.index[group]; ok {
		return e.groups[i].Roles
	}
	return nil
}

// Includes is the permissions of the role at a position, in its order. O(1).
func (e *Engine) Includes(role int32) []int32 { return e.includes.of(role) }
