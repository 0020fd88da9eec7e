package urls

// Patterns of the pages of the configuration.
const (
	Configuration = "/configuration"
	APIKey        = "/configuration/api-key"
	APIAccess     = "/configuration/api"
	LoginAction   = "/configuration/action"

	Transfer = "/configuration/transfer"
	Export   = "/configuration/export"
	Restore  = "/configuration/snapshots/:id"

	RestoreImpact       = "/configuration/snapshots/:id/impact"
	RestoreImpactExport = "/configuration/snapshots/:id/impact.csv"

	People       = "/configuration/people"
	NewPerson    = "/configuration/people/new"
	PersonRole   = "/configuration/people/:id/role"
	PersonReset  = "/configuration/people/:id/password"
	PersonRemove = "/configuration/people/:id/remove"

	Machines      = "/configuration/clients"
	NewMachine    = "/configuration/clients/new"
	MachineScopes = "/configuration/clients/:id/scopes"
	MachineRotate = "/configuration/clients/:id/rotate"
	MachineDelete = "/configuration/clients/:id/delete"
	Import        = "/configuration/import"

	ImportImpact       = "/configuration/import/impact"
	ImportImpactExport = "/configuration/import/impact.csv"
)

// LoginActionForm is what the code for a login Action is made for.
type LoginActionForm struct {
	Namespace string // before the names of the claims; "" is the usual one
	Tokens    string // "id", "access", or both when empty
	Failure   string // "continue", or refuse when empty
}

// To is the page with the code for f.
func (f LoginActionForm) To() string {
	return with(LoginAction, "namespace", f.Namespace, "tokens", f.Tokens, "failure", f.Failure)
}

// ToExport downloads the tenant, with its directory if that is asked for.
func ToExport(directory bool) string {
	if directory {
		return with(Export, "directory", "true")
	}
	return Export
}

// ToRestore shows what restoring a snapshot would do, and asks.
func ToRestore(id string) string { return of(Restore, id) }

// ToRestoreImpact is everybody whose access restoring a snapshot would change.
func ToRestoreImpact(id string) string { return of(RestoreImpact, id) }

// ToRestoreImpactExport is the same as a file.
func ToRestoreImpactExport(id string) string { return of(RestoreImpactExport, id) }

// ToMachineScopes is the form of what a machine client may do.
func ToMachineScopes(id string) string { return of(MachineScopes, id) }

// ToMachineRotate asks whether a machine client shall get another secret.
func ToMachineRotate(id string) string { return of(MachineRotate, id) }

// ToMachineDelete asks whether a machine client shall go.
func ToMachineDelete(id string) string { return of(MachineDelete, id) }

// ToPersonRole is the form of the role of somebody who may sign in.
func ToPersonRole(id string) string { return of(PersonRole, id) }

// ToPersonReset asks whether somebody shall get another password.
func ToPersonReset(id string) string { return of(PersonReset, id) }

// ToPersonRemove asks whether somebody shall sign in no more.
func ToPersonRemove(id string) string { return of(PersonRemove, id) }
