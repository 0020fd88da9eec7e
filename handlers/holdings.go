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
	var err error
	if t.user, err = h.API.User(ctx, user); err != nil {
		return t, err
	}
	if err = h.sources(ctx, &t); err != nil {
		return t, err
	}
	// Who may not read APIs still sees the permissions, without what RBAC does.
	t.apis, err = h.API.ResourceServers(ctx)
	if upstream.StatusOf(err) == http.StatusForbidden {
		return t, nil
	}
	return t, err
}

// sources reads what the user of t has, and where it comes from. The API tells
// that of one API at a time, so a user without roles, who can only have what is
// held directly, costs no further call.
func (h UserPermissions) sources(ctx context.Context, t *holdings) error {
	all, err := h.API.AllUserPermissions(ctx, t.user.UserID)
	if err != nil {
		return err
	}
	givers, err := h.givers(ctx, t.user.UserID)
	// Who may not read roles still learns that there are some.
	hidden := upstream.StatusOf(err) == http.StatusForbidden
	if err != nil && !hidden {
		return err
	}
	if len(givers) == 0 && !hidden {
		for _, p := range all {
			t.held = append(t.held, held{UserPermission: p, direct: true})
		}
		return nil
	}
	for _, api := range apisOf(all, givers) {
		effective, err := h.API.EffectivePermissions(ctx, t.user.UserID, api)
		if err != nil {
			return err
		}
		for _, p := range effective {
			t.held = append(t.held, held{
				UserPermission: p.UserPermission,
				direct:         slices.Contains(p.Sources, mgmt.Direct),
				byRoles:        slices.Contains(p.Sources, mgmt.ByRole),
				roles:          giving(givers, p.UserPermission),
			})
		}
	}
	return nil
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
	var out []giver
	for _, role := range roles {
		permissions, err := h.API.AllRolePermissions(ctx, role.ID)
		if err != nil {
			return nil, err
		}
		if len(permissions) > 0 {
			out = append(out, giver{role, permissions})
		}
	}
	return out, nil
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
