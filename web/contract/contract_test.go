package contract_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"trellis/web/authz"
	"trellis/web/contract"
	"trellis/web/mgmt"
)

// Reading takes a while, so the tests share what was read.
var (
	authorization = sync.OnceValues(func() (contract.Document, error) { return contract.Read(authz.Spec) })
	management    = sync.OnceValues(func() (contract.Document, error) { return contract.Read(mgmt.Spec) })
)

func read(t *testing.T, document func() (contract.Document, error)) contract.Document {
	t.Helper()
	doc, err := document()
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// Whatever operation a contract gets, it is read with what a person has to know.
func TestEveryOperationIsRead(t *testing.T) {
	tests := []struct {
		name     string
		spec     []byte
		document func() (contract.Document, error)
	}{{"authorization", authz.Spec, authorization}, {"management", mgmt.Spec, management}}
	for _, tt := range tests {
		doc, seen := read(t, tt.document), map[string]bool{}
		for _, s := range doc.Sections {
			for _, o := range s.Operations {
				seen[o.Method+" "+o.Path] = true
				complete(t, s, o)
			}
		}
		source, err := openapi3.NewLoader().LoadFromData(tt.spec)
		if err != nil {
			t.Fatal(err)
		}
		for path, item := range source.Paths.Map() {
			for method := range item.Operations() {
				if !seen[method+" "+path] {
					t.Errorf("%s: %s %s is not read", tt.name, method, path)
				}
			}
		}
	}
}

func complete(t *testing.T, s contract.Section, o contract.Operation) {
	t.Helper()
	if o.ID == "" || o.Summary == "" || len(o.Scopes) == 0 || len(o.Answers) == 0 || o.Section != s.Name || s.About == "" {
		t.Errorf("%s %s lacks something: %+v", o.Method, o.Path, o)
	}
	if o.Body != nil && (o.Body.Type == "" || o.Body.Example == "") {
		t.Errorf("%s: the body is %+v", o.ID, o.Body)
	}
	for _, p := range o.Parameters {
		if p.Type == "" || p.About == "" || p.Required && len(p.Example) == 0 {
			t.Errorf("%s: the parameter %s is %+v", o.ID, p.Name, p)
		}
	}
	path := o.Segments(func(name string) string {
		for _, p := range o.Parameters {
			if p.In == "path" && p.Name == name {
				return "x"
			}
		}
		t.Errorf("%s: nothing tells of {%s}", o.ID, name)
		return ""
	})
	if joined := strings.Join(path, "/"); strings.ContainsAny(joined, "{}") || strings.Contains(joined, "//") {
		t.Errorf("%s: the path is %s", o.ID, joined)
	}
}

func operation(t *testing.T, document func() (contract.Document, error), id string) contract.Operation {
	t.Helper()
	o, ok := read(t, document).Operation(id)
	if !ok {
		t.Fatalf("there is no %s", id)
	}
	return o
}

func TestAnOperationInWords(t *testing.T) {
	o := operation(t, authorization, "addNested")
	o.About = ""
	o.Answers = o.Answers[:2]
	want := contract.Operation{
		ID: "addNested", Section: "groups", Method: "PATCH", Path: "/groups/{id}/nested", Summary: "Nest groups in a group",
		Scopes: []string{"update:groups"},
		Parameters: []contract.Parameter{
			{Name: "id", In: "path", About: "The `_id` of the group.", Required: true, Type: "UUID", Example: []string{"3b6e1f0e-9d8c-4a51-9a4e-0f6f2f6d1c11"}},
			o.Parameters[1], // If-Match
		},
		Body: &contract.Body{Type: "list of UUIDs", Limits: "at least 1 entry", Example: "[\n  \"3b6e1f0e-9d8c-4a51-9a4e-0f6f2f6d1c11\"\n]"},
		Answers: []contract.Answer{
			{Status: "204", About: "Done. There is no body."},
			{Status: "400", About: "The request breaks the schema, a rule, or names what does not exist.", Example: o.Answers[1].Example},
		},
	}
	if diff := cmp.Diff(want, o); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestParametersInWords(t *testing.T) {
	tests := []struct {
		document        func() (contract.Document, error)
		operation, name string
		kind, limits    string
		repeated        bool
		joined          bool
		choices         string
	}{
		{authorization, "listGroups", "finding", "string", "one of empty, gone-members, redundant-nesting, missing-references", false, false, "empty gone-members redundant-nesting missing-references"},
		{authorization, "listGroups", "q", "string", "at most 1000 characters", false, false, ""},
		{authorization, "graphOfGroup", "layer", "list of strings", "at most 3 entries, each one of users, roles, permissions", true, false, "users roles permissions"},
		{authorization, "graphOfGroup", "limit", "integer", "1–2000, default 300", false, false, ""},
		{authorization, "getRole", "fields", "list of strings", "at least 1 entry, each one of _id, name, description, applicationType, applicationId, permissions, permission_count, user_count, group_count", false, true, "_id name description applicationType applicationId permissions permission_count user_count group_count"},
		{management, "listUsers", "include_totals", "boolean", "default false", false, false, ""},
	}
	for _, tt := range tests {
		for _, p := range operation(t, tt.document, tt.operation).Parameters {
			if p.Name != tt.name {
				continue
			}
			if p.Type != tt.kind || p.Limits != tt.limits || p.Repeated != tt.repeated || p.Joined != tt.joined || strings.Join(p.Choices, " ") != tt.choices {
				t.Errorf("%s of %s = %+v", tt.name, tt.operation, p)
			}
		}
	}
}

func TestTheMembersOfABody(t *testing.T) {
	var got []string
	for _, f := range operation(t, authorization, "createGroup").Body.Fields {
		got = append(got, f.Name+": "+f.Type+", "+f.Limits)
	}
	for _, want := range []string{"description: string, 1–500 characters", "name: string, 1–50 characters", "metadata: object, at most 50 members", "initial.members: list of strings, each 1–256 characters"} {
		if !strings.Contains(strings.Join(got, "\n")+"\n", want+"\n") {
			t.Errorf("no %q in\n%s", want, strings.Join(got, "\n"))
		}
	}
}

// What answers secrets says so, and a key that serves in place of a token is named.
func TestSecretsAndKeys(t *testing.T) {
	for id, want := range map[string]bool{"exportTenant": true, "rotateAPIKey": true, "listGroups": false} {
		if got := operation(t, authorization, id).Secret; got != want {
			t.Errorf("%s: secret = %t", id, got)
		}
	}
	if o := operation(t, authorization, "policy"); o.Key != "x-api-key" || strings.Join(o.Scopes, " ") != "read:users" {
		t.Errorf("policy asks for %q or %q", o.Scopes, o.Key)
	}
}

func TestDocumentsThatCannotBeRead(t *testing.T) {
	const head = "openapi: 3.0.3\ninfo: {title: T, version: '1'}\n"
	for name, spec := range map[string]string{
		"nonsense":                  "{",
		"a reference leads nowhere": head + "paths: {/a: {get: {responses: {'200': {$ref: '#/components/responses/No'}}}}}",
		"no section":                head + "paths: {/a: {get: {tags: [x], responses: {'200': {description: d}}}}}",
	} {
		if _, err := contract.Read([]byte(spec)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
