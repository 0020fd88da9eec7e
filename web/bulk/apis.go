package bulk

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"trellis/web/authz"
	"trellis/web/mgmt"
)

// AuthorizationAPI is what jobs ask of the Authorization API.
type AuthorizationAPI interface {
	Group(ctx context.Context, id string) (authz.Group, error)
	Role(ctx context.Context, id string) (authz.Role, error)
	ListGroups(context.Context, authz.ListQuery) (authz.Page[authz.Group], error)
	ListRoles(context.Context, authz.ListQuery) (authz.Page[authz.Role], error)
	AddMembers(ctx context.Context, group string, users []string) error
	RemoveMembers(ctx context.Context, group string, users []string) error
	AddPending(ctx context.Context, group string, emails []string) error
	AddRoleUsers(ctx context.Context, role string, users []string) error
	RemoveRoleUsers(ctx context.Context, role string, users []string) error
	AddGroupRoles(ctx context.Context, group string, roles []string) error
	RemoveGroupRoles(ctx context.Context, group string, roles []string) error
	AddNested(ctx context.Context, group string, groups []string) error
	UpdateRole(ctx context.Context, id string, in authz.RoleInput, ifMatch string) (authz.Role, error)
	DeleteGroup(ctx context.Context, id, ifMatch string) error
	DeleteRole(ctx context.Context, id, ifMatch string) error
	DeletePermission(ctx context.Context, id, ifMatch string) error
}

// ManagementAPI is what jobs ask of the Management API.
type ManagementAPI interface {
	ListUsers(context.Context, mgmt.ListQuery) (mgmt.Page[mgmt.User], error)
}

// APIs does the parts of a job.
type APIs struct {
	Authz AuthorizationAPI
	Mgmt  ManagementAPI
}

// lookups is how many e-mails and ids one search asks for. The APIs bound the
// terms of a search.
const lookups = 25

// Do does one part of a task.
func (a APIs) Do(ctx context.Context, t Task, ids []string) error {
	switch t.Kind {
	case AddMembers:
		return a.Authz.AddMembers(ctx, t.Target, ids)
	case NestGroups:
		return a.Authz.AddNested(ctx, t.Target, ids)
	case AddPending:
		return a.Authz.AddPending(ctx, t.Target, ids)
	case RemoveMembers:
		return a.Authz.RemoveMembers(ctx, t.Target, ids)
	case GiveRole:
		return a.Authz.AddRoleUsers(ctx, t.Target, ids)
	case TakeRole:
		return a.Authz.RemoveRoleUsers(ctx, t.Target, ids)
	}
	for _, id := range ids {
		if err := a.one(ctx, t, id); err != nil {
			return err
		}
	}
	return nil
}

// one does what has no call for many.
func (a APIs) one(ctx context.Context, t Task, id string) error {
	switch t.Kind {
	case RoleToGroups:
		return a.Authz.AddGroupRoles(ctx, id, []string{t.Target})
	case DeleteGroups:
		return a.Authz.DeleteGroup(ctx, id, "")
	case DeleteUsedRoles:
		if err := a.takeFromGroups(ctx, id); err != nil {
			return err
		}
		return a.Authz.DeleteRole(ctx, id, "")
	case DeleteUsedPermissions:
		if err := a.takeOutOfRoles(ctx, id); err != nil {
			return err
		}
		return a.Authz.DeletePermission(ctx, id, "")
	case DeleteRoles:
		return a.Authz.DeleteRole(ctx, id, "")
	case DeletePermissions:
		return a.Authz.DeletePermission(ctx, id, "")
	}
	return fmt.Errorf("there is no bulk change called %q", t.Kind)
}

// Held is the ids that the task's target has now.
func (a APIs) Held(ctx context.Context, t Task) (map[string]bool, error) {
	var ids []string
	var err error
	switch t.Kind {
	case AddMembers, RemoveMembers:
		ids, err = a.members(ctx, t.Target)
	case GiveRole, TakeRole:
		ids, err = a.holders(ctx, t.Target)
	case RoleToGroups:
		ids, err = a.givers(ctx, t.Target)
	case NestGroups:
		ids, err = a.nested(ctx, t.Target)
	}
	held := make(map[string]bool, len(ids))
	for _, id := range ids {
		held[id] = true
	}
	return held, err
}

