package urls

// Patterns of the pages of the configuration.
const (
	Configuration = "/configuration"
	APIKey        = "/configuration/api-key"
	APIAccess     = "/configuration/api"
	LoginAction   = "/configuration/action"
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
