package mgmtapi

import "slices"

// RouteScopes is the routes and the scopes of which each needs one, for the tests.
func RouteScopes() map[string][]string {
	out := map[string][]string{}
	for _, r := range routes() {
		out[r.method+" "+r.path] = slices.Clone(r.scopes)
	}
	return out
}

// Strict checks a body, for the tests.
var Strict = strict
