// Package directory is what both APIs say about the users of the tenant in the
// same way: how they are searched (the syntax of the Management API), and what of
// a profile is shown to anybody. It keeps nothing: package store has the users.
package directory
