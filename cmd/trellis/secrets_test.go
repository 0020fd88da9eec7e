package main

import (
	"net/http"
	"os"
	"strings"
	"testing"
)

const policyKey = "5b1f08c2a94e7d63f0128bce5a7d9461e3f2c8074b9a6d15ee80f37a2c4b91d6"

// withKey is an export with a key for the policy call, as trellis export writes it.
const withKey = `{"configuration":[{"_id":"v1","groupsInToken":true,"apikey":"` + policyKey + `"}],"groups":[{"_id":"g1","name":"Staff","description":"Everybody","members":["auth0|1"]}]}`

// asks is the status of a policy call with key.
func (s serving) asks(key string) int {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, s.base+"/api/users/auth0%7C1/policy/app1", strings.NewReader(`{"connectionName":"c"}`))
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Api-Key", key)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	return res.StatusCode
}

// A tenant moves from one database to another with the key for the policy call,
// which the new one takes at once. On the disk the key is sealed.
func TestTheKeyForThePolicyCallMovesToo(t *testing.T) {
	t.Chdir(t.TempDir())
	if said := typed(t, withKey, "import", "-", "--dry-run", "--data", "data").ok(t); strings.Contains(said.out, policyKey) ||
		!strings.Contains(said.out, "brings a key for the policy call") {
		t.Errorf("the dry run says %s", said.out)
	}
	said := typed(t, withKey, "import", "-", "--data", "data").ok(t)
	first := trellis(t, "export", "--data", "data").ok(t)
	if first.out != withKey || strings.Contains(said.out, policyKey) {
		t.Errorf("imported %q, exported\n%s\nwant\n%s", said.out, first.out, withKey)
	}
	kept, err := os.ReadFile("data/trellis.db")
	if err != nil || strings.Contains(string(kept), policyKey) {
		t.Errorf("the key is in the database in clear, or %v", err)
	}
	if info, err := os.Stat("data/master.key"); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the master key: %v, %v", info, err)
	}

	database := append(onPostgres(t), "--data", "data")
	typed(t, first.out, append([]string{"import", "-"}, database...)...).ok(t)
	if second := trellis(t, append([]string{"export"}, database...)...).ok(t); second.out != first.out {
		t.Errorf("PostgreSQL exports\n%s\nand SQLite\n%s", second.out, first.out)
	}
	for name, flags := range map[string][]string{"sqlite": nil, "postgres": database[:2]} {
		server := serveIn(t, append([]string{"api"}, flags...)...)
		if good, bad := server.asks(policyKey), server.asks(policyKey[1:]); good != http.StatusOK || bad != http.StatusUnauthorized {
			t.Errorf("%s: the policy call with the key %d, with another %d", name, good, bad)
		}
		server.stop()
	}
}

// Without the master key that sealed it, the key is not in an export, which says
// so beside it; and an export makes no master key.
func TestAnExportSaysThatTheKeyIsNotInIt(t *testing.T) {
	t.Chdir(t.TempDir())
	typed(t, withKey, "import", "-", "--data", "data").ok(t)
	if err := os.Remove("data/master.key"); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ master, want string }{
		{"", "without the key for the policy call: master.key is missing in data"},
		{strings.Repeat("5a", 32), "without the key for the policy call: it was sealed with another master key"},
	} {
		if tt.master != "" {
			if err := os.WriteFile("data/master.key", []byte(tt.master), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		got := trellis(t, "export", "--data", "data")
		if got.code != 0 || strings.Contains(got.out, "apikey") || !strings.Contains(got.out, "Staff") || !strings.Contains(got.err, tt.want) {
			t.Errorf("exit code %d, it says %s\n%s\nwant %q", got.code, got.err, got.out, tt.want)
		}
		if _, err := os.Stat("data/master.key"); err == nil && tt.master == "" {
			t.Error("an export made a master key")
		}
	}
}
