package handlers

import (
	"context"
	"net/http"
	"slices"

	"trellis/web/mgmt"
	"trellis/web/upstream"
)

// holdings is a user, the permissions that the user has and where they come
// from, and the APIs that they are of.
type holdings struct {
	user mgmt.User
	held []held
	apis []mgmt.ResourceServer // nil when the person may not read them
}

// held is a permission that a user has.
type held struct {
	mgmt.UserPermission

	direct  bool
	byRoles bool
	roles   []mgmt.EffectiveRole // of the user, that give it; none are named when they cannot be read
}

func (h UserPermissions) holdings(ctx context.Context, user string) (holdings, error) {
	var t holdings
	err := atOnce(
		func() (err error) { t.user, err = h.API.User(ctx, user); return err },
		func() error { return h.rights(ctx, user, &t) },
	)
	return t, err
}

// rights reads what the user has into t, and the APIs.
func (h UserPermissions) rights(ctx context.Context, user string, t *holdings) error {
	return atOnce(
		func() (err error) { t.held, err = h.held(ctx, user); return err },
		func() (err error) {
			t.apis, err = h.API.ResourceServers(ctx)
			if upstream.StatusOf(err) == http.StatusForbidden {
				return nil // who may not read APIs still sees the permissions, without what RBAC does
			}
			return err
		},
	)
}

// held reads what a user has, and where it comes from. The API tells that of one
// API at a time, so a user without roles, who can only have what is held directly,
// costs no further call.
func (h UserPermissions) held(ctx context.Context, user string) ([]held, error) {
	var all []mgmt.UserPermission
	var givers []giver
	hidden := false
	err := atOnce(
		func() (err error) { all, err = h.API.AllUserPermissions(ctx, user); return err },
		func() (err error) {
			givers, err = h.givers(ctx, user)
			// Who may not read roles still learns that there are some.
			if hidden = upstream.StatusOf(err) == http.StatusForbidden; hidden {
				return nil
			}
			return err
		},
	)
	if err != nil {
		return nil, err
	}
	if len(givers) == 0 && !hidden {
		var out []held
		for _, p := range all {
			out = append(out, held{UserPermission: p, direct: true})
		}
		return out, nil
	}
	return h.effective(ctx, user, apisOf(all, givers), givers)
}

// effective is what a user has of apis, whose roles are givers.
func (h UserPermissions) effective(ctx context.Context, user string, apis []string, givers []giver) ([]held, error) {
	of := make([][]mgmt.EffectivePermission, len(apis))
	calls := make([]func() error, len(apis))
	for i, api := range apis {
		calls[i] = func() (err error) { of[i], err = h.API.EffectivePermissions(ctx, user, api); return err }
	}
	err := atOnce(calls...)
	var out []held
	for _, p := range slices.Concat(of...) {
		out = append(out, held{
			UserPermission: p.UserPermission,
			direct:         slices.Contains(p.Sources, mgmt.Direct),
			byRoles:        slices.Contains(p.Sources, mgmt.ByRole),
			roles:          giving(givers, p.UserPermission),
		})
	}
	return out, err
}

// giver is a role of a user, and the permissions that it gives.
type giver struct {
	role        mgmt.EffectiveRole
	permissions []mgmt.UserPermission
}

// givers is the roles of a user that give something.
func (h UserPermissions) givers(ctx context.Context, user string) ([]giver, error) {
	roles, err := h.API.EffectiveRoles(ctx, user)
	if err != nil {
		return nil, err
	}
	all := make([]giver, len(roles))
	calls := make([]func() error, len(roles))
	for i, role := range roles {
		all[i].role = role
		calls[i] = func() (err error) { all[i].permissions, err = h.API.AllRolePermissions(ctx, role.ID); return err }
	}
	if err := atOnce(calls...); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(g giver) bool { return len(g.permissions) == 0 }), nil
}

// apisOf is the APIs of permissions and of what givers give, each once.
func apisOf(permissions []mgmt.UserPermission, givers []giver) []string {
	for _, g := range givers {
		permissions = append(permissions, g.permissions...)
	}
	var out []string
	for _, p := range permissions {
		if !slices.Contains(out, p.ResourceServerIdentifier) {
			out = append(out, p.ResourceServerIdentifier)
		}
	}
	return out
}

// giving is the roles of givers that give p.
func giving(givers []giver, p mgmt.UserPermission) []mgmt.EffectiveRole {
	var out []mgmt.EffectiveRole
	for _, g := range givers {
		if slices.ContainsFunc(g.permissions, func(q mgmt.UserPermission) bool {
			return q.ResourceServerIdentifier == p.ResourceServerIdentifier && q.PermissionName == p.PermissionName
		}) {
			out = append(out, g.role)
		}
	}
	return out
}

// direct is the permission of api called name, and whether the user holds it
// directly.
func (t holdings) direct(api, name string) (held, bool) {
	i := slices.IndexFunc(t.held, func(p held) bool {
		return p.direct && p.ResourceServerIdentifier == api && p.PermissionName == name
	})
	if i < 0 {
		return held{}, false
	}
	return t.held[i], true
}

// idle reports whether the API takes no notice of permissions.
func (t holdings) idle(identifier string) bool {
	return slices.ContainsFunc(t.apis, func(s mgmt.ResourceServer) bool {
		return s.Identifier == identifier && !s.EnforcePolicies
	})
}
