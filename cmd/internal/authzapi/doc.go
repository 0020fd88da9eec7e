// Package authzapi serves the Authorization API of the embedded tenant, as
// web/authz/openapi.yaml has it.
//
// It owns the way of a request: who calls (door.go), whether the document
// allows what was sent (check.go, problem.go), which transaction it becomes
// (server.go), and how an answer or an error looks on the wire (answer.go,
// errors.go).
//
// Who may give what is decided here too (guard.go): a change must give nobody, by
// whatever way, what its caller could not give directly. Giving roles takes
// update:roles or update:users, giving memberships update:groups, and giving
// permissions to roles update:roles. What a change gives is what package access says
// of the groups as they are in its transaction.
//
// The other rules of the tenant are not here: package store holds them, and package
// access walks nested groups.
package authzapi
