package authzapi_test

const (
	noRoute  = `{"statusCode":404,"error":"Not Found","message":"Not Found"}`
	noRoutes = "the routes of applications, connections and the configuration are not served yet"
)

// configurationDeviations is those about applications, connections and the
// configuration.
var configurationDeviations = []deviation{
	{"auth_scopes", 26, "GET /applications/app1 without its scope", 404, noRoute, noRoutes},
	{"auth_scopes", 27, "GET /connections without its scope", 404, noRoute, noRoutes},
	{"auth_scopes", 28, "PATCH /configuration without its scope", 404, noRoute, noRoutes},
	{"auth_scopes", 29, "GET /configuration/status without its scope", 404, noRoute, noRoutes},
	{"auth_scopes", 30, "POST /configuration/import without its scope", 404, noRoute, noRoutes},
	{"auth_scopes", 31, "PATCH /configuration/rotate-apikey without its scope", 404, noRoute, noRoutes},
	{"auth_scopes", 32, "POST /configuration/resource-server without its scope", 404, noRoute, noRoutes},
	{"auth_scopes", 33, "PATCH /configuration/resource-server without its scope", 404, noRoute, noRoutes},
	{"auth_scopes", 41, "PATCH /configuration without a token", 404, noRoute, noRoutes},
	{"auth_scopes", 42, "POST /configuration/resource-server without a token", 404, noRoute, noRoutes},
	{"policy", 29, "make an api key", 404, noRoute, noRoutes},
	{"policy", 30, "the key gives access to the policy", 401, `{"statusCode":401,"error":"Unauthorized","message":"Invalid API Key"}`, noRoutes},
	{"policy", 32, "make another", 404, noRoute, noRoutes},
}
