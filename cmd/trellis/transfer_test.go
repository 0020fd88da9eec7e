package main

import (
	"os"
	"path/filepath"
	"strings"
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

// extension is an export of the Authorization Extension, as its API answers it.
const extension = `{"configuration":[{"_id":"v1","groupsInToken":true,"persistRoles":false,"apikey":"5b1f08c2a94e7d63f0128bce5a7d9461e3f2c8074b9a6d15ee80f37a2c4b91d6"}],` +
	`"groups":[{"name":"Staff","description":"Söldner & <all>","_id":"d5c0a1be-4a0e-4a53-a1a1-1d1de9f5c001","mappings":[],"members":["auth0|1"]},{"_id":"d5c0a1be-4a0e-4a53-a1a1-1d1de9f5c002","name":"staff","description":""}],` +
	`"roles":[],"permissions":[],"applications":[{"b":[2,{"c":1.50}]}],"rules":[]}`

func TestAnExportOfTheExtensionComesOutAsItWentIn(t *testing.T) {
	t.Chdir(t.TempDir())
	typed(t, extension, "import", "-", "--data", "data").ok(t)
	if got := trellis(t, "export", "--data", "data").ok(t); got.out != extension {
		t.Errorf("exported\n%s\nfrom what was imported from\n%s", got.out, extension)
	}
	lines := trellis(t, "export", "--lines", "--data", "data").ok(t).out
	if n := strings.Count(lines, "\n"); n != 18 || strings.ReplaceAll(lines, "\n", "") != extension {
		t.Errorf("%d lines of\n%s", n, lines)
	}
}

func TestAnImportIsWholeOrNothing(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"no JSON", "groups", "no JSON document"},
		{"half a document", small[:100], "no JSON document"},
		{"a list", "[]", "must be an object"},
		{"more than one document", small + small, "something follows"},
		{"nothing to import", `{}`, "holds no groups"},
		{"something else", `{"items": [1]}`, "items: is not allowed"},
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

// What an import would do is told, with every reference that leads nowhere.
func TestAnImportCanBeTried(t *testing.T) {
	t.Chdir(t.TempDir())
	typed(t, small, "import", "-", "--data", "data").ok(t)
	before := trellis(t, "export", "--data", "data").ok(t)
	said := typed(t, `{"groups": [{"_id": "g1", "name": "Staff", "description": "All"}, {"_id": "g2", "name": "New", "roles": ["gone"]}]}`,
		"import", "-", "--dry-run", "--data", "data").ok(t)
	for _, want := range []string{
		"CREATED  CHANGED  DELETED", "groups       1        1        0", "permissions  0        0        1",
		"References that would lead nowhere: 1\n  groups[1].roles[0]: gone does not exist\n", "Nothing was changed.\n",
	} {
		if !strings.Contains(said.out, want) {
			t.Errorf("%q is not in:\n%s", want, said.out)
		}
	}
	typed(t, `{"groups": [{"_id": "g1", "name": ""}]}`, "import", "-", "--dry-run", "--data", "data").refused(t, "groups[0]: has no name")
	if after := trellis(t, "export", "--data", "data").ok(t); after.out != before.out {
		t.Errorf("the tenant became\n%s", after.out)
	}
}

func TestAnImportCanBeTakenBack(t *testing.T) {
	t.Chdir(t.TempDir())
	typed(t, small, "import", "-", "--data", "data").ok(t)
	before := trellis(t, "export", "--data", "data").ok(t)
	typed(t, `{"groups": [{"_id": "g9", "name": "Only"}]}`, "import", "-", "--data", "data").ok(t)
	listed := trellis(t, "snapshots", "--data", "data").ok(t)
	lines := strings.Split(strings.TrimSpace(listed.out), "\n")
	if len(lines) != 2 || !strings.Contains(lines[1], "groups 1, permissions 1, roles 1") {
		t.Fatalf("the snapshots are:\n%s", listed.out)
	}
	id, _, _ := strings.Cut(lines[1], " ")
	trellis(t, "import", "--restore", "other", "--data", "data").refused(t, "there is no snapshot other; see: trellis snapshots --data data")
	if said := trellis(t, "import", "--restore", id, "--data", "data").ok(t); said.out != "Restored: groups 1, permissions 1, roles 1.\n" {
		t.Errorf("it says %q", said.out)
	}
	if after := trellis(t, "export", "--data", "data").ok(t); after.out != before.out {
		t.Errorf("the tenant became\n%s", after.out)
	}
}

func TestAnImportCanMerge(t *testing.T) {
	t.Chdir(t.TempDir())
	typed(t, small, "import", "-", "--data", "data").ok(t)
	typed(t, `{"groups": [{"_id": "g2", "name": "More"}]}`, "import", "-", "--mode", "merge", "--data", "data").ok(t)
	if got := trellis(t, "export", "--data", "data").ok(t); !strings.Contains(got.out, "Staff") || !strings.Contains(got.out, "More") {
		t.Errorf("the tenant became\n%s", got.out)
	}
}

// A tenant moves to another database whole, machine clients included.
func TestATenantMovesToPostgreSQL(t *testing.T) {
	fixture, err := filepath.Abs("testdata/fixture.json")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	trellis(t, "import", fixture, "--data", "data").ok(t)
	typed(t, small, "import", "-", "--data", "data").ok(t)
	trellis(t, "client", "add", "ci", "--scope", "read:groups", "--data", "data").ok(t)
	first := trellis(t, "export", "--data", "data").ok(t)
	database := append(onPostgres(t), "--data", "other")
	typed(t, first.out, append([]string{"import", "-"}, database...)...).ok(t)
	if second := trellis(t, append([]string{"export"}, database...)...).ok(t); second.out != first.out {
		t.Errorf("exported\n%s\nwant\n%s", second.out, first.out)
	}
}

func TestAPersonSeesHowFarItIs(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("small.json", []byte(small), 0o600); err != nil {
		t.Fatal(err)
	}
	var errs strings.Builder
	p := discarding("import", "small.json", "--data", "data")
	p.Terminal, p.Err = true, &errs
	if code := run(t.Context(), p); code != 0 {
		t.Fatalf("exit code %d, %s", code, errs.String())
	}
	for _, want := range []string{"\rChecking   100 %", "\rImporting  100 %"} {
		if !strings.Contains(errs.String(), want) {
			t.Errorf("%q is not in %q", want, errs.String())
		}
	}
}
