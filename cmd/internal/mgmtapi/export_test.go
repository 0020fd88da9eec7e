package mgmtapi

// RouteScopes is the routes and the scope of each, for the tests.
func RouteScopes() map[string]string {
	out := map[string]string{}
	for _, r := range routes() {
		out[r.method+" "+r.path] = r.scope
	}
	return out
}

// Strict checks a body, for the tests.
var Strict = strict
