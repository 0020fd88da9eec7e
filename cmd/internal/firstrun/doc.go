// Package firstrun sees to a tenant that nobody can sign in to yet: it makes
// the first administrator when it is asked to or when somebody watches, says
// how to make one when not, gives the tenant a connection of its own, and makes
// the sample accounts of --demo.
//
// It owns that decision and its words. No password is ever built in: each is
// made at random, and printed once or not at all.
package firstrun
