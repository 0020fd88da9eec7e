package authzapi_test

// guardDeviations is what a token gets no more that could not give the same directly.
// Each step is repeated with the scopes in guardedSteps, and is then answered as
// recorded. --indirect-grants=allow answers all of them as recorded.
var guardDeviations = []deviation{
	{
		"group_roles", 6, "add", 403,
		`{"statusCode":403,"error":"GrantError","message":"You may not give roles to G: that gives the role R2 and another one, and giving roles needs update:roles or update:users."}`,
		"nobody gives by way of a group or an import what they could not give directly",
	},
	{
		"group_roles", 12, "nest H in G", 403,
		`{"statusCode":403,"error":"GrantError","message":"You may not nest groups in G: that gives the role R1 and another one, and giving roles needs update:roles or update:users."}`,
		"nobody gives by way of a group or an import what they could not give directly",
	},
	{
		"import_export", 4, "import replaces all", 403,
		`{"statusCode":403,"error":"GrantError","message":"You may not import this: that gives a membership of G1, and giving memberships needs update:groups."}`,
		"nobody gives by way of a group or an import what they could not give directly",
	},
	{
		"import_export", 26, "a dangling reference is accepted", 403,
		`{"statusCode":403,"error":"GrantError","message":"You may not import this: that gives a membership of A, and giving memberships needs update:groups."}`,
		"nobody gives by way of a group or an import what they could not give directly",
	},
	{
		"roles", 38, "give the role to the group", 403,
		`{"statusCode":403,"error":"GrantError","message":"You may not give roles to G: that gives the role Editor, and giving roles needs update:roles or update:users."}`,
		"nobody gives by way of a group or an import what they could not give directly",
	},
	{
		"users", 51, "role to a group", 403,
		`{"statusCode":403,"error":"GrantError","message":"You may not give roles to G3: that gives the role R2, and giving roles needs update:roles or update:users."}`,
		"nobody gives by way of a group or an import what they could not give directly",
	},
}

// guardedSteps is, by step, the scopes with which the answer is as recorded.
var guardedSteps = map[string]string{
	"group_roles #6 add":                                 "update:roles",
	"group_roles #12 nest H in G":                        "update:roles",
	"import_export #4 import replaces all":               "update:groups update:roles",
	"import_export #26 a dangling reference is accepted": "update:groups update:roles",
	"roles #38 give the role to the group":               "update:roles",
	"users #51 role to a group":                          "update:users",
}
