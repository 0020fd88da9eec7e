// Package bearer checks the access tokens that callers of the APIs send.
//
// It owns one question: who is calling, and with which scopes? It does not ask
// whether a scope is enough for a route, which the APIs know, and it issues no
// tokens, which package openid does.
package bearer
