package main

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// remote is a remote tenant that nothing is wrong with.
func remote(but ...string) []string {
	return append([]string{
		"serve", "--issuer", "https://t.example/", "--authorization-url", "https://a.example/api",
		"--management-url", "https://t.example/api/v2", "--client-id", "dash",
	}, but...)
}

// Whoever configures Trellis wrongly gets a line that says what is wrong, and
// finds nothing written.
func TestMisuse(t *testing.T) {
	secret := []string{"TRELLIS_CLIENT_SECRET=hush-hush"}
	tests := []struct {
		name    string
		args    []string
		environ []string
		file    string // trellis.yaml
		want    string
	}{
		{name: "unknown flag", args: []string{"--lisen", ":1"}, want: `unknown flag --lisen, did you mean "--listen"?`},
		{name: "unknown command", args: []string{"server"}, want: "unexpected argument server"},
		{name: "unknown variable", environ: []string{"TRELLIS_BASEURL=x"}, want: `TRELLIS_BASEURL, and there is no such setting; did you mean "TRELLIS_BASE_URL"?`},
		{name: "variable of a flag that is no setting", environ: []string{"TRELLIS_JSON=1"}, want: "TRELLIS_JSON, and there is no such setting"},
		{name: "unknown key", file: "base_url: http://localhost", want: `no setting "base_url"; did you mean "base-url"?`},
		{name: "key that nothing is like", file: "frobnicate: 1", want: `no setting "frobnicate"`},
		{name: "key of the file itself", file: "config: other.yaml", want: `no setting "config"`},
		{name: "list for a value", file: "listen: [a, b]", want: `"listen" must be a single value`},
		{name: "key without a value", file: "listen:", want: `"listen" must be a single value`},
		{name: "same key twice", file: "demo: true\ndemo: false", want: `"demo" already defined`},
		{name: "file that is no YAML", file: "{", want: "--config trellis.yaml: yaml:"},
		{name: "file that holds a list", file: "- a", want: "--config trellis.yaml: yaml:"},
		{name: "no such file", args: []string{"--config", "gone.yaml"}, want: "--config: open gone.yaml"},
		{name: "no such file in the environment", environ: []string{"TRELLIS_CONFIG=gone.yaml"}, want: "--config: open gone.yaml"},
		{name: "secret on the command line", args: remote("--client-secret", "hush-hush"), want: "--client-secret would show in the list of processes"},

		{name: "no port", args: []string{"--listen", "localhost"}, want: `--listen "localhost" is not HOST:PORT`},
		{name: "port that is no number", args: []string{"--listen", "localhost:http"}, want: "port must be a number"},
		{name: "port too great", args: []string{"--listen", ":65536"}, want: "port must be a number"},
		{name: "open to the network without a name", args: []string{"--listen", "192.0.2.1:80"}, want: "--base-url must say"},
		{name: "base URL without a scheme", args: []string{"--base-url", "trellis.example.com"}, want: "must begin with https://"},
		{name: "base URL of another scheme", args: []string{"--base-url", "ftp://localhost"}, want: "must begin with https://"},
		{name: "base URL without a host", args: []string{"--base-url", "https://:443"}, want: "names no host"},
		{name: "base URL with a path", args: []string{"--base-url", "https://example.com/trellis"}, want: `leave "/trellis" out`},
		{name: "base URL with a query", args: []string{"--base-url", "https://example.com?x"}, want: "must not have a ?"},
		{name: "base URL with a password", args: []string{"--base-url", "https://a:b@example.com"}, want: "must not hold a name or a password"},
		{name: "base URL that is no address", args: []string{"--base-url", "http://[::1"}, want: "cannot be read as an address"},
		{name: "base URL in the clear", args: []string{"--base-url", "http://trellis.example.com"}, want: "would send passwords in the clear"},
		{name: "proxy that is no address", args: []string{"--trusted-proxies", "proxy.example.com"}, want: `"proxy.example.com" is neither an address nor a range`},
		{name: "all the world a proxy", environ: []string{"TRELLIS_TRUSTED_PROXIES=10.0.0.0/8,0.0.0.0/0"}, want: `"0.0.0.0/0" would trust everybody`},
		{name: "origin with a path", args: []string{"--cors-origin", "https://a.example.com/"}, want: `--cors-origin "https://a.example.com/" is no origin`},
		{name: "every origin", args: []string{"--cors-origin", "*"}, want: `--cors-origin "*" is no origin`},
		{name: "origin with the usual port", args: []string{"--cors-origin", "https://a.example.com:443"}, want: "leave the usual port 443 out"},
		{name: "names shorter than ever", args: []string{"--name-limit", "49"}, want: "--name-limit 49: names may have between 50 and 500 characters"},
		{name: "names of any length", environ: []string{"TRELLIS_NAME_LIMIT=501"}, want: "between 50 and 500"},
		{name: "names of a length that is no number", args: []string{"--name-limit", "long"}, want: "--name-limit"},
		{name: "import of no file", args: []string{"import"}, want: "name the file to import"},
		{name: "restoring a file", args: []string{"import", "x.json", "--restore", "latest"}, want: "--restore takes neither a file"},
		{name: "import in no mode", args: []string{"import", "x.json", "--mode", "add"}, want: "--mode must be one of"},
		{name: "first administrator without an address", args: []string{"--first-admin", "ada"}, want: `"ada" is not an e-mail address`},
		{name: "nesting", args: []string{"--nesting-cycles", "maybe"}, want: "--nesting-cycles must be one of"},
		{name: "indirect grants", args: []string{"--indirect-grants", "maybe"}, want: "--indirect-grants must be one of"},
		{name: "nesting in the file", file: "nesting-cycles: maybe", want: "--nesting-cycles must be one of"},
		{name: "log format", environ: []string{"TRELLIS_LOG_FORMAT=xml"}, want: "--log-format must be one of"},
		{name: "log level", args: []string{"--log-level", "loud"}, want: "--log-level must be one of"},
		{name: "switch that is no switch", environ: []string{"TRELLIS_DEMO=perhaps"}, want: "--demo"},

		{name: "another database", args: []string{"--database", "mysql://u:hush-hush@h/d"}, want: "must begin with postgres://"},
		{name: "database without a host", args: []string{"--database", "postgres:///d"}, want: "names no host"},
		{name: "database that is no address", args: []string{"--database", "postgres://u:hush-hush%@h/d"}, want: "cannot be read as an address"},

		{name: "remote tenant with an issuer alone", args: []string{"--issuer", "https://t.example/"}, want: "needs --authorization-url, --management-url, --client-id as well"},
		{name: "remote tenant that is this server", args: remote("--base-url", "https://T.example:443", "--listen", "127.0.0.1:0"), environ: secret, want: `--issuer "https://t.example/" is the address of this Trellis itself`},
		{name: "remote tenant without a secret", args: remote(), want: "needs --client-secret-file or TRELLIS_CLIENT_SECRET"},
		{name: "secret given twice", args: remote("--client-secret-file", "s"), environ: secret, want: "given twice"},
		{name: "no such secret file", args: remote("--client-secret-file", "gone"), want: "--client-secret-file: open gone"},
		{name: "empty secret file", args: remote("--client-secret-file", os.DevNull), want: "is empty"},
		{name: "secret alone", environ: secret, want: "needs --issuer"},
		{name: "remote tenant in the clear", args: remote("--issuer", "http://t.example/"), environ: secret, want: "would send tokens in the clear"},
		{name: "API that is no address", args: remote("--management-url", "t.example/api/v2"), environ: secret, want: `--management-url "t.example/api/v2" must begin with https://`},
		{name: "remote tenant with the sample organisation", args: remote("--demo"), environ: secret, want: "--demo and --first-admin are about the embedded tenant"},

		{name: "unknown role", args: []string{"account", "add", "ada@example.com", "--role", "king"}, want: "--role must be one of"},
		{name: "account without a role", args: []string{"account", "add", "ada@example.com"}, want: "missing flags: --role"},
		{name: "account without an address", args: []string{"account", "add", "ada", "--role", "auditor"}, want: `"ada" is not an e-mail address`},
		{name: "client without scopes", args: []string{"client", "add", "ci"}, want: "--scope for each scope or with --all-scopes"},
		{name: "client with an unknown scope", args: []string{"client", "add", "ci", "--scope", "read:everything"}, want: `there is no scope "read:everything"`},
		{name: "client with some scopes and all", args: []string{"client", "add", "ci", "--scope", "read:users", "--all-scopes"}, want: "can't be used together"},
		{name: "list where there is no tenant", args: []string{"account", "list"}, want: "there is no tenant in ./trellis-data"},
		{name: "export where there is no tenant", args: []string{"export", "--data", "elsewhere"}, want: "there is no tenant in elsewhere"},
		{name: "import of nothing", args: []string{"import", "gone.json"}, want: "import: open gone.json"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			if tt.file != "" {
				if err := os.WriteFile("trellis.yaml", []byte(tt.file), 0o600); err != nil {
					t.Fatal(err)
				}
				tt.args = append(tt.args, "--config", "trellis.yaml")
			}
			got := started(t, tt.environ, "", tt.args...)
			if got.code != exitMisuse {
				t.Errorf("exit code %d, want %d", got.code, exitMisuse)
			}
			if !strings.Contains(got.err, tt.want) || strings.Count(got.err, "\n") != 1 || !strings.HasPrefix(got.err, "trellis: ") {
				t.Errorf("it complains %q, want one line with %q", got.err, tt.want)
			}
			if strings.Contains(got.err, "hush-hush") {
				t.Errorf("it shows the secret: %s", got.err)
			}
			if left, _ := filepath.Glob("*"); len(left) > 1 || len(left) == 1 && left[0] != "trellis.yaml" {
				t.Errorf("it wrote %v", left)
			}
		})
	}
}

