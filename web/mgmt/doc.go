// Package mgmt is the Management API as the dashboard uses it: its contract
// (openapi.yaml), the records it speaks of, and a client.
//
// It owns the words of the wire. It does not know sessions or tokens: the
// *http.Client it is given adds those. Against a tenant that is not the
// embedded one the same client works, as far as the contract goes.
package mgmt
