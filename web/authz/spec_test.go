package authz_test

import (
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"trellis/web/authz"
)

// document is the contract, found valid, its examples included.
func document(t testing.TB) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(authz.Spec)
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context(), openapi3.EnableExamplesValidation()); err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestTheContractIsComplete(t *testing.T) {
	doc := document(t)
	if doc.OpenAPI != "3.0.3" {
		t.Errorf("openapi = %q, want 3.0.3", doc.OpenAPI)
	}
	ids := map[string]bool{}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			name := method + " " + path
			if op.Summary == "" || op.Description == "" || op.OperationID == "" || ids[op.OperationID] {
				t.Errorf("%s lacks a summary, a description or an id of its own", name)
			}
			ids[op.OperationID] = true
			if op.Security == nil || len(*op.Security) == 0 || len((*op.Security)[0]["token"]) != 1 {
				t.Errorf("%s does not name its scope", name)
			}
			for _, status := range []string{"400", "401", "403", "500"} {
				if op.Responses.Value(status) == nil {
					t.Errorf("%s does not tell of %s", name, status)
				}
			}
			for _, p := range op.Parameters {
				if p.Value.Description == "" {
					t.Errorf("%s does not describe %s", name, p.Value.Name)
				}
			}
		}
	}
}
