// Package openid is the OpenID provider of the embedded tenant. It signs
// people in, and gives them and machines the tokens of the two APIs, at the
// paths and with the answers that a client of Auth0 expects.
//
// It owns the sign-in page, the protocol and the signing keys, and it says
// which scopes a role means. What it remembers is in package store, as hashes
// or sealed. It does not check the tokens that the APIs get, which package
// bearer does, and it manages no accounts, which the command line does.
//
// The protocol is written here, on go-jose, and not with a provider library.
// zitadel/oidc was tried: it takes secrets and codes from query strings, has no
// JSON bodies, hands the text of internal errors to clients, gives the ID token
// the API's audience, and leaves redeeming a code only once to its storage. All
// its endpoints would have needed a guard in front of them. The tests sign in
// with an independent client, coreos/go-oidc.
package openid
