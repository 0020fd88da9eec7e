package authz_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"trellis/web/authz"
	"trellis/web/upstream"
)

func TestConfiguration(t *testing.T) {
	on, off := true, false
	client := serve(t,
		exchange{method: "GET", url: "/configuration", etag: `"v1"`, answer: `{"_id":"v1","groupsInToken":true,"apikey":"********"}`},
		exchange{
			method: "PATCH", url: "/configuration", body: `{"rolesInToken":false}`, ifMatch: `"v1"`,
			answer: `{"_id":"v1","groupsInToken":true,"rolesInToken":false,"apikey":"********"}`,
		},
		exchange{method: "GET", url: "/configuration", status: 204},
		exchange{method: "PATCH", url: "/configuration", body: `{"rolesInToken":false}`, ifMatch: `"v1"`, status: 412, answer: `{"statusCode":412,"error":"Precondition Failed","message":"x"}`},
		exchange{method: "PATCH", url: "/configuration/rotate-apikey", answer: `{"hash":"k"}`},
		exchange{method: "GET", url: "/configuration/status", answer: `{"rule":{"exists":true,"enabled":true},"database":{"size":7,"type":"default"}}`},
	)
	got, err := client.Configuration(t.Context())
	want := authz.Configuration{GroupsInToken: &on, APIKey: "********", ETag: `"v1"`}
	if d := cmp.Diff(want, got); d != "" || err != nil {
		t.Errorf("err = %v, configuration (-want +got):\n%s", err, d)
	}
	change := authz.Configuration{RolesInToken: &off, APIKey: got.APIKey}
	updated, err := client.UpdateConfiguration(t.Context(), change, got.ETag)
	if err != nil || updated.RolesInToken == nil || *updated.RolesInToken || !*updated.GroupsInToken {
		t.Errorf("updated = %+v, %v", updated, err)
	}
	if none, err := client.Configuration(t.Context()); err != nil || !cmp.Equal(none, authz.Configuration{}) {
		t.Errorf("nothing set = %+v, %v", none, err)
	}
	if _, err := client.UpdateConfiguration(t.Context(), change, `"v1"`); upstream.StatusOf(err) != 412 {
		t.Errorf("err = %v, want a 412", err)
	}
	if key, err := client.RotateAPIKey(t.Context()); err != nil || key != "k" {
		t.Errorf("key = %q, %v", key, err)
	}
	if status, err := client.Status(t.Context()); err != nil || !status.Rule.Exists || status.Database.Size != 7 {
		t.Errorf("status = %+v, %v", status, err)
	}
}

func TestExportAndImport(t *testing.T) {
	const document = `{"groups":[{"name":"A","_id":"1"}]}`
	client := serve(t,
		exchange{method: "GET", url: "/configuration/export", answer: document},
		exchange{method: "GET", url: "/configuration/export?directory=true", answer: document},
		exchange{
			method: "POST", url: "/configuration/import?dry_run=true&mode=merge", body: document,
			answer: `{"mode":"merge","valid":false,"created":{"groups":{"total":1,"records":[{"id":"1","name":"A"}]}},"changed":{},"deleted":{},
				"unresolved":{"total":0,"records":[]},"problems":{"total":1,"records":[{"where":"groups[0]","message":"m"}]},"warnings":{"total":0,"records":[]}}`,
		},
		exchange{method: "POST", url: "/configuration/import?dry_run=false&mode=replace", body: document, status: 204},
	)
	for _, directory := range []bool{false, true} {
		if got, err := client.Export(t.Context(), directory); err != nil || string(got) != document {
			t.Errorf("exported %s, %v", got, err)
		}
	}
	plan, err := client.PlanImport(t.Context(), json.RawMessage(document), authz.Merge)
	if err != nil || plan.Valid || plan.Created["groups"].Records[0].Name != "A" || plan.Problems.Records[0].Where != "groups[0]" {
		t.Errorf("plan = %+v, %v", plan, err)
	}
	if err := client.Import(t.Context(), json.RawMessage(document), authz.Replace); err != nil {
		t.Error(err)
	}
}

func TestDirectory(t *testing.T) {
	client := serve(t,
		exchange{method: "GET", url: "/applications", answer: `[{"client_id":"a","name":"A","app_type":"spa","callbacks":["https://a/cb"]}]`},
		exchange{method: "GET", url: "/applications/a%2Fb", answer: `{"client_id":"a/b","name":"A","app_type":"non_interactive","callbacks":[]}`},
		exchange{method: "GET", url: "/connections", answer: `[{"id":"c","name":"corp","strategy":"ad"}]`},
		exchange{method: "GET", url: "/configuration/resource-server", answer: `{"apiAccess":true,"token_lifetime":60}`},
		exchange{method: "PATCH", url: "/configuration/resource-server", body: `{"apiAccess":false}`, status: 204},
	)
	if all, err := client.Applications(t.Context()); err != nil || len(all) != 1 || all[0].Callbacks[0] != "https://a/cb" {
		t.Errorf("applications = %+v, %v", all, err)
	}
	if one, err := client.Application(t.Context(), "a/b"); err != nil || one.ClientID != "a/b" {
		t.Errorf("application = %+v, %v", one, err)
	}
	if all, err := client.Connections(t.Context()); err != nil || len(all) != 1 || all[0].Strategy != "ad" {
		t.Errorf("connections = %+v, %v", all, err)
	}
	if access, err := client.ResourceServer(t.Context()); err != nil || access != (authz.ResourceServer{APIAccess: true, TokenLifetime: 60}) {
		t.Errorf("access = %+v, %v", access, err)
	}
	if err := client.UpdateResourceServer(t.Context(), authz.ResourceServer{}, ""); err != nil {
		t.Error(err)
	}
}
