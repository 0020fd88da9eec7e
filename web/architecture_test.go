package web

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "trellis/"

// mayImport is the dashboard's import graph: each package, and what of ours it
// may use. Whatever is missing may use nothing of ours.
var mayImport = map[string][]string{
	"web": {
		"handlers", "views", "views/urls", "static",
		"web/access", "web/authz", "web/bulk", "web/claims", "web/contract", "web/htmx", "web/login", "web/mgmt", "web/session", "web/upstream",
	},
	"handlers":                {"views", "views/urls", "web/access", "web/authz", "web/bulk", "web/claims", "web/contract", "web/diagram", "web/htmx", "web/mgmt", "web/session", "web/upstream"},
	"views":                   {"views/urls", "static"},
	"web/login":               {"views/urls", "web/session", "web/upstream"},
	"web/session/sessiontest": {"web/session"},
	"web/authz":               {"web/upstream"},
	"web/bulk":                {"web/authz", "web/mgmt", "web/session", "web/upstream"},
	"web/diagram":             {"web/layout"},
	"web/mgmt":                {"web/upstream"},
	"web/upstream":            {"web/session"},
}

// onlyIn is where a module from elsewhere may be used: the fewer the places, the
// less a new version of it can break.
var onlyIn = map[string][]string{
	"github.com/labstack/echo":      {"web", "web/login", "handlers", "cmd/internal/..."},
	"github.com/gorilla/sessions":   {"web/session"},
	"github.com/coreos/go-oidc":     {"web/login"},
	"golang.org/x/oauth2":           {"web/login"},
	"github.com/zitadel/oidc":       {"cmd/..."},
	"github.com/getkin/kin-openapi": {"cmd/...", "web/contract"},
	"modernc.org/sqlite":            {"cmd/..."},
	"github.com/jackc/pgx":          {"cmd/..."},
	"github.com/pressly/goose":      {"cmd/..."},
	"github.com/a-h/templ":          {"views", "handlers", "web"},
}

// sqlInWeb is the one package of the dashboard that may know SQL: it is handed a
// database that cmd has opened.
const sqlInWeb = "web/session"

// imports is what each package of ours imports, tests aside: they may bring a
// driver for a database of their own, or a client to seed with.
func imports(t *testing.T) map[string][]string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-e", "-f", `{{.ImportPath}}{{range .Imports}} {{.}}{{end}}`, module+"...").CombinedOutput()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, out)
	}
	graph := map[string][]string{}
	for line := range strings.Lines(string(out)) {
		if fields := strings.Fields(line); len(fields) > 0 {
			graph[strings.TrimPrefix(fields[0], module)] = fields[1:]
		}
	}
	if len(graph["web"]) == 0 || len(graph["views"]) == 0 {
		t.Fatalf("go list found no packages: %s", out)
	}
	return graph
}

func TestThePartsImportOneWay(t *testing.T) {
	for from, paths := range imports(t) {
		for _, path := range paths {
			to, ours := strings.CutPrefix(path, module)
			switch {
			case !ours || from == "cmd" || strings.HasPrefix(from, "cmd/"):
				continue // cmd wires everything
			case to == "cmd" || strings.HasPrefix(to, "cmd/"):
				t.Errorf("%s imports %s: the dashboard speaks to the tenant over HTTP only", from, to)
			case !slices.Contains(mayImport[from], to):
				t.Errorf("%s imports %s", from, to)
			}
		}
	}
}

// The embedded servers share the dashboard's wire types, its engine and its look,
// and nothing of its inside.
func TestTheTenantKnowsOnlyTheContract(t *testing.T) {
	contract := []string{"web/access", "web/authz", "web/mgmt", "static"}
	for from, paths := range imports(t) {
		for _, path := range paths {
			to, ours := strings.CutPrefix(path, module)
			if !ours || !strings.HasPrefix(from, "cmd/internal/") || strings.HasPrefix(to, "cmd/internal/") {
				continue
			}
			if !slices.Contains(contract, to) {
				t.Errorf("%s imports %s", from, to)
			}
		}
	}
}

func TestModulesStayWhereTheyBelong(t *testing.T) {
	for from, paths := range imports(t) {
		for _, path := range paths {
			for module, places := range onlyIn {
				if within(path, module) && !slices.ContainsFunc(places, func(place string) bool { return isPlace(from, place) }) {
					t.Errorf("%s imports %s", from, path)
				}
			}
			if path == "database/sql" && !within(from, "cmd") && !within(from, sqlInWeb) {
				t.Errorf("%s imports %s", from, path)
			}
		}
	}
}

// isPlace reports whether the package from is place, or below it if that ends in
// "/...".
func isPlace(from, place string) bool {
	root, below := strings.CutSuffix(place, "/...")
	return from == root || below && within(from, root)
}

// within reports whether path is root or below it.
func within(path, root string) bool {
	return path == root || strings.HasPrefix(path, root+"/")
}
