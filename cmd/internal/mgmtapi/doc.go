// Package mgmtapi serves the Management API of the embedded tenant: users, the
// permissions they hold directly, APIs, applications and connections, in the
// paths, bodies and status codes of Auth0.
//
// It owns what lies between HTTP and the store: who may call what (routes.go),
// the checks at the door (door.go), that nobody gives an account or a client more
// than they may do themselves (guard.go) and the words of errors (problem.go). How
// users are searched is in package directory. The contract is web/mgmt's
// openapi.yaml. It keeps nothing itself, and it issues no tokens.
package mgmtapi
