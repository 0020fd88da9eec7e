// Package bearertest issues access tokens for the tests of the APIs.
//
// It owns a key that exists for one test. The real issuer is package openid.
package bearertest
