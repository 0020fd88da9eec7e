package urls

// Patterns of the pages of the configuration.
const (
	Configuration = "/configuration"
	APIKey        = "/configuration/api-key"
	APIAccess     = "/configuration/api"
	LoginAction   = "/configuration/action"

	Transfer = "/configuration/transfer"
	Export   = "/configuration/export"
	Import   = "/configuration/import"
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
