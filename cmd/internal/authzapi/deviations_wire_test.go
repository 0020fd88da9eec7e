package authzapi_test

// wireDeviations is where this API differs in what it takes for a good request.
var wireDeviations = []deviation{
	{
		"auth", 11, "wrong issuer", 401,
		`{"statusCode":401,"error":"Unauthorized","message":"Invalid credentials","attributes":{"error":"Invalid credentials"}}`,
		"a 500 for what the caller did is a defect",
	},
	{
		"auth", 16, "subject is a user", 200, `{"groups":[],"total":0}`,
		"people may call the API too, with the scopes of their role: the dashboard does",
	},
	{
		"auth", 19, "no expiry", 401,
		`{"statusCode":401,"error":"Unauthorized","message":"Invalid credentials","attributes":{"error":"Invalid credentials"}}`,
		"a token that never ends is not accepted",
	},
	{
		"protocol", 11, "duplicate key: the last one counts", 400,
		`{"statusCode":400,"error":"Bad Request","message":"Invalid request payload JSON format"}`,
		"two readers of such a body can understand two things",
	},
	{
		"protocol", 13, "body over 1 MiB", 400,
		`{"statusCode":400,"error":"ValidationError","message":"<any>","problems":[{"where":"groups[0].name","message":"length must be less than or equal to 500 characters long"}]}`,
		"an import may have 16 MiB; this one has a name of one of them",
	},
	{
		"protocol", 22, "bad percent encoding", 400, `"400 Bad Request"`,
		"the HTTP server itself refuses such a path, in words of its own",
	},
	{
		"protocol", 23, "headers of a list", 200,
		`{"groups":[{"name":"Q","description":"d","_id":"{{q}}","mappings":[],"members":[]},{"name":"F","description":"d","_id":"{{f}}","mappings":[],"members":[]},{"name":"C","description":"d","_id":"{{c}}","mappings":[],"members":[]},{"name":"V","description":"d","_id":"{{v}}","mappings":[],"members":[]}],"total":4}`,
		"step 11 made nothing, and pages of other origins are let in only where --cors-origin names them",
	},
	{
		"protocol", 24, "preflight", 404,
		`{"statusCode":404,"error":"Not Found","message":"Not Found"}`,
		"pages of other origins are let in only where --cors-origin names them",
	},
}
