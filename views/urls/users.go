package urls

import "strings"

// Patterns of the pages of users, and of the APIs whose permissions they hold.
const (
	Users                 = "/users"
	User                  = "/users/:id"
	UserActions           = "/users/:id/actions"
	UserGroups            = "/users/:id/groups"
	UserGroupsAdd         = "/users/:id/groups/add"
	UserGroupsRemove      = "/users/:id/groups/remove"
	UserRoles             = "/users/:id/roles"
	UserRolesAdd          = "/users/:id/roles/add"
	UserRolesRemove       = "/users/:id/roles/remove"
	UserPermissions       = "/users/:id/permissions"
	UserPermissionsAdd    = "/users/:id/permissions/add"
	UserPermissionsRemove = "/users/:id/permissions/remove"
	UserAccess            = "/users/:id/access"

	// UserFilter is not below Users: every word there may be somebody's id.
	UserFilter = "/filter/users"

	APIRBAC = "/apis/:id/rbac"
)

// UserList is a state of the list of users.
type UserList struct {
	Search string
	Field  string // what Search looks in: "name", "email" or "connection"; empty is all of them
	Show   string // a finding: only what it is about; empty for all
	Group  string // only its members
	Role   string // only those who hold it
	Sort   string // a field, with "-" before it for the other way round
	Page   int    // from 1
}

// To is the list in this state.
func (l UserList) To() string { return with(Users, l.pairs()...) }

// ToFilter chooses what to narrow the list by, "group" or "role".
func (l UserList) ToFilter(by string) string {
	return with(UserFilter, append(l.pairs(), "by", by)...)
}

func (l UserList) pairs() []string {
	return []string{
		"q", l.Search, "field", l.Field, "show", l.Show, "group", l.Group, "role", l.Role, "sort", l.Sort, "page", page(l.Page),
	}
}

// ToUser is the page of one user.
func ToUser(id string) string { return of(User, id) }

// ToUserActions is what can be done with a user from the list.
func ToUserActions(id string) string { return of(UserActions, id) }

// HeldList is a state of the list of a user's groups or roles.
type HeldList struct {
	User   string
	Show   string // "direct" or "inherited"; empty is all of them
	Search string
	Page   int // from 1
}

// ToGroups lists the user's groups in this state.
func (l HeldList) ToGroups() string { return with(of(UserGroups, l.User), l.pairs()...) }

// ToGroupsAdd picks groups for the user, and comes back to the list in this state.
func (l HeldList) ToGroupsAdd() string { return with(of(UserGroupsAdd, l.User), l.pairs()...) }

// ToGroupsAddOne is ToGroupsAdd with a group chosen already.
func (l HeldList) ToGroupsAddOne(group string) string {
	return with(of(UserGroupsAdd, l.User), append(l.pairs(), "id", group)...)
}

// ToGroupsRemove asks whether the user shall leave group, and comes back to the
// list in this state.
func (l HeldList) ToGroupsRemove(group string) string {
	return with(of(UserGroupsRemove, l.User), append(l.pairs(), "group", group)...)
}

// ToRoles lists the user's roles in this state.
func (l HeldList) ToRoles() string { return with(of(UserRoles, l.User), l.pairs()...) }

// ToRolesAdd picks roles for the user, and comes back to the list in this state.
func (l HeldList) ToRolesAdd() string { return with(of(UserRolesAdd, l.User), l.pairs()...) }

// ToRolesAddOne is ToRolesAdd with a role chosen already.
func (l HeldList) ToRolesAddOne(role string) string {
	return with(of(UserRolesAdd, l.User), append(l.pairs(), "id", role)...)
}

// ToRolesRemove asks whether the user shall lose role, and comes back to the list
// in this state.
func (l HeldList) ToRolesRemove(role string) string {
	return with(of(UserRolesRemove, l.User), append(l.pairs(), "role", role)...)
}

func (l HeldList) pairs() []string {
	return []string{"show", l.Show, "q", l.Search, "page", page(l.Page)}
}

// PermissionList is a state of the lists of a user's permissions.
type PermissionList struct {
	User   string
	Search string
	Page   int // of the permissions of APIs, from 1
	Apps   int // of the permissions of applications, from 1
}

// To is the list in this state.
func (l PermissionList) To() string { return with(of(UserPermissions, l.User), l.pairs()...) }

// ToAdd picks permissions, and comes back to the list in this state.
func (l PermissionList) ToAdd() string { return with(of(UserPermissionsAdd, l.User), l.pairs()...) }

// ToRemove asks whether the user shall lose permission of api, and comes back to
// the list in this state.
func (l PermissionList) ToRemove(api, permission string) string {
	return with(of(UserPermissionsRemove, l.User), append(l.pairs(), "api", api, "permission", permission)...)
}

func (l PermissionList) pairs() []string {
	return []string{"q", l.Search, "page", page(l.Page), "apps", page(l.Apps)}
}

// AccessRun is a question about what a user may do, and how the user signs in.
type AccessRun struct {
	User        string
	Application string // or API
	Connection  string
	Groups      []string // that the provider sends
}

// To asks the question.
func (r AccessRun) To() string {
	return with(of(UserAccess, r.User),
		"application", r.Application, "connection", r.Connection, "groups", strings.Join(r.Groups, "\n"))
}

// ToAPIRBAC asks whether the API with id shall check permissions, and comes back
// to the permissions of user.
func ToAPIRBAC(id, user string) string { return with(of(APIRBAC, id), "user", user) }