// members are the direct members of a group. Only the list of groups tells them at
// once, so it is narrowed to those with its name in theirs.
func (a APIs) members(ctx context.Context, id string) ([]string, error) {
	g, err := a.Authz.Group(ctx, id)
	if err != nil {
		return nil, err
	}
	all, err := a.Authz.ListGroups(ctx, authz.ListQuery{Search: g.Name, Fields: []string{"_id", "members"}})
	for _, other := range all.Items {
		if other.ID == id {
			return other.Members, err
		}
	}
	return nil, err
}

func (a APIs) holders(ctx context.Context, id string) ([]string, error) {
	r, err := a.Authz.Role(ctx, id)
	if err != nil {
		return nil, err
	}
	all, err := a.Authz.ListRoles(ctx, authz.ListQuery{Search: r.Name, Of: r.ApplicationID, Fields: []string{"_id", "users"}})
	for _, other := range all.Items {
		if other.ID == id {
			return other.Users, err
		}
	}
	return nil, err
}

// givers are the groups that give a role.
func (a APIs) givers(ctx context.Context, role string) (ids []string, err error) {
	all, err := a.Authz.ListGroups(ctx, authz.ListQuery{Fields: []string{"_id", "roles"}})
	for _, g := range all.Items {
		for _, r := range g.Roles {
			if r == role {
				ids = append(ids, g.ID)
			}
		}
	}
	return ids, err
}

// nested are the groups directly in a group.
func (a APIs) nested(ctx context.Context, id string) ([]string, error) {
	g, err := a.Authz.Group(ctx, id)
	if err != nil {
		return nil, err
	}
	all, err := a.Authz.ListGroups(ctx, authz.ListQuery{Search: g.Name, Fields: []string{"_id", "nested"}})
	for _, other := range all.Items {
		if other.ID == id {
			return other.Nested, err
		}
	}
	return nil, err
}

// takeFromGroups takes a role from every group that gives it.
func (a APIs) takeFromGroups(ctx context.Context, role string) error {
	groups, err := a.givers(ctx, role)
	if err != nil {
		return err
	}
	for _, g := range groups {
		if err := a.Authz.RemoveGroupRoles(ctx, g, []string{role}); err != nil {
			return err
		}
	}
	return nil
}

// takeOutOfRoles takes a permission out of every role that contains it. Each role
// is read again first, so that what others changed of it stays.
func (a APIs) takeOutOfRoles(ctx context.Context, permission string) error {
	all, err := a.Authz.ListRoles(ctx, authz.ListQuery{Fields: []string{"_id", "permissions"}})
	if err != nil {
		return err
	}
	for _, r := range all.Items {
		if !slices.Contains(r.Permissions, permission) {
			continue
		}
		now, err := a.Authz.Role(ctx, r.ID)
		if err != nil {
			return err
		}
		_, err = a.Authz.UpdateRole(ctx, now.ID, authz.RoleInput{
			Name: now.Name, Description: now.Description, ApplicationType: now.ApplicationType, ApplicationID: now.ApplicationID,
			Permissions: slices.DeleteFunc(slices.Clone(now.Permissions), func(id string) bool { return id == permission }),
		}, now.ETag)
		if err != nil {
			return err
		}
	}
	return nil
}

// Find says whom each of texts, e-mails and ids, may mean. Letters of an e-mail
// count in any case.
func (a APIs) Find(ctx context.Context, texts []string) (map[string][]Choice, error) {
	var any []string
	for _, text := range texts {
		field := "user_id"
		if isEmail(text) {
			field = "email"
		}
		any = append(any, field+`:"`+quoted.Replace(text)+`"`)
	}
	const perPage, mostPages = 100, 10
	found := map[string][]Choice{}
	for page := range mostPages {
		part, err := a.Mgmt.ListUsers(ctx, mgmt.ListQuery{Query: strings.Join(any, " OR "), Page: page, PerPage: perPage, Sort: "name:1"})
		if err != nil {
			return nil, err
		}
		for _, u := range part.Items {
			c := Choice{ID: u.UserID, Label: labelOf(u)}
			found[u.UserID] = append(found[u.UserID], c)
			if key := strings.ToLower(u.Email); key != "" {
				found[key] = append(found[key], c)
			}
		}
		if len(part.Items) < perPage {
			break
		}
	}
	return found, nil
}

// quoted escapes what ends a quoted text of a search.
var quoted = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// labelOf is what to call u, with the connection, which tells two with one e-mail
// apart.
func labelOf(u mgmt.User) string {
	for _, name := range []string{u.Name, u.Nickname, u.Email} {
		if strings.TrimSpace(name) != "" {
			if u.Connection() != "" {
				return name + " (" + u.Connection() + ")"
			}
			return name
		}
	}
	return u.UserID
}
