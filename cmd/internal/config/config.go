package config

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// Groups of settings, as --help titles them. A flag that belongs to one may
// stand in the environment and in the configuration file.
const (
	DataGroup     = "data"
	LogGroup      = "log"
	ListenGroup   = "listen"
	TenantGroup   = "tenant"
	RemoteGroup   = "remote"
	defaultFolder = "./trellis-data"
)

// File names the configuration file.
type File struct {
	Config string `group:"data" placeholder:"FILE" help:"Read settings from FILE (YAML or JSON; its keys are the names of these flags)."`
}

// Data says where everything is kept.
type Data struct {
	Data     string `group:"data" placeholder:"DIR" help:"Keep the database and the master key in DIR. Default: ./trellis-data, and ./trellis-data/demo with --demo."`
	Database string `group:"data" placeholder:"postgres://…" help:"Keep the data in this PostgreSQL database, and only the master key in the folder."`
	Demo     bool   `group:"data" help:"Work with the sample organisation, which is made when it is missing."`
}

// Dir is the folder of the data.
func (d Data) Dir() string {
	switch {
	case d.Data != "":
		return d.Data
	case d.Demo:
		return DemoDir()
	default:
		return defaultFolder
	}
}

// DemoDir is where the sample organisation is kept unless --data says otherwise.
func DemoDir() string { return filepath.Join(defaultFolder, "demo") }

// Postgres reports whether the data is in PostgreSQL.
func (d Data) Postgres() bool { return d.Database != "" }

// Check says what is wrong with the settings of the data.
func (d Data) Check() error {
	if info, err := os.Stat(d.Dir()); err == nil && !info.IsDir() {
		return fmt.Errorf("--data %s is a file; name a folder", d.Dir())
	}
	if !d.Postgres() {
		return nil
	}
	u, err := url.Parse(d.Database)
	if err != nil { // err would show the password
		return errors.New("--database cannot be read as an address; write postgres://user:password@host:5432/name, and %-escape what is odd in the password")
	}
	if u.Scheme != "postgres" && u.Scheme != "postgresql" {
		return fmt.Errorf("--database must begin with postgres://, and this one begins with %q; SQLite needs only --data", u.Scheme+"://")
	}
	if u.Host == "" && !u.Query().Has("host") {
		return errors.New("--database names no host; write postgres://user:password@host:5432/name")
	}
	return nil
}

// Log says how the log is written.
type Log struct {
	LogFormat string `group:"log" enum:"text,json" default:"text" help:"Write the log as text or json."`
	LogLevel  string `group:"log" enum:"debug,info,warn,error" default:"info" help:"Leave out what is below debug, info, warn or error."`
}

// Tenant says how the embedded tenant behaves.
type Tenant struct {
	NestingCycles  string `group:"tenant" enum:"reject,allow" default:"reject" help:"Refuse a nesting that makes a group contain itself (reject), or take it as the Authorization Extension did (allow)."`
	IndirectGrants string `group:"tenant" enum:"reject,allow" default:"reject" help:"Refuse to give by way of a group or an import what the caller could not give directly (reject), or take it as the Authorization Extension did (allow)."`
	NameLimit      int    `group:"tenant" default:"50" placeholder:"N" help:"Let names of groups, roles and mappings have up to N characters, 50 to 500; those of permissions too, which have 100 anyway."`
	FirstAdmin     string `group:"tenant" placeholder:"EMAIL" help:"Where nobody has an account yet, make the first administrator and print the password once."`
	// CORSOrigin is the origins whose pages may call the Authorization API.
	CORSOrigin []string `group:"tenant" placeholder:"ORIGIN" help:"Let pages of these origins, such as https://intranet.example.com, call the Authorization API. Default: of none."`
}

// AllowCycles reports whether a nesting may close a cycle.
func (t Tenant) AllowCycles() bool { return t.NestingCycles == "allow" }

// AllowIndirectGrants reports whether groups and imports may give what their callers
// could not give directly.
func (t Tenant) AllowIndirectGrants() bool { return t.IndirectGrants == "allow" }

// The bounds of NameLimit: what the Authorization Extension allows, and what an
// import takes.
const (
	leastNameLimit = 50
	mostNameLimit  = 500
)

// Check says what is wrong with the settings of the tenant.
func (t Tenant) Check() error {
	if t.NameLimit < leastNameLimit || t.NameLimit > mostNameLimit {
		return fmt.Errorf("--name-limit %d: names may have between %d and %d characters", t.NameLimit, leastNameLimit, mostNameLimit)
	}
	for _, origin := range t.CORSOrigin {
		if err := checkOrigin(origin); err != nil {
			return err
		}
	}
	if t.FirstAdmin == "" {
		return nil
	}
	if err := CheckEmail(t.FirstAdmin); err != nil {
		return fmt.Errorf("--first-admin: %w", err)
	}
	return nil
}

// checkOrigin says what is wrong with an origin that is not spelled as browsers
// spell it: it would let nobody in.
func checkOrigin(origin string) error {
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || origin != u.Scheme+"://"+strings.ToLower(u.Host) {
		return fmt.Errorf("--cors-origin %q is no origin; write https://host or https://host:port, in small letters and without a path", origin)
	}
	if port := u.Port(); u.Scheme == "https" && port == "443" || u.Scheme == "http" && port == "80" {
		return fmt.Errorf("--cors-origin %q: leave the usual port %s out, as browsers do", origin, port)
	}
	return nil
}

// CheckEmail says what is wrong with an address that people sign in with.
func CheckEmail(email string) error {
	name, host, ok := strings.Cut(email, "@")
	if !ok || name == "" || host == "" || len(email) > 254 || strings.ContainsAny(email, " \t\r\n<>,;\"\\") || strings.Contains(host, "@") {
		return fmt.Errorf("%q is not an e-mail address", email)
	}
	return nil
}
