package authzapi_test

// configurationDeviations is where this API differs about the configuration and
// the tenant as a whole.
var configurationDeviations = []deviation{
	{
		"configuration", 2, "set", 200, `{"_id":"v1","groupsInToken":true,"persistRoles":false}`,
		"a key that nobody has been told of would open nothing: only rotating makes one",
	},
	{
		"configuration", 3, "read", 200, `{"_id":"v1","groupsInToken":true,"persistRoles":false}`,
		"there is no key yet",
	},
	{
		"configuration", 5, "set some more, the rest stays", 200,
		`{"_id":"v1","groupsInToken":true,"persistRoles":false,"rolesInToken":true,"groupsPassthrough":false}`,
		"there is no key yet",
	},
	{
		"configuration", 6, "nothing to set", 200,
		`{"_id":"v1","groupsInToken":true,"persistRoles":false,"rolesInToken":true,"groupsPassthrough":false}`,
		"there is no key yet",
	},
	{
		"configuration", 17, "API access off", 200, `{"apiAccess":true}`,
		"the tenant is embedded: its API is there from the start",
	},
	{
		"configuration", 18, "turn on", 409, `{"statusCode":409,"error":"Error","message":"Conflict"}`,
		"it is on from the start",
	},
	{
		"configuration", 25, "off when off", 204, "",
		"a 500 for what the caller did is a defect",
	},
	{
		"configuration", 29, "off by DELETE when off", 204, "",
		"a 500 for what the caller did is a defect",
	},
	{
		"import_export", 16, "unknown top-level key", 204, "",
		"a document may hold the tenant's directory too",
	},
	{
		"import_export", 21, "a list of groups with such a group", 200,
		`{"groups":[{"_id":"not-a-guid","name":"Odd","description":"","mappings":[],"members":[]}],"total":1}`,
		"what the API does not know is kept for the export, and shown nowhere else",
	},
	{
		"import_export", 23, "two groups with one name and one id", 400,
		`{"statusCode":400,"error":"ValidationError","message":"<any>","problems":[{"where":"groups[1]","message":"has the _id \"70000000-0000-4000-8000-000000000001\" of groups[0]"}]}`,
		"two groups with one id are refused: nobody can tell them apart. One name for two is accepted",
	},
	{
		"import_export", 24, "the first one is found", 404,
		`{"statusCode":404,"error":"NotFoundError","message":"The record 70000000-0000-4000-8000-000000000001 in groups does not exist."}`,
		"step 23 imported nothing",
	},
	{
		"import_export", 25, "an update of it is refused", 404,
		`{"statusCode":404,"error":"NotFoundError","message":"The record 70000000-0000-4000-8000-000000000001 in groups does not exist."}`,
		"step 23 imported nothing",
	},
	{
		"import_export", 36, "export holds the key", 200,
		`{"rules":[{"a":1}],"applications":[{"b":2}],"configuration":[{"_id":"v1"}]}`,
		"the key is exported to who may also make a new one, with update:configuration; reading the configuration opens nothing",
	},
	{
		"import_export", 37, "so does the configuration", 200, `{"_id":"v1","apikey":"********"}`,
		"the key is told when it is made, and in an export for who could make a new one",
	},
	{
		"import_export", 38, "an export with a key cannot be imported", 204, "",
		"every export can be imported",
	},
}
