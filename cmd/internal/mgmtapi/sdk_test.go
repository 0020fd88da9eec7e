package mgmtapi_test

import (
	"bytes"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"trellis/cmd/internal/store"
)

// Auth0's own client works against the program itself, behind TLS as it insists
// on, with nothing but another domain.
func TestAuth0sClientWorks(t *testing.T) {
	install(t)
	x := newTenant(t)
	const odd = "auth0|a/b c%2F+é"
	x.change(func(tx *store.Tx) error {
		return tx.PutUser(t.Context(), store.User{UserID: odd, Profile: map[string]any{"name": "Odd"}})
	})
	p := newProgram(t, x.address)
	proxy := p.behindTLS()
	certificate := filepath.Join(t.TempDir(), "server.pem")
	if err := os.WriteFile(certificate, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: proxy.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}

	cmd := exec.CommandContext(t.Context(), "node", "drive.mjs", strings.TrimPrefix(proxy.URL, "https://"), odd, expenses, "read:expenses")
	cmd.Dir = "sdk"
	cmd.Env = append(os.Environ(), "NODE_EXTRA_CA_CERTS="+certificate, "NO_PROXY=127.0.0.1")
	cmd.Stdin = strings.NewReader(p.client)
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s\nthe program says\n%s", err, complaints.String(), p.log)
	}

	var got map[string]any
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatalf("%s: %v", out, err)
	}
	for name, want := range map[string]any{
		"users":       []any{"ad|3", "auth0|1", "auth0|2", odd},
		"found":       []any{odd},
		"updated":     map[string]any{"name": "SDK", "metadata": map[string]any{"b": 2.0}},
		"gone":        map[string]any{"known": true, "status": float64(http.StatusNotFound), "code": "inexistent_user"},
		"password":    false,
		"weak":        map[string]any{"known": true, "status": float64(http.StatusBadRequest), "message": "PasswordStrengthError"},
		"assigned":    []any{"read:expenses"},
		"removed":     []any{},
		"role":        map[string]any{"form": true, "name": "SDK role", "read": "Made here"},
		"renamed":     "SDK role 2",
		"roles":       []any{"SDK role 2"},
		"conflict":    map[string]any{"status": float64(http.StatusConflict), "code": "role_exists"},
		"given":       []any{"read:expenses,Expenses,Read expenses"},
		"holders":     []any{odd, "auth0|2", "ad|3"},
		"byRole":      map[string]any{"names": []any{"read:expenses"}, "effective": []any{"read:expenses,roles"}},
		"byBoth":      map[string]any{"names": []any{"read:expenses"}, "effective": []any{"read:expenses,direct,roles"}},
		"stillByRole": []any{"read:expenses,roles"},
		"sources":     []any{"SDK role 2,direct"}, "effectiveRoles": []any{"SDK role 2,direct"},
		"rolesAfter": []any{}, "rolesAgain": []any{"SDK role 2"}, "nothingLeft": []any{},
		"roleGone":    map[string]any{"known": true, "status": float64(http.StatusNotFound), "message": "The role does not exist."},
		"rbac":        map[string]any{"enforced": true, "dialect": "access_token_authz"},
		"clients":     []any{"Batch", "Expenses", "sdk"},
		"connections": []any{"Users", "corp-ad"},
	} {
		if fmt.Sprint(got[name]) != fmt.Sprint(want) {
			t.Errorf("%s = %v, want %v", name, got[name], want)
		}
	}
}

// install puts the packages of sdk/package-lock.json beside it, unless they are
// there. Without npm the test cannot be run: where it must be, that fails it.
func install(t *testing.T) {
	t.Helper()
	if _, err := os.Stat("sdk/node_modules/auth0/package.json"); err == nil {
		return
	}
	if _, err := exec.LookPath("npm"); err != nil && os.Getenv("CI") == "" {
		t.Skipf("Auth0's client not tried: %v", err)
	}
	cmd := exec.CommandContext(t.Context(), "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	cmd.Dir = "sdk"
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("npm ci: %v\n%s", err, out)
	}
}
