package urls

// Patterns of the pages of groups.
const (
	Groups       = "/groups"
	NewGroup     = "/groups/new"
	Group        = "/groups/:id"
	GroupActions = "/groups/:id/actions"
	GroupEdit    = "/groups/:id/edit"
	GroupDelete  = "/groups/:id/delete"

	GroupNested   = "/groups/:id/nested"
	GroupRoles    = "/groups/:id/roles"
	GroupMappings = "/groups/:id/mappings"

	GroupMembersAdd     = "/groups/:id/members/add"
	GroupMembersRemove  = "/groups/:id/members/remove"
	GroupNestedAdd      = "/groups/:id/nested/add"
	GroupNestedRemove   = "/groups/:id/nested/remove"
	GroupRolesAdd       = "/groups/:id/roles/add"
	GroupRolesRemove    = "/groups/:id/roles/remove"
	GroupMappingsAdd    = "/groups/:id/mappings/add"
	GroupMappingsRemove = "/groups/:id/mappings/remove"
)

// GroupList is a state of the list of groups.
type GroupList struct {
	Search string
	Show   string // a finding: only what it is about; empty for all
	Sort   string // a field, with "-" before it for the other way round
	Page   int    // from 1
}

// To is the list in this state.
func (l GroupList) To() string {
	return with(Groups, l.pairs()...)
}

func (l GroupList) pairs() []string {
	return []string{"q", l.Search, "show", l.Show, "sort", l.Sort, "page", page(l.Page)}
}

// MemberList is a state of the list of a group's members.
type MemberList struct {
	Group  string
	All    bool // those of nested groups too, and how
	Search string
	Page   int // from 1
	HolderView
}

// To is the list in this state.
func (l MemberList) To() string { return of(Group, l.Group) + l.query() }

// ToAdd picks members, and comes back to the list in this state.
func (l MemberList) ToAdd() string { return of(GroupMembersAdd, l.Group) + l.query() }

// ToRemove asks whether user shall leave, and comes back to the list in this state.
func (l MemberList) ToRemove(user string) string {
	return with(of(GroupMembersRemove, l.Group), append(l.pairs(), "user", user)...)
}

func (l MemberList) query() string { return with("", l.pairs()...) }

func (l MemberList) pairs() []string {
	show := ""
	if l.All {
		show = "all"
	}
	return append(l.HolderView.pairs(), "show", show, "q", l.Search, "page", page(l.Page))
}

// ToGroup is the page of one group.
func ToGroup(id string) string { return of(Group, id) }

// ToGroupActions is what can be done with a group from the list.
func ToGroupActions(id string) string { return of(GroupActions, id) }

// ToGroupEdit is the form of a group.
func ToGroupEdit(id string) string { return of(GroupEdit, id) }

// ToGroupDelete asks whether a group shall go.
func ToGroupDelete(id string) string { return of(GroupDelete, id) }

// ToGroupNested lists the groups nested in a group.
func ToGroupNested(id string) string { return of(GroupNested, id) }

// ToGroupNestedAdd picks groups to nest in a group.
func ToGroupNestedAdd(id string) string { return of(GroupNestedAdd, id) }

// ToGroupNestedAddOne is ToGroupNestedAdd with a group chosen already.
func ToGroupNestedAddOne(id, nested string) string { return with(of(GroupNestedAdd, id), "id", nested) }

// NestedList is a state of the list of the groups nested in a group.
type NestedList struct {
	Group  string
	Search string
	Page   int // from 1
}

// To is the list in this state.
func (l NestedList) To() string { return with(ToGroupNested(l.Group), l.pairs()...) }

// ToAdd picks groups to nest, and comes back to the list in this state.
func (l NestedList) ToAdd() string { return with(ToGroupNestedAdd(l.Group), l.pairs()...) }

// ToRemove asks whether nested shall leave the group, and comes back to the list in
// this state.
func (l NestedList) ToRemove(nested string) string {
	return with(of(GroupNestedRemove, l.Group), append(l.pairs(), "group", nested)...)
}

func (l NestedList) pairs() []string { return []string{"q", l.Search, "page", page(l.Page)} }

// ToGroupRoles lists a group's roles: those that show names, "direct" or
// "inherited", or all of them.
func ToGroupRoles(id, show string) string { return with(of(GroupRoles, id), "show", show) }

// ToGroupRolesAdd picks roles for a group, and comes back to what show names.
func ToGroupRolesAdd(id, show string) string { return with(of(GroupRolesAdd, id), "show", show) }

// ToGroupRolesAddOne is ToGroupRolesAdd with a role chosen already.
func ToGroupRolesAddOne(id, role string) string { return with(of(GroupRolesAdd, id), "id", role) }

// GroupRoleList is a state of the list of a group's roles.
type GroupRoleList struct {
	Group  string
	Show   string // "direct" or "inherited"; empty is all of them
	Search string
	Page   int // from 1
}

// To is the list in this state.
func (l GroupRoleList) To() string { return with(of(GroupRoles, l.Group), l.pairs()...) }

// ToAdd picks roles for the group, and comes back to the list in this state.
func (l GroupRoleList) ToAdd() string { return with(of(GroupRolesAdd, l.Group), l.pairs()...) }

// ToRemove asks whether role shall be taken from the group, and comes back to the
// list in this state.
func (l GroupRoleList) ToRemove(role string) string {
	return with(of(GroupRolesRemove, l.Group), append(l.pairs(), "role", role)...)
}

func (l GroupRoleList) pairs() []string {
	return []string{"show", l.Show, "q", l.Search, "page", page(l.Page)}
}

// ToGroupMappings lists a group's mappings.
func ToGroupMappings(id string) string { return of(GroupMappings, id) }

// ToGroupMappingsAdd is the form of a new mapping.
func ToGroupMappingsAdd(id string) string { return of(GroupMappingsAdd, id) }

// ToGroupMappingsRemove asks whether a mapping shall go.
func ToGroupMappingsRemove(id, mapping string) string {
	return with(of(GroupMappingsRemove, id), "mapping", mapping)
}
