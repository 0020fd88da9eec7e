package urls

// Patterns of the pages of roles.
const (
	Roles       = "/roles"
	NewRole     = "/roles/new"
	Role        = "/roles/:id"
	RoleActions = "/roles/:id/actions"
	RoleEdit    = "/roles/:id/edit"
	RoleDelete  = "/roles/:id/delete"

	RoleUsers  = "/roles/:id/users"
	RoleGroups = "/roles/:id/groups"

	RoleUsersAdd     = "/roles/:id/users/add"
	RoleUsersRemove  = "/roles/:id/users/remove"
	RoleGroupsAdd    = "/roles/:id/groups/add"
	RoleGroupsRemove = "/roles/:id/groups/remove"
)

// RoleIndex is a state of the list of roles.
type RoleIndex struct {
	Search string
	Of     string // the application that they belong to; empty for all
	Show   string // a finding: only what it is about; empty for all
	Sort   string // a field, with "-" before it for the other way round
	Page   int    // from 1
}

// To is the list in this state.
func (l RoleIndex) To() string {
	return with(Roles, l.pairs()...)
}

func (l RoleIndex) pairs() []string {
	return []string{"q", l.Search, "application", l.Of, "show", l.Show, "sort", l.Sort, "page", page(l.Page)}
}

// ToNewRole is the form of a new role of an application, or of any.
func ToNewRole(application string) string { return with(NewRole, "application", application) }

// ToRoleClone is the form of a new role that begins as a copy of one.
func ToRoleClone(id string) string { return with(NewRole, "from", id) }

// ToRole is the page of one role: its permissions.
func ToRole(id string) string { return of(Role, id) }

// ToRoleActions is what can be done with a role from the list.
func ToRoleActions(id string) string { return of(RoleActions, id) }

// RolePermissionList is a state of the list of a role's permissions.
type RolePermissionList struct {
	Role   string
	Search string
	Page   int // from 1
}

// To is the list in this state.
func (l RolePermissionList) To() string {
	return with(of(Role, l.Role), "q", l.Search, "page", page(l.Page))
}

// ToRoleEdit is the form of a role.
func ToRoleEdit(id string) string { return of(RoleEdit, id) }

// ToRoleDelete asks whether a role shall go.
func ToRoleDelete(id string) string { return of(RoleDelete, id) }

// RoleUserList is a state of the list of a role's users.
type RoleUserList struct {
	Role   string
	All    bool // those who have it in any way, and how
	Search string
	Page   int // from 1
	HolderView
}

// To is the list in this state.
func (l RoleUserList) To() string { return with(of(RoleUsers, l.Role), l.pairs()...) }

// ToAdd picks users, and comes back to the list in this state.
func (l RoleUserList) ToAdd() string { return with(of(RoleUsersAdd, l.Role), l.pairs()...) }

// ToRemove asks whether user shall lose the role, and comes back to the list in
// this state.
func (l RoleUserList) ToRemove(user string) string {
	return with(of(RoleUsersRemove, l.Role), append(l.pairs(), "user", user)...)
}

func (l RoleUserList) pairs() []string {
	show := ""
	if l.All {
		show = "all"
	}
	return append(l.HolderView.pairs(), "show", show, "q", l.Search, "page", page(l.Page))
}

// RoleGroupList is a state of the list of the groups that give a role.
type RoleGroupList struct {
	Role string
	Show string // "direct" or "inherited"; empty for all
	Page int    // from 1
}

// To is the list in this state.
func (l RoleGroupList) To() string {
	return with(of(RoleGroups, l.Role), "show", l.Show, "page", page(l.Page))
}

// ToRoleGroups lists the groups that give a role: those that show names, "direct"
// or "inherited", or all of them.
func ToRoleGroups(id, show string) string { return with(of(RoleGroups, id), "show", show) }

// ToRoleGroupsAdd picks groups for a role, and comes back to what show names.
func ToRoleGroupsAdd(id, show string) string { return with(of(RoleGroupsAdd, id), "show", show) }

// ToRoleGroupsRemove asks whether a role shall be taken from a group.
func ToRoleGroupsRemove(id, group, show string) string {
	return with(of(RoleGroupsRemove, id), "group", group, "show", show)
}