func TestAllThatIsWrongIsToldAtOnce(t *testing.T) {
	t.Chdir(t.TempDir())
	got := trellis(t, "--listen", "x", "--first-admin", "y", "--issuer", "z")
	for _, want := range []string{"--listen", "--first-admin", "--issuer"} {
		if !strings.Contains(got.err, "trellis: "+want) {
			t.Errorf("nothing about %s in %q", want, got.err)
		}
	}
}

func TestAPortInUseIsNamedAndNothingIsWritten(t *testing.T) {
	t.Chdir(t.TempDir())
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	trellis(t, "--listen", l.Addr().String()).refused(t, "cannot listen on "+l.Addr().String())
	if left, _ := filepath.Glob("*"); len(left) > 0 {
		t.Errorf("it wrote %v", left)
	}
}

func TestAFileWhereTheFolderShouldBe(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("data", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	trellis(t, "--data", "data", "--listen", "127.0.0.1:0").refused(t, "--data data is a file")
	trellis(t, "account", "list", "--data", "data").refused(t, "data")
}

func TestAMasterKeyThatOthersReadIsRefused(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.Mkdir("data", 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("data/master.key", []byte(strings.Repeat("0", 64)), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod("data/master.key", 0o644); err != nil {
		t.Fatal(err)
	}
	trellis(t, "--data", "data", "--listen", "127.0.0.1:0").refused(t, "chmod 600")
}

// A new key would not open what the lost one sealed, and would hide that.
func TestALostMasterKeyIsNotMadeAnew(t *testing.T) {
	t.Chdir(t.TempDir())
	serveIn(t, "--demo").stop()
	if err := os.Remove("data/master.key"); err != nil {
		t.Fatal(err)
	}
	got := trellis(t, "--demo", "--data", "data", "--listen", "127.0.0.1:0")
	got.refused(t, "master.key is missing in data: put it back from the backup")
	if got.out != "" || strings.Count(got.err, "\n") != 1 {
		t.Errorf("it also says %q and %q", got.out, got.err)
	}
	if _, err := os.Stat("data/master.key"); err == nil {
		t.Error("it made another master key")
	}
}

func TestADatabaseThatIsNotThereLeavesNothing(t *testing.T) {
	t.Chdir(t.TempDir())
	got := trellis(t, "--listen", "127.0.0.1:0", "--database", "postgres://u:hush-hush@127.0.0.1:1/d")
	got.refused(t, "cannot connect to PostgreSQL at 127.0.0.1:1 (connect: connection refused); start it, or correct --database")
	if strings.Count(got.err, "\n") != 1 {
		t.Errorf("it complains in several lines: %s", got.err)
	}
	if strings.Contains(got.err, "hush-hush") {
		t.Errorf("it shows the password: %s", got.err)
	}
	if left, _ := filepath.Glob("*"); len(left) > 0 {
		t.Errorf("it wrote %v", left)
	}
}

func TestAFlagCountsBeforeAVariableBeforeTheFile(t *testing.T) {
	tests := []struct {
		name    string
		args    []string
		environ []string
		file    string
		want    string // the folder that export misses
	}{
		{name: "built in", want: "./trellis-data"},
		{name: "file", file: "data: from-file", want: "from-file"},
		{name: "file in JSON", file: `{"data": "from-json"}`, want: "from-json"},
		{name: "value that looks like a number", file: "data: 0123", want: "0123"},
		{name: "variable before file", environ: []string{"TRELLIS_DATA=from-env"}, file: "data: from-file", want: "from-env"},
		{name: "empty variable is none", environ: []string{"TRELLIS_DATA="}, file: "data: from-file", want: "from-file"},
		{name: "flag before variable", args: []string{"--data", "from-flag"}, environ: []string{"TRELLIS_DATA=from-env"}, file: "data: from-file", want: "from-flag"},
		{name: "demo", args: []string{"--demo"}, want: "trellis-data/demo"},
		{name: "demo in the file", file: "demo: true", want: "trellis-data/demo"},
		{name: "settings of another command do no harm", file: "data: from-file\nlisten: 127.0.0.1:0", want: "from-file"},
		{name: "variables of other programs do no harm", environ: []string{"TRELLISES=1", "HOME=/"}, want: "./trellis-data"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			args := append([]string{"export"}, tt.args...)
			if tt.file != "" {
				if err := os.WriteFile("f", []byte(tt.file), 0o600); err != nil {
					t.Fatal(err)
				}
				tt.environ = append(tt.environ, "TRELLIS_CONFIG=f")
			}
			started(t, tt.environ, "", args...).refused(t, "no tenant in "+tt.want+":")
		})
	}
}
