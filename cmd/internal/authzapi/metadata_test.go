package authzapi_test

import (
	"fmt"
	"strings"
	"testing"
)

func TestMetadataOfGroups(t *testing.T) {
	each(t, func(t *testing.T, tn *tenant) {
		tn.load(t, company())
		path := "/groups/" + finance
		const what = `"name":"Finance","description":"d"`
		for _, step := range []struct {
			what, method, path, body, want string
		}{
			{"none", "GET", path, "", `{"_id":"` + finance + `",` + what + `}`},
			{"set", "PUT", path, `{` + what + `,"metadata":{"tier":2,"cost":"4711 <&>","live":true}}`, `"metadata":{"cost":"4711 <&>","live":true,"tier":2}`},
			{"read", "GET", path, "", `{"_id":"` + finance + `",` + what + `,"metadata":{"cost":"4711 <&>","live":true,"tier":2}}`},
			{"of all", "GET", "/groups?fields=metadata", "", `{"groups":[{},{"metadata":{"cost":"4711 <&>","live":true,"tier":2}}],"total":2}`},
			{"expanded", "GET", path + "?expand=true", "", `"metadata":{"cost":"4711 <&>","live":true,"tier":2}`},
			{"left out", "PUT", path, `{"name":"Finance","description":"other"}`, `"metadata":{"cost":"4711 <&>","live":true,"tier":2}`},
			{"changed in part", "PATCH", path, `{"metadata":{"tier":3,"live":null,"new":"x"}}`, `"metadata":{"cost":"4711 <&>","new":"x","tier":3}`},
			{"the rest stayed", "GET", path + "?fields=description", "", `{"description":"other"}`},
			{"only the description", "PATCH", path, `{"description":"d"}`, `"description":"d","members":["auth0|1"],"metadata":{"cost":"4711 <&>","new":"x","tier":3}`},
			{"asked for with the policy", "POST", "/users/auth0%7C1/policy/app1?metadata=true", `{"connectionName":"c"}`, `{"groups":["All staff","Finance"],"roles":["Reader"],"permissions":["read"],"metadata":{"Finance":{"cost":"4711 <&>","new":"x","tier":3}}}`},
			{"not asked for", "POST", "/users/auth0%7C1/policy/app1", `{"connectionName":"c"}`, `{"groups":["All staff","Finance"],"roles":["Reader"],"permissions":["read"]}`},
			{"none to tell of", "POST", "/users/nobody/policy/app1?metadata=true", `{"connectionName":"c"}`, `{"groups":[],"roles":[],"permissions":[],"metadata":{}}`},
			{"exported", "GET", "/configuration/export", "", `"metadata":{"cost":"4711 <&>","new":"x","tier":3}}`},
			{"taken away", "PUT", path, `{` + what + `,"metadata":{}}`, `{"_id":"` + finance + `",` + what + `,"members":["auth0|1"]}`},
			{"gone", "GET", path, "", `{"_id":"` + finance + `",` + what + `}`},
		} {
			got := tn.send(t, step.method, step.path, step.body)
			whole := strings.HasPrefix(step.want, "{")
			if got.status != 200 || whole && got.body != step.want || !strings.Contains(got.body, step.want) {
				t.Errorf("%s: %d %s\nwant %s", step.what, got.status, got.body, step.want)
			}
		}
	})
}

func TestMetadataThatIsTurnedDown(t *testing.T) {
	tn := onSQLite(t)
	id := tn.newGroup(t, "Team")
	many, large := "{", "{"
	for i := range 51 {
		many += fmt.Sprintf(`"%d":0,`, i)
	}
	for i := range 20 {
		large += fmt.Sprintf(`"%d":"%s",`, i, strings.Repeat("x", 1000))
	}
	const values = "must be a string, a number or a boolean"
	for _, tt := range []struct{ metadata, key, message string }{
		{`[]`, "metadata", `\"metadata\" must be of type object`},
		{`null`, "metadata", `\"metadata\" must be of type object`},
		{`"x"`, "metadata", `\"metadata\" must be of type object`},
		{`{"a":null}`, "metadata.a", `\"metadata.a\" ` + values},
		{`{"a":[1]}`, "metadata.a", `\"metadata.a\" ` + values},
		{`{"a":{"b":1}}`, "metadata.a", `\"metadata.a\" ` + values},
		{`{"a":"` + strings.Repeat("x", 1001) + `"}`, "metadata.a", `\"metadata.a\" length must be less than or equal to 1000 characters long`},
		{`{"a":"\u0007"}`, "metadata.a", `\"metadata.a\" must not contain control characters`},
		{`{"":1}`, "metadata", `\"metadata\" must not have an empty key`},
		{`{"` + strings.Repeat("k", 101) + `":1}`, "metadata." + strings.Repeat("k", 101), `must have a key of at most 100 characters`},
		{`{"a\u202e":1}`, "metadata.a\u202e", `must not have a key with control or invisible characters`},
		{strings.TrimSuffix(many, ",") + "}", "metadata", `\"metadata\" must have less than or equal to 50 keys`},
		{strings.TrimSuffix(large, ",") + "}", "metadata", `\"metadata\" must be at most 16384 bytes long`},
	} {
		got := tn.send(t, "PUT", "/groups/"+id, `{"name":"Team","description":"d","metadata":`+tt.metadata+`}`)
		if got.status != 400 || !strings.Contains(got.body, tt.message) || !strings.Contains(got.body, `"keys":["`+tt.key+`"]`) {
			t.Errorf("%.60s: %d %s", tt.metadata, got.status, got.body)
		}
	}
	for _, body := range []string{`{}`, `{"metadata":null}`, `{"members":[]}`, `{"name":""}`, `{"name":null}`} {
		if got := tn.send(t, "PATCH", "/groups/"+id, body); got.status != 400 {
			t.Errorf("PATCH %s: %d %s", body, got.status, got.body)
		}
	}
	if got := tn.send(t, "PATCH", "/groups/"+someID, `{"name":"x"}`); got.status != 404 {
		t.Errorf("an unknown group: %d %s", got.status, got.body)
	}
}
