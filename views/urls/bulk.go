package urls

// Patterns of what is done to many things at once. They are not below the lists:
// every word there may be an id.
const (
	Jobs      = "/jobs"
	Job       = "/jobs/:id"
	JobTarget = "/jobs/:id/target"
	JobStart  = "/jobs/:id/start"
	JobAgain  = "/jobs/:id/again"
	JobCancel = "/jobs/:id/cancel"
	JobDrop   = "/jobs/:id/drop"
	JobResult = "/jobs/:id/result.csv"

	JobImpact       = "/jobs/:id/impact"
	JobImpactExport = "/jobs/:id/impact.csv"

	SelectUsers       = "/select/users"
	SelectGroups      = "/select/groups"
	SelectRoles       = "/select/roles"
	SelectPermissions = "/select/permissions"
	SelectMembers     = "/groups/:id/members/select"
	SelectRoleUsers   = "/roles/:id/users/select"

	ExportUsers       = "/export/users.csv"
	ExportGroups      = "/export/groups.csv"
	ExportRoles       = "/export/roles.csv"
	ExportPermissions = "/export/permissions.csv"
	ExportMembers     = "/groups/:id/members.csv"
	ExportRoleUsers   = "/roles/:id/users.csv"

	ExportPermissionUsers = "/permissions/:id/users.csv"

	GroupMembersMany = "/groups/:id/members/many"
	RoleUsersMany    = "/roles/:id/users/many"
)

// JobView is a state of the page of a job.
type JobView struct {
	Job  string
	Show string // only the lines with this verdict
	Page int    // from 1
}

// To is the page in this state.
func (v JobView) To() string {
	return with(of(Job, v.Job), "show", v.Show, "page", page(v.Page))
}

// ToJob is the page of a job.
func ToJob(id string) string { return of(Job, id) }

// ToJobTarget chooses the group or the role of a job.
func ToJobTarget(id string) string { return of(JobTarget, id) }

// ToJobStart begins a job, or goes on with it.
func ToJobStart(id string) string { return of(JobStart, id) }

// ToJobAgain tries the lines of a job that failed once more.
func ToJobAgain(id string) string { return of(JobAgain, id) }

// ToJobCancel stops a job.
func ToJobCancel(id string) string { return of(JobCancel, id) }

// ToJobDrop forgets a job.
func ToJobDrop(id string) string { return of(JobDrop, id) }

// ToJobResult is the file that says what became of each line of a job.
func ToJobResult(id string) string { return of(JobResult, id) }

// ToJobImpact is a page of what a job would do to people.
func ToJobImpact(id string, n int) string { return with(of(JobImpact, id), "page", page(n)) }

// ToJobImpactExport is the same as a file, all pages of it.
func ToJobImpactExport(id string) string { return of(JobImpactExport, id) }

// ToGroupMembersMany pastes a list of users for a group.
func ToGroupMembersMany(id string) string { return of(GroupMembersMany, id) }

// ToRoleUsersMany pastes a list of users for a role.
func ToRoleUsersMany(id string) string { return of(RoleUsersMany, id) }

// ToSelect does something to users of the list in this state.
func (l UserList) ToSelect() string { return with(SelectUsers, l.pairs()...) }

// ToExport is the list in this state as a file, all pages of it.
func (l UserList) ToExport() string { l.Page = 0; return with(ExportUsers, l.pairs()...) }

// ToSelect does something to groups of the list in this state.
func (l GroupList) ToSelect() string { return with(SelectGroups, l.pairs()...) }

// ToExport is the list in this state as a file, all pages of it.
func (l GroupList) ToExport() string { l.Page = 0; return with(ExportGroups, l.pairs()...) }

// ToSelect does something to roles of the list in this state.
func (l RoleIndex) ToSelect() string { return with(SelectRoles, l.pairs()...) }

// ToExport is the list in this state as a file, all pages of it.
func (l RoleIndex) ToExport() string { l.Page = 0; return with(ExportRoles, l.pairs()...) }

// ToSelect does something to permissions of the list in this state.
func (l PermissionIndex) ToSelect() string { return with(SelectPermissions, l.pairs()...) }

// ToExport is the list in this state as a file, all pages of it.
func (l PermissionIndex) ToExport() string { l.Page = 0; return with(ExportPermissions, l.pairs()...) }

// ToSelect does something to members of the list in this state.
func (l MemberList) ToSelect() string { return with(of(SelectMembers, l.Group), l.pairs()...) }

// ToExport is the list in this state as a file, all pages of it.
func (l MemberList) ToExport() string {
	l.Page = 0
	return with(of(ExportMembers, l.Group), l.pairs()...)
}

// ToSelect does something to users of the list in this state.
func (l RoleUserList) ToSelect() string { return with(of(SelectRoleUsers, l.Role), l.pairs()...) }

// ToExport is the list in this state as a file, all pages of it.
func (l RoleUserList) ToExport() string {
	l.Page = 0
	return with(of(ExportRoleUsers, l.Role), l.pairs()...)
}

// ToExport is the list in this state as a file, all pages of it.
func (l PermissionUserList) ToExport() string {
	l.Page = 0
	return with(of(ExportPermissionUsers, l.Permission), l.pairs()...)
}
