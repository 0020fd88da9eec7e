// Package authzapi serves the Authorization API of the embedded tenant, as
// web/authz/openapi.yaml has it.
//
// It owns the way of a request: who calls (door.go), whether the document
// allows what was sent (check.go, problem.go), which transaction it becomes
// (server.go), and how an answer or an error looks on the wire (answer.go,
// errors.go). The rules of the tenant are not here: package store holds them,
// and package access walks nested groups.
package authzapi
