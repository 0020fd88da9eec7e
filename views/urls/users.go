package urls

// Patterns of the pages of users, and of the APIs whose permissions they hold.
const (
	Users                 = "/users"
	User                  = "/users/:id"
	UserPermissions       = "/users/:id/permissions"
	UserPermissionsAdd    = "/users/:id/permissions/add"
	UserPermissionsRemove = "/users/:id/permissions/remove"

	APIRBAC = "/apis/:id/rbac"
)

// UserList is a state of the list of users.
type UserList struct {
	Search string
	Show   string // a finding: only what it is about; empty for all
	Sort   string // a field, with "-" before it for the other way round
	Page   int    // from 1
}

// To is the list in this state.
func (l UserList) To() string {
	return with(Users, "q", l.Search, "show", l.Show, "sort", l.Sort, "page", page(l.Page))
}

// ToUser is the page of one user.
func ToUser(id string) string { return of(User, id) }

// PermissionList is a state of the list of a user's permissions.
type PermissionList struct {
	User   string
	Search string
	Page   int // from 1
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
	return []string{"q", l.Search, "page", page(l.Page)}
}

// ToAPIRBAC asks whether the API with id shall check permissions, and comes back
// to the permissions of user.
func ToAPIRBAC(id, user string) string { return with(of(APIRBAC, id), "user", user) }
