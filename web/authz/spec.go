package authz

import _ "embed"

// Spec is the contract of the Authorization API, an OpenAPI 3.0.3 document. The
// embedded API refuses what it does not allow, and the tests hold both sides to it.
//
//go:embed openapi.yaml
var Spec []byte
