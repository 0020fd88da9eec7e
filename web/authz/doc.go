// Package authz is the Authorization API as the dashboard uses it: its contract
// (openapi.yaml), the records it speaks of, and a client.
//
// It owns the words of the wire, so the embedded API uses its records too. It
// does not know sessions or tokens: the *http.Client it is given adds those. It
// takes no decision about access; package access does.
package authz
