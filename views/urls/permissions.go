package urls

// Patterns of the pages of permissions.
const (
	Permissions       = "/permissions"
	NewPermission     = "/permissions/new"
	PastePermissions  = "/permissions/paste"
	Permission        = "/permissions/:id"
	PermissionActions = "/permissions/:id/actions"
	PermissionEdit    = "/permissions/:id/edit"
	PermissionDelete  = "/permissions/:id/delete"

	PermissionUsers       = "/permissions/:id/users"
	PermissionRolesRemove = "/permissions/:id/roles/remove"
)

// PermissionIndex is a state of the list of permissions.
type PermissionIndex struct {
	Search string
	Of     string // the application that they belong to; empty for all
	Show   string // a finding: only what it is about; empty for all
	Sort   string // a field, with "-" before it for the other way round
	Page   int    // from 1
}

// To is the list in this state.
func (l PermissionIndex) To() string {
	return with(Permissions, l.pairs()...)
}

func (l PermissionIndex) pairs() []string {
	return []string{"q", l.Search, "application", l.Of, "show", l.Show, "sort", l.Sort, "page", page(l.Page)}
}

// ToNewPermission is the form of a new permission of an application, or of any.
func ToNewPermission(application string) string {
	return with(NewPermission, "application", application)
}

// ToPastePermissions is where many permissions of an application are pasted.
func ToPastePermissions(application string) string {
	return with(PastePermissions, "application", application)
}

// ToPermission is the page of one permission: the roles that contain it.
func ToPermission(id string) string { return of(Permission, id) }

// ToPermissionActions is what can be done with a permission from the list.
func ToPermissionActions(id string) string { return of(PermissionActions, id) }

// ContainingList is a state of the list of the roles that contain a permission.
type ContainingList struct {
	Permission string
	Page       int // from 1
}

// To is the list in this state.
func (l ContainingList) To() string { return with(of(Permission, l.Permission), "page", page(l.Page)) }

// ToPermissionEdit is the form of a permission.
func ToPermissionEdit(id string) string { return of(PermissionEdit, id) }

// ToPermissionDelete asks whether a permission shall go.
func ToPermissionDelete(id string) string { return of(PermissionDelete, id) }

// ToPermissionRolesRemove asks whether a permission shall be taken out of role, or
// out of every role when it is empty.
func ToPermissionRolesRemove(id, role string) string {
	return with(of(PermissionRolesRemove, id), "role", role)
}

// PermissionUserList is a state of the list of those who have a permission.
type PermissionUserList struct {
	Permission string
	Search     string
	Page       int // from 1
	HolderView
}

// To is the list in this state.
func (l PermissionUserList) To() string { return with(of(PermissionUsers, l.Permission), l.pairs()...) }

func (l PermissionUserList) pairs() []string {
	return append(l.HolderView.pairs(), "q", l.Search, "page", page(l.Page))
}
