package authzapi_test

import "fmt"

// deviation is a step of a recorded exchange at which this API answers
// otherwise, on purpose.
type deviation struct {
	scenario string
	step     int
	name     string
	status   int
	body     string // JSON, with the names of the transcript; "" is none
	reason   string
}

func (d deviation) key() string { return fmt.Sprintf("%s #%d %s", d.scenario, d.step, d.name) }

// deviations is those about groups, roles and permissions. A step that no row names
// must be answered as recorded.
var deviations = []deviation{
	{
		"groups", 39, "search without a field", 200,
		`{"groups":[{"_id":"{{g1}}","name":"FINANCE 2","description":"Money, again","members":[],"mappings":[]},{"_id":"{{g3}}","name":"Finance ","description":"x","members":[],"mappings":[]}],"total":5}`,
		"a 500 for what the caller did is a defect; q alone searches name and description",
	},
	{
		"groups", 40, "search by an unknown field", 400,
		`{"statusCode":400,"error":"Bad Request","message":"\"field\" must be one of [_id, name, description]","validation":{"source":"query","keys":["field"]}}`,
		"a 500 for what the caller did is a defect",
	},
	{
		"groups", 41, "unknown query parameter", 200, `{"groups":[],"total":5}`,
		"page is an addition; this is the second page of five groups",
	},
	{
		"mappings", 11, "a single object instead of a list", 204, "",
		"the old documentation shows one object, so it is accepted",
	},
	{
		"mappings", 12, "PUT as documented in the seed", 204, "",
		"the old documentation says PUT, so it is accepted",
	},
	{
		"mappings", 13, "PUT with a list", 204, "",
		"PUT does what PATCH does",
	},
	{
		"mappings", 25, "DELETE as documented in the seed", 204, "",
		"the old documentation shows this form, so it is accepted",
	},
	{
		"mappings", 27, "one less", 200,
		`[{"_id":"{{m2}}","groupName":"Staff","connectionName":"google-oauth2 (google-oauth2)"},{"_id":"{{m3}}","groupName":"Staff","connectionName":"google-oauth2 (google-oauth2)"},{"_id":"<uuid>","groupName":"X","connectionName":"corp-ad (ad)"},{"_id":"<uuid>","groupName":"X","connectionName":"corp-ad (ad)"},{"_id":"<uuid>","groupName":"X","connectionName":"corp-ad (ad)"}]`,
		"the three that steps 11 to 13 added are there",
	},
	{
		"mappings", 30, "none left", 200,
		`[{"_id":"<uuid>","groupName":"X","connectionName":"corp-ad (ad)"},{"_id":"<uuid>","groupName":"X","connectionName":"corp-ad (ad)"},{"_id":"<uuid>","groupName":"X","connectionName":"corp-ad (ad)"}]`,
		"the three that steps 11 to 13 added are there",
	},
	{
		"members", 17, "unknown query parameter", 200, `{"total":4,"users":"<any>"}`,
		"q is an addition: a search in name, email and id",
	},
	{
		"members", 30, "removing from it", 204, "",
		"a 500 for what the caller did is a defect",
	},
	{
		"members", 38, "nested members of an unknown group", 404,
		`{"statusCode":404,"error":"NotFoundError","message":"The record 00000000-0000-4000-8000-000000000000 in groups does not exist."}`,
		"a 500 for what the caller did is a defect",
	},
	{
		"nesting", 11, "nest an unknown group is accepted", 400,
		`{"statusCode":400,"error":"ValidationError","message":"These groups do not exist: 00000000-0000-4000-8000-000000000000"}`,
		"a reference to nothing is refused by name",
	},
	{
		"nesting", 13, "but it is stored", 200,
		`{"groups":[{"_id":"{{a}}","name":"Alpha","description":"Alpha","nested":["{{d}}","{{b}}"],"members":[],"mappings":[]},{"_id":"{{b}}","name":"Beta","description":"Beta","members":[],"mappings":[]},{"_id":"{{c}}","name":"Gamma","description":"Gamma","members":[],"mappings":[]},{"_id":"{{d}}","name":"Delta","description":"Delta","members":[],"mappings":[]}],"total":4}`,
		"step 11 stored nothing",
	},
	{
		"nesting", 14, "a cycle is accepted", 409,
		`{"statusCode":409,"error":"Conflict","message":"Nesting would close a cycle: Beta > Alpha > Beta"}`,
		"a cycle is refused with the way round; --nesting-cycles=allow accepts it",
	},
	{
		"nesting", 15, "cycle, other side", 200, `[]`,
		"step 14 stored nothing",
	},
	{
		"nesting", 30, "remove from a group that never had nested groups", 204, "",
		"a 500 for what the caller did is a defect",
	},
	{
		"nesting", 34, "nested of an unknown group", 404,
		`{"statusCode":404,"error":"NotFoundError","message":"The record 00000000-0000-4000-8000-000000000000 in groups does not exist."}`,
		"a 500 for what the caller did is a defect",
	},
	{
		"nesting", 40, "list at the end", 200,
		`{"groups":[{"_id":"{{a}}","name":"Alpha","description":"Alpha","nested":[],"members":[],"mappings":[]},{"_id":"{{b}}","name":"Beta","description":"Beta","members":["auth0|u01"],"mappings":[]}],"total":2}`,
		"step 14 stored nothing",
	},
	{
		"group_roles", 10, "an unknown role is accepted", 400,
		`{"statusCode":400,"error":"ValidationError","message":"These roles do not exist: 00000000-0000-4000-8000-000000000000"}`,
		"a reference to nothing is refused by name",
	},
	{
		"group_roles", 14, "nested roles of H come from G", 200,
		`[{"role":{"_id":"{{r1}}","name":"R1","description":"r","applicationType":"client","applicationId":"app1","permissions":["{{p}}"]},"group":{"_id":"{{g}}","name":"G","description":"g","roles":["{{r2}}","{{r1}}"],"nested":["{{h}}"]}},{"role":{"_id":"{{r2}}","name":"R2","description":"r","applicationType":"client","applicationId":"app2","permissions":[]},"group":{"_id":"{{g}}","name":"G","description":"g","roles":["{{r2}}","{{r1}}"],"nested":["{{h}}"]}}]`,
		"step 10 stored nothing",
	},
	{
		"group_roles", 15, "nested roles of G are its own", 200,
		`[{"role":{"_id":"{{r1}}","name":"R1","description":"r","applicationType":"client","applicationId":"app1","permissions":["{{p}}"]},"group":{"_id":"{{g}}","name":"G","description":"g","roles":["{{r2}}","{{r1}}"],"nested":["{{h}}"]}},{"role":{"_id":"{{r2}}","name":"R2","description":"r","applicationType":"client","applicationId":"app2","permissions":[]},"group":{"_id":"{{g}}","name":"G","description":"g","roles":["{{r2}}","{{r1}}"],"nested":["{{h}}"]}}]`,
		"step 10 stored nothing",
	},
	{
		"group_roles", 24, "remove from a group that never had roles", 204, "",
		"a 500 for what the caller did is a defect",
	},
	{
		"group_roles", 29, "nested roles of an unknown group", 404,
		`{"statusCode":404,"error":"NotFoundError","message":"The record 00000000-0000-4000-8000-000000000000 in groups does not exist."}`,
		"a 500 for what the caller did is a defect",
	},
	{
		"permissions", 36, "search without a field", 200, `{"permissions":"<any>","total":5}`,
		"a 500 for what the caller did is a defect; q alone searches name and description",
	},
	{
		"permissions", 37, "unknown query parameter", 200, `{"permissions":"<any>","total":5}`,
		"per_page is an addition",
	},
}
