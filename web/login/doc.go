// Package login owns signing in and out by OpenID Connect: the code flow with
// PKCE, the checks of every token that comes back, renewing them, and the way
// out. It is the TokenSource of web/upstream.
//
// It renders nothing: it redirects, or returns an *Error that web words for
// people. What is remembered between two requests lies in web/session.
package login
