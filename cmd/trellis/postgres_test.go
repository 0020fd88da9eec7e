package main

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"trellis/cmd/internal/store/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// onPostgres is the flags of an empty database.
func onPostgres(t *testing.T) []string {
	t.Helper()
	return []string{"--database", pgtest.Database(t)}
}

// Several servers share a database and a master key: what one lets in, the
// others know.
func TestSeveralServersOnPostgreSQL(t *testing.T) {
	t.Chdir(t.TempDir())
	database := onPostgres(t)
	one := serveIn(t, append(database, "--demo")...)
	address := freeAddress(t)
	other := serveIn(t, append(database, "--demo", "--base-url", one.base, "--listen", address)...)
	if other.base != one.base {
		t.Fatalf("the second server is ready at %s, want %s", other.base, one.base)
	}
	other.base = "http://" + address

	added := trellis(t, append([]string{"client", "add", "ci", "--all-scopes", "--json", "--data", "data"}, database...)...).ok(t)
	m := one.machineOf(added.out)
	user, permission := m.somebody()
	elsewhere := machine{s: other, token: m.token}
	if held := elsewhere.permissions(user); len(held) == 0 || held[0] != permission {
		t.Errorf("the second server says that %s holds %v, the first %v", user, held, permission)
	}
	elsewhere.call(http.MethodDelete, "/api/v2/users/"+url.PathEscape(user)+"/permissions", map[string]any{"permissions": m.permissions(user)}, nil)
	if held := m.permissions(user); len(held) != 0 {
		t.Errorf("the first server says that %s still holds %v", user, held)
	}

	// Whoever signs in at one is signed in at the other, and signed out at both.
	ada := one.person()
	ada.open("/")
	ada.press("Ada")
	besideHer := *ada
	besideHer.client = &http.Client{Jar: ada.client.Jar, Transport: &http.Transport{
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, address)
		},
	}}
	if besideHer.open("/groups"); besideHer.at.Path != "/groups" || besideHer.status != http.StatusOK {
		t.Errorf("the second server shows Ada %s, %d", besideHer.at, besideHer.status)
	}
	besideHer.press("Sign out")
	if ada.open("/groups"); ada.at.Path == "/groups" {
		t.Error("the first server does not know that Ada has signed out")
	}
	besideHer.client.CloseIdleConnections()
	one.stop()
	other.stop()
	if left, err := os.ReadDir("data"); err != nil || len(left) != 1 || left[0].Name() != "master.key" {
		t.Errorf("the folder holds %v, %v; want the master key alone", left, err)
	}
}

// freeAddress is an address that nobody listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func TestADatabaseThatPostgreSQLDoesNotHaveIsNamed(t *testing.T) {
	t.Chdir(t.TempDir())
	database := onPostgres(t)
	u, err := url.Parse(database[1])
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/gone"
	got := trellis(t, "account", "list", database[0], u.String())
	got.refused(t, `refuses the connection (database "gone" does not exist); correct --database`)
	if strings.Count(got.err, "\n") != 1 {
		t.Errorf("it complains in several lines: %s", got.err)
	}
}

func TestTheCommandLineOnPostgreSQL(t *testing.T) {
	t.Chdir(t.TempDir())
	database := onPostgres(t)
	typed(t, small, append([]string{"import", "-"}, database...)...).ok(t)
	first := trellis(t, append([]string{"export"}, database...)...).ok(t)
	typed(t, small, "import", "-", "--data", "data").ok(t)
	if second := trellis(t, "export", "--data", "data").ok(t); second.out != first.out {
		t.Errorf("PostgreSQL exports\n%s\nand SQLite\n%s", first.out, second.out)
	}
	trellis(t, append([]string{"account", "add", "ada@example.com", "--role", "auditor"}, database...)...).ok(t)
	if got := trellis(t, append([]string{"account", "list"}, database...)...).ok(t); !strings.Contains(got.out, "ada@example.com") {
		t.Errorf("the list is\n%s", got.out)
	}
	if _, err := os.Stat("trellis-data"); err == nil {
		t.Error("it made a folder for SQLite")
	}
}
