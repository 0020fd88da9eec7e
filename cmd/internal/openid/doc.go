// Package openid is the OpenID provider of the embedded tenant. It signs
// people in, and gives them and machines the tokens of the two APIs, at the
// paths and with the answers that a client of Auth0 expects.
//
// It owns the sign-in page, the signing keys, and what the protocol leaves to a
// provider: which scopes a role means, how long things last, when a sign-in
// ends. What it remembers is in package store, as hashes or sealed. It does not
// check the tokens that the APIs get, which package bearer does, and it manages
// no accounts, which package mgmtapi and the command line do.
//
// The protocol itself is the library zitadel/oidc. Its handlers read the
// requests of /authorize, /oauth/token, /oauth/revoke, /userinfo and
// /oidc/logout, check clients, redirect addresses, verifiers and hints, make
// the codes, and build and sign the tokens. Around it is code of three kinds:
//
//   - Storage behind it (library.go, application.go, codes.go, refresh.go,
//     granted.go, machine.go, keys.go). The library leaves to it that a code
//     and a refresh token are for one use, and what a second use ends.
//   - A guard in front of each handler (authorize.go, token.go, userinfo.go,
//     logout.go), for what the library lets pass: secrets and codes in an
//     address, parameters given twice, a sign-in without PKCE, a code that is
//     used up before the client has proved itself, an ID token in the place of
//     an access token, a sign-out that nobody asked for. The guard also takes
//     JSON, as Auth0 does, and serves nothing that is not listed in discovery.go.
//   - What goes between the two (call.go): the audience, which the library does
//     not know, on the way in; on the way out the storage's own errors, so that
//     none is taken for another, and none of their text reaches a client.
//
// The library stamps tokens with the machine's clock; Config.Now is the clock
// of all that is stored. The tests sign in with an independent client,
// coreos/go-oidc.
package openid
