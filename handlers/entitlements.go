package handlers

import (
	"cmp"
	"context"
	"slices"

	"trellis/web/access"
	"trellis/web/authz"
)

// EntitlementsReader is what is asked to know what a user has by groups and roles,
// and where it comes from.
type EntitlementsReader interface {
	HoldingsReader
	ListGroups(context.Context, authz.ListQuery) (authz.Page[authz.Group], error)
	ListRoles(context.Context, authz.ListQuery) (authz.Page[authz.Role], error)
	ListPermissions(context.Context, authz.ListQuery) (authz.Page[authz.Permission], error)
}

// entitlements is what a user holds in the Authorization API, and the records of
// the tenant that it leads to. Positions of the engine are those of the lists.
type entitlements struct {
	groups      []authz.Group
	roles       []authz.Role
	permissions []authz.Permission
	held        access.Held
	engine      *access.Engine
}

// depth is how much of the tenant is read.
type depth int

const (
	toGroups depth = iota
	toRoles
	toPermissions
)

// The fields of records that the engine and the rows need: members of groups and
// users of roles may be very many.
var (
	groupFields = []string{"_id", "name", "description", "nested", "roles", "mappings"}
	roleFields  = []string{"_id", "name", "description", "applicationType", "applicationId", "permissions"}
)

// entitlementsOf reads what the user with id holds, and what that leads to.
func entitlementsOf(ctx context.Context, api EntitlementsReader, id string, d depth) (entitlements, error) {
	var e entitlements
	calls := []func() error{func() error { return e.readHeldGroups(ctx, api, id) }, func() error { return e.readGroups(ctx, api) }}
	if d >= toRoles {
		calls = append(calls, func() error { return e.readHeldRoles(ctx, api, id) }, func() error { return e.readRoles(ctx, api) })
	}
	if d >= toPermissions {
		calls = append(calls, func() error { return e.readPermissions(ctx, api) })
	}
	if err := atOnce(calls...); err != nil {
		return entitlements{}, err
	}
	e.engine = access.NewEngine(e.vertices())
	return e, nil
}

func (e *entitlements) readHeldGroups(ctx context.Context, api EntitlementsReader, id string) error {
	direct, err := api.UserGroups(ctx, id)
	for _, g := range direct {
		e.held.Groups = append(e.held.Groups, g.ID)
	}
	return err
}

func (e *entitlements) readGroups(ctx context.Context, api EntitlementsReader) error {
	groups, err := api.ListGroups(ctx, authz.ListQuery{Fields: groupFields})
	e.groups = groups.Items
	return err
}

func (e *entitlements) readHeldRoles(ctx context.Context, api EntitlementsReader, id string) error {
	direct, err := api.UserRoles(ctx, id)
	for _, r := range direct {
		e.held.Roles = append(e.held.Roles, r.ID)
	}
	return err
}

func (e *entitlements) readRoles(ctx context.Context, api EntitlementsReader) error {
	roles, err := api.ListRoles(ctx, authz.ListQuery{Fields: roleFields})
	e.roles = roles.Items
	return err
}

func (e *entitlements) readPermissions(ctx context.Context, api EntitlementsReader) error {
	permissions, err := api.ListPermissions(ctx, authz.ListQuery{})
	e.permissions = permissions.Items
	return err
}

// vertices are the records of e as the engine takes them.
func (e *entitlements) vertices() ([]access.Group, []access.Role, []access.Permission) {
	groups := make([]access.Group, len(e.groups))
	for i, g := range e.groups {
		groups[i] = access.Group{ID: g.ID, Name: g.Name, Nested: g.Nested, Roles: g.Roles}
		for _, m := range g.Mappings {
			groups[i].Mappings = append(groups[i].Mappings, access.Mapping{Connection: m.ConnectionName, Group: m.GroupName})
		}
	}
	roles := make([]access.Role, len(e.roles))
	for i, r := range e.roles {
		roles[i] = access.Role{ID: r.ID, Name: r.Name, Application: r.ApplicationID, Permissions: r.Permissions}
	}
	permissions := make([]access.Permission, len(e.permissions))
	for i, p := range e.permissions {
		permissions[i] = access.Permission{ID: p.ID, Name: p.Name}
	}
	return groups, roles, permissions
}

// without is what the user would hold without a group and a role; an empty id
// takes nothing.
func (e *entitlements) without(group, role string) access.Held {
	other := func(ids []string, id string) []string {
		return slices.DeleteFunc(slices.Clone(ids), func(held string) bool { return held == id })
	}
	return access.Held{Groups: other(e.held.Groups, group), Roles: other(e.held.Roles, role)}
}

// lost is how many of before are not in after.
func lost(before, after []int32) int {
	n := 0
	for _, i := range before {
		if !slices.Contains(after, i) {
			n++
		}
	}
	return n
}

// way is one way by which a user has something. Over a mapping it is open to who
// signs in so only.
type way struct {
	access.Source

	direct bool // no way at all: the user holds the thing itself
	over   access.SignIn
}

// sourced is something that a user has, by its position, and every way to it.
type sourced struct {
	position int32
	ways     []way
}

// direct reports whether the user holds the thing itself.
func (s sourced) direct() bool {
	return slices.ContainsFunc(s.ways, func(w way) bool { return w.direct })
}

// groupSources is the groups that the user is in.
func (e *entitlements) groupSources(signIns ...access.SignIn) []sourced {
	return e.sources(e.engine.GroupSources, func(s access.Source) bool { return s.Group == s.Entry && !s.Mapped }, signIns)
}

// roleSources is the roles that the user has.
func (e *entitlements) roleSources(signIns ...access.SignIn) []sourced {
	return e.sources(e.engine.RoleSources, heldItself, signIns)
}

// permissionSources is the permissions of those roles.
func (e *entitlements) permissionSources(signIns ...access.SignIn) []sourced {
	return e.sources(e.engine.PermissionSources, heldItself, signIns)
}

// heldItself reports whether no group stands between a user and a role.
func heldItself(s access.Source) bool { return s.Group == "" }

// sources asks ask without a sign-in, and then what the mappings of each of
// signIns add.
func (e *entitlements) sources(
	ask func(access.Held, access.SignIn) []access.Sourced, direct func(access.Source) bool, signIns []access.SignIn,
) []sourced {
	at := map[int32]int{}
	var out []sourced
	add := func(found []access.Sourced, in access.SignIn, mapped bool) {
		for _, f := range found {
			for _, s := range f.Sources {
				if s.Mapped != mapped {
					continue
				}
				i, ok := at[f.Position]
				if !ok {
					i = len(out)
					at[f.Position] = i
					out = append(out, sourced{position: f.Position})
				}
				out[i].ways = append(out[i].ways, way{s, direct(s), in})
			}
		}
	}
	add(ask(e.held, access.SignIn{}), access.SignIn{}, false)
	for _, in := range signIns {
		add(ask(e.held, in), in, true)
	}
	slices.SortFunc(out, func(a, b sourced) int { return cmp.Compare(a.position, b.position) })
	return out
}
