package main

import (
	"os"
	"testing"
)

const small = `{
  "groups": [{"_id": "g1", "name": "Staff", "description": "Everybody", "members": ["auth0|1"], "nested": ["gone"]}],
  "permissions": [{"_id": "p1", "name": "read:reports", "description": "", "applicationType": "client", "applicationId": "app"}],
  "roles": [{"_id": "r1", "name": "Reader", "description": "", "applicationType": "client", "applicationId": "app", "permissions": ["p1"]}]
}`

func TestWhatIsExportedCanBeImported(t *testing.T) {
	t.Chdir(t.TempDir())
	typed(t, small, "import", "-", "--data", "data").ok(t)
	first := trellis(t, "export", "--data", "data").ok(t)
	if err := os.WriteFile("export.json", []byte(first.out), 0o600); err != nil {
		t.Fatal(err)
	}
	said := trellis(t, "import", "export.json", "--data", "other").ok(t)
	if want := "Imported: groups 1, permissions 1, roles 1.\n"; said.out != want {
		t.Errorf("it says %q, want %q", said.out, want)
	}
	if second := trellis(t, "export", "--data", "other").ok(t); second.out != first.out {
		t.Errorf("exported\n%s\nfrom what was imported from\n%s", second.out, first.out)
	}
}

func TestAnImportIsWholeOrNothing(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"no JSON", "groups", "no JSON document"},
		{"half a document", small[:100], "no JSON document"},
		{"a list", "[]", "no JSON document"},
		{"more than one document", small + small, "something follows"},
		{"nothing to import", `{}`, "holds no groups"},
		{"something else", `{"items": [1]}`, "holds no groups"},
		{"a group without a name", `{"groups": [{"_id": "g2", "name": "", "description": "x"}]}`, "name"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			typed(t, small, "import", "-", "--data", "data").ok(t)
			before := trellis(t, "export", "--data", "data").ok(t)
			typed(t, tt.text, "import", "-", "--data", "data").refused(t, tt.want)
			if after := trellis(t, "export", "--data", "data").ok(t); after.out != before.out {
				t.Errorf("the tenant became\n%s", after.out)
			}
		})
	}
}
