package authzapi_test

const (
	added       = "by id or by name in both directions is an addition"
	removed     = "step 36 removed the user from G1"
	eitherDoes  = "the old documentation wants read:users here and the old code another scope; either serves"
	needsScope  = "the policy needs read:users, as documented of old; the old code asked for no scope"
	ourFault    = "a 500 for what the caller did is a defect"
	madeNothing = "step 10 made nothing"
	notMade     = `{"statusCode":400,"error":"Bad Request","message":"\"id\" must be a valid GUID","validation":{"source":"params","keys":["id"]}}`
	forbidden   = `{"statusCode":403,"error":"Forbidden","message":"Insufficient scope"}`
)

// userDeviations is those about users, their roles and their policies.
var userDeviations = []deviation{
	{"users", 36, "there is no removal of a user from groups", 204, "", "DELETE /users/{id}/groups is an addition"},
	{"users", 38, "direct groups only", 200, `[{"_id":"{{g2}}","name":"G2","description":"g2"}]`, removed},
	{"users", 39, "calculate takes the parents", 200, `[{"_id":"{{g2}}","name":"G2","description":"g2"}]`, removed},
	{
		"users", 53, "calculate takes those of the groups and their parents", 200,
		`[{"_id":"{{r1}}","name":"R1","applicationId":"app1","description":"r1"}]`, removed,
	},
	{
		"users", 54, "groups with expand=true", 200,
		`{"groups":[{"_id":"{{g2}}","name":"G2","description":"g2"}],"roles":[]}`, removed,
	},
	{
		"users", 55, "groups with expand and no value is not expanded", 200,
		`[{"_id":"{{g2}}","name":"G2","description":"g2"}]`, removed,
	},
	{
		"users", 56, "groups with expand=false is expanded", 200, `[{"_id":"{{g2}}","name":"G2","description":"g2"}]`,
		"false means no; and " + removed,
	},
	{
		"users", 57, "unknown query parameter is not refused here", 200,
		`[{"_id":"{{g2}}","name":"G2","description":"g2"}]`, removed,
	},
	{"users", 62, "remove by name", 204, "", added},

	{"auth_scopes", 21, "GET /users/auth0%7Cu01/groups without its scope", 200, `[]`, eitherDoes},
	{"auth_scopes", 23, "GET /users/auth0%7Cu01/roles without its scope", 200, `[]`, eitherDoes},

	{"policy", 25, "any scope will do", 403, forbidden, needsScope},
	{"policy", 26, "even no scope", 403, forbidden, needsScope},

	{
		"roles", 9, "permission of another application", 400,
		`{"statusCode":400,"error":"ValidationError","message":"These permissions belong to another application than \"app1\": p2"}`, ourFault,
	},
	{
		"roles", 10, "unknown permission is accepted", 400,
		`{"statusCode":400,"error":"ValidationError","message":"These permissions do not exist: 00000000-0000-4000-8000-000000000000"}`,
		"a reference to nothing is refused by name",
	},
	{
		"roles", 24, "update to another application", 400,
		`{"statusCode":400,"error":"ValidationError","message":"The role \"Viewer 1\" belongs to the application \"app1\" and cannot move to another"}`, ourFault,
	},
	{
		"roles", 26, "update with a permission of another application", 400,
		`{"statusCode":400,"error":"ValidationError","message":"These permissions belong to another application than \"app1\": p2"}`, ourFault,
	},
	{
		"roles", 32, "search", 200,
		`{"roles":[{"_id":"{{r1}}","name":"Viewer 2","description":"v2","applicationType":"client","applicationId":"app1","permissions":[],"users":["auth0|u01"]},{"_id":"{{r3}}","name":"Viewer","description":"v","applicationType":"client","applicationId":"app2","permissions":[]}],"total":4}`,
		madeNothing,
	},
	{
		"roles", 33, "search by application", 200,
		`{"roles":[{"_id":"{{r3}}","name":"Viewer","description":"v","applicationType":"client","applicationId":"app2","permissions":[]}],"total":4}`,
		madeNothing,
	},
	{
		"roles", 34, "search without a field", 200,
		`{"roles":[{"_id":"{{r1}}","name":"Viewer 2","description":"v2","applicationType":"client","applicationId":"app1","permissions":[],"users":["auth0|u01"]},{"_id":"{{r3}}","name":"Viewer","description":"v","applicationType":"client","applicationId":"app2","permissions":[]}],"total":4}`,
		"a 500 for what the caller did is a defect; q alone searches name and description",
	},
	{"roles", 41, "delete", 400, notMade, madeNothing},
	{"roles", 42, "delete again", 400, notMade, madeNothing},
}
