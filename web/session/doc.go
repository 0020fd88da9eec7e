// Package session owns what the dashboard remembers of a browser: who signed in,
// the tokens of the APIs, the sign-ins that are under way, a form that waits for
// its person to sign in again, and the long work that a person has begun. All of it stays on the server, sealed; the
// browser holds a random id.
//
// It does not sign anybody in (web/login does) and decides nothing about rights:
// the APIs do, and Can only tells what they will say.
package session
