package mgmt

import _ "embed" // for Spec

// Spec is the contract of the Management API, an OpenAPI 3.0.3 document.
//
//go:embed openapi.yaml
var Spec []byte
