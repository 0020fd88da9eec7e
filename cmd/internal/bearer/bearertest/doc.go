// Package bearertest issues access tokens for the tests of the APIs.
//
// It owns keys that exist for one test binary. The real issuer is package openid.
package bearertest
