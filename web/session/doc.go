// Package session owns what the dashboard remembers of a browser: who signed in,
// the tokens of the APIs, and the sign-ins that are under way. All of it stays on
// the server, sealed; the browser holds a random id.
//
// It does not sign anybody in (web/login does) and decides nothing about rights:
// the APIs do, and Can only tells what they will say.
package session
