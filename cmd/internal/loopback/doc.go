// Package loopback carries HTTP inside the process: the dashboard reaches the
// embedded tenant under its public address, and no packet leaves.
//
// It owns the listener in memory and the dialling. What is spoken over it is
// the same HTTP, with the same tokens, that a stranger would speak.
package loopback
