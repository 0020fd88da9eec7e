package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"github.com/alecthomas/kong"

	"trellis/cmd/internal/config"
	"trellis/cmd/internal/openid"
	"trellis/cmd/internal/server"
)

// process is what the system gives a command, and a test in its place.
type process struct {
	Args, Environ []string
	In            io.Reader
	Out, Err      io.Writer
	Terminal      bool // a person reads Out and types In
}

// grammar is the command line.
type grammar struct {
	config.File
	config.Data
	config.Log

	Serve   serveCommand `cmd:"" default:"withargs" help:"Serve the dashboard, and the embedded tenant unless a remote one is named. This is what trellis does without a command."`
	API     apiCommand   `cmd:"" name:"api" help:"Serve the embedded tenant without the dashboard."`
	Account struct {
		Add    accountAdd    `cmd:"" help:"Let somebody sign in to the embedded tenant."`
		List   accountList   `cmd:"" help:"List who may sign in."`
		Passwd accountPasswd `cmd:"" help:"Give somebody another password, and end their sign-ins."`
		Remove accountRemove `cmd:"" help:"Let somebody sign in no more."`
	} `cmd:"" help:"Manage who may sign in to the embedded tenant."`
	Client struct {
		Add    clientAdd    `cmd:"" help:"Let a machine ask for tokens of its own."`
		List   clientList   `cmd:"" help:"List the machine clients."`
		Remove clientRemove `cmd:"" help:"Let a machine ask for tokens no more."`
	} `cmd:"" help:"Manage the machine clients of the embedded tenant."`
	Import    importCommand    `cmd:"" help:"Replace groups, roles and permissions by those of an export, or merge them."`
	Export    exportCommand    `cmd:"" help:"Print the tenant as JSON."`
	Snapshots snapshotsCommand `cmd:"" help:"List what was there before each import, for import --restore."`
	DemoData  demoDataCommand  `cmd:"" name:"demo-data" help:"Fill an empty tenant with a generated organisation of any size, to measure with."`
	Key       struct {
		Rotate keyRotate `cmd:"" help:"Put a new master key in front of the old ones, for the next start. Nobody is signed out."`
		Forget keyForget `cmd:"" help:"Forget the old master keys, 12 hours or more after the server started with the new one."`
	} `cmd:"" help:"Replace the master key, which seals sessions and signing keys."`
	Migrate migrateCommand `cmd:"" help:"Bring the database to the schema of this Trellis, as serve does by itself."`
	Version versionCommand `cmd:"" help:"Print the version."`
}

const description = `Manage groups, nested groups, roles, permissions and user assignments.

Try it, with a sample organisation:

    trellis serve --demo

Run it:

    trellis serve --first-admin ada@example.com
    trellis serve --listen :8080 --base-url https://trellis.example.com

Let a script in, while the server runs:

    trellis client add nightly-sync --scope read:users --scope update:users

Every setting, here and in serve --help, can also be a variable (--base-url is TRELLIS_BASE_URL) or a line of the file that --config names (base-url: https://…). A flag counts before a variable, and a variable before the file.`

// groups titles the settings in --help.
var groups = kong.ExplicitGroups([]kong.Group{
	{Key: config.DataGroup, Title: "Where things are kept:"},
	{Key: config.LogGroup, Title: "The log, on standard error:"},
	{Key: config.ListenGroup, Title: "Where Trellis answers:"},
	{Key: config.TenantGroup, Title: "The embedded tenant:"},
	{Key: config.RemoteGroup, Title: "A tenant elsewhere, in place of the embedded one:"},
})

// The exit codes.
const (
	exitFailed = 1
	exitMisuse = 2
)

// misuse is an error of whoever typed the command or wrote the configuration.
type misuse struct{ error }

func (m misuse) Unwrap() error { return m.error }

// run is the whole program: it does what p asks for and returns the exit code.
func run(ctx context.Context, p process) int {
	err := execute(ctx, p)
	if err == nil {
		return 0
	}
	for line := range strings.Lines(err.Error()) {
		fmt.Fprintln(p.Err, "trellis:", strings.TrimSpace(line))
	}
	if _, ok := errors.AsType[misuse](err); ok {
		return exitMisuse
	}
	return exitFailed
}

func execute(ctx context.Context, p process) error {
	var g grammar
	sources := config.NewSources(p.Environ)
	helped := false
	parser, err := kong.New(&g,
		kong.Name("trellis"), kong.Description(description), groups,
		kong.Writers(p.Out, p.Err), kong.Exit(func(int) { helped = true }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}), kong.ValueFormatter(withVariable),
		kong.Resolvers(sources), kong.Bind(sources), kong.BindTo(ctx, (*context.Context)(nil)),
	)
	if err != nil {
		return err
	}
	command, err := parser.Parse(p.Args)
	if helped {
		return nil
	}
	if err != nil {
		return misuse{plain(err)}
	}
	if err := noSecretFlags(command); err != nil {
		return misuse{err}
	}
	log := logger(p.Err, g.Log)
	slog.SetDefault(slog.New(openid.LibraryLog(log.Handler())))
	return command.Run(&invocation{process: p, Data: g.Data, Log: log})
}

// BeforeResolve reads the environment and the configuration file, once it is
// known which file that is.
func (g *grammar) BeforeResolve(c *kong.Context, sources *config.Sources) error {
	path := ""
	for _, given := range c.Path {
		if given.Flag != nil && given.Flag.Name == config.FileFlag {
			path, _ = c.FlagValue(given.Flag).(string)
		}
	}
	return sources.Load(path, c.Model)
}

// noSecretFlags refuses a secret on the command line, where everybody on the
// machine can read it.
func noSecretFlags(c *kong.Context) error {
	for _, given := range c.Path {
		if given.Flag == nil || given.Resolved {
			continue
		}
		if _, secret := given.Flag.Target.Interface().(config.Secret); secret {
			return fmt.Errorf("--%s would show in the list of processes; use --%s-file or %s", given.Flag.Name, given.Flag.Name, config.Variable(given.Flag.Name))
		}
	}
	return nil
}

// withVariable ends the help of a setting with its name in the environment.
func withVariable(v *kong.Value) string {
	if v.Flag == nil || v.Flag.Group == nil {
		return v.Help
	}
	return v.Help + " [" + config.Variable(v.Name) + "]"
}

// plain makes one line of an error of the parser.
func plain(err error) error {
	if parse, ok := errors.AsType[*kong.ParseError](err); ok {
		err = parse.Unwrap()
	}
	return fmt.Errorf("%w (trellis --help tells more)", err)
}

func logger(w io.Writer, cfg config.Log) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(cfg.LogLevel)) // the parser has checked it
	options := &slog.HandlerOptions{Level: level}
	var handler slog.Handler = slog.NewTextHandler(w, options)
	if cfg.LogFormat == "json" {
		handler = slog.NewJSONHandler(w, options)
	}
	return slog.New(server.Traced(handler))
}
