package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"trellis/cmd/internal/store"
)

type importCommand struct {
	File    string `arg:"" optional:"" help:"The JSON document of an export, also of the Authorization Extension; - reads standard input."`
	Mode    string `enum:"replace,merge" default:"replace" help:"Replace what is there (replace), or add records and put them in the place of those with their id (merge)."`
	DryRun  bool   `help:"Change nothing, and say what would change."`
	Restore string `placeholder:"ID" help:"Bring back what was there before an import: a snapshot of trellis snapshots, or latest."`
}

// errNothing says that an import would only erase.
var errNothing = errors.New("it holds no groups, no roles and nothing else that could be imported")

// Run makes the tenant what the file says, wholly or not at all.
func (c *importCommand) Run(ctx context.Context, i *invocation) error {
	switch {
	case c.Restore != "" && (c.File != "" || c.DryRun || c.Mode != "replace"):
		return misuse{errors.New("--restore takes neither a file nor --dry-run nor --mode")}
	case c.Restore != "":
		return c.restore(ctx, i)
	case c.File == "":
		return misuse{errors.New("name the file to import, or - for standard input (trellis import --help tells more)")}
	}
	f, err := c.open(i)
	if err != nil {
		return misuse{fmt.Errorf("import: %w", err)}
	}
	defer f.close()
	err = i.with(ctx, func(ctx context.Context, s *store.Store) error {
		o := store.ImportOptions{Merge: c.Mode == "merge", Machines: true}
		if c.DryRun {
			return c.plan(ctx, i, s, f, o)
		}
		var counts map[string]int
		err := s.Update(ctx, func(tx *store.Tx) (err error) {
			counts, err = tx.ImportFrom(ctx, f.source("Checking", "Importing"), o)
			if err == nil && len(counts) == 0 {
				err = errNothing
			}
			return err
		})
		f.done()
		if err != nil {
			return err
		}
		return i.printf("Imported: %s.\n", listed(counts))
	})
	if _, broken := errors.AsType[*store.DocumentError](err); broken || errors.Is(err, errNothing) {
		return misuse{fmt.Errorf("import %s: %w", c.File, err)}
	}
	return err
}

// listed is how many records of each kind, in words.
func listed(counts map[string]int) string {
	var parts []string
	for _, kind := range slices.Sorted(maps.Keys(counts)) {
		parts = append(parts, fmt.Sprintf("%s %d", strings.ReplaceAll(kind, "_", " "), counts[kind]))
	}
	return strings.Join(parts, ", ")
}

func (c *importCommand) restore(ctx context.Context, i *invocation) error {
	var counts map[string]int
	err := i.existing(ctx, func(ctx context.Context, s *store.Store) error {
		return s.Update(ctx, func(tx *store.Tx) (err error) {
			counts, err = tx.Restore(ctx, c.Restore, store.ImportOptions{Machines: true})
			return err
		})
	})
	if _, missing := errors.AsType[*store.NotFoundError](err); missing {
		return fmt.Errorf("there is no snapshot %s; see: trellis snapshots%s", c.Restore, i.flags())
	}
	if err != nil {
		return err
	}
	return i.printf("Restored: %s.\n", listed(counts))
}

// plan prints what an import would do.
func (c *importCommand) plan(ctx context.Context, i *invocation, s *store.Store, f *document, o store.ImportOptions) error {
	var p store.Plan
	err := s.View(ctx, func(tx *store.Tx) (err error) {
		p, err = tx.PlanImport(ctx, f.source("Checking", "Comparing"), o)
		return err
	})
	f.done()
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(i.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\tCREATED\tCHANGED\tDELETED")
	for _, kind := range slices.Compact(slices.Sorted(keysOf(p.Created, p.Changed, p.Deleted))) {
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\n", strings.ReplaceAll(kind, "_", " "), p.Created[kind].Total, p.Changed[kind].Total, p.Deleted[kind].Total)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, part := range []struct {
		title string
		store.Told
	}{{"References that would lead nowhere", p.Unresolved}, {"Warnings", p.Warnings}} {
		if err := i.findings(part.title, part.Told); err != nil {
			return err
		}
	}
	if !p.Valid {
		return &store.DocumentError{Findings: p.Problems.Records, Total: p.Problems.Total}
	}
	return i.printf("Nothing was changed.\n")
}

func keysOf(tallies ...map[string]store.Tally) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for _, t := range tallies {
			for key := range t {
				if !yield(key) {
					return
				}
			}
		}
	}
}

// findings prints what was found, if anything.
func (i *invocation) findings(title string, told store.Told) error {
	if told.Total == 0 {
		return nil
	}
	if err := i.printf("%s: %d\n", title, told.Total); err != nil {
		return err
	}
	for _, f := range told.Records {
		if err := i.printf("  %s: %s\n", f.Where, f.Message); err != nil {
			return err
		}
	}
	if more := told.Total - len(told.Records); more > 0 {
		return i.printf("  and %d more\n", more)
	}
	return nil
}

type exportCommand struct {
	Lines bool `help:"Begin a line with each record, to read or compare. Without it the export is byte for byte what the API gives, and what was imported."`
}

// Run prints what the tenant holds. It is for the owner of the machine, who can
// read every secret of the tenant anyway.
func (c *exportCommand) Run(ctx context.Context, i *invocation) error {
	return i.existing(ctx, func(ctx context.Context, s *store.Store) error {
		return s.View(ctx, func(tx *store.Tx) error {
			w := bufio.NewWriter(i.Out)
			o := store.ExportOptions{Directory: true, Machines: true, Keys: true, Lines: c.Lines, Lost: i.lost}
			if err := tx.ExportTo(ctx, w, o); err != nil {
				return err
			}
			if c.Lines || i.Terminal {
				if _, err := io.WriteString(w, "\n"); err != nil {
					return err
				}
			}
			return w.Flush()
		})
	})
}

// lost says, beside the export, that the key for the policy call is not in it.
func (i *invocation) lost(why error) {
	fmt.Fprintf(i.Err, "The export is without the key for the policy call: %v. The key goes on working here; a new one can be exported.\n", why)
}

type snapshotsCommand struct{}

// Run lists what can be restored.
func (c *snapshotsCommand) Run(ctx context.Context, i *invocation) error {
	return i.existing(ctx, func(ctx context.Context, s *store.Store) error {
		var all []store.Snapshot
		err := s.View(ctx, func(tx *store.Tx) (err error) {
			all, err = tx.Snapshots(ctx)
			return err
		})
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(i.Out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "ID\tTAKEN\tBY\tHELD")
		for _, s := range all {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", s.ID, s.At.Format("2006-01-02 15:04:05"), s.Actor.Subject, listed(s.Counts))
		}
		return w.Flush()
	})
}

// document is the file of an import.
type document struct {
	path     string
	size     int64
	remove   bool
	progress io.Writer // nil: nobody watches
}

// open finds the file. Standard input is kept in a file for as long as it
// takes: an import reads the document more than once.
func (c *importCommand) open(i *invocation) (*document, error) {
	d := &document{path: c.File}
	if i.Terminal {
		d.progress = i.Err
	}
	if c.File != "-" {
		f, err := os.Open(c.File)
		if err != nil {
			return nil, err
		}
		info, err := f.Stat()
		if err := errors.Join(err, f.Close()); err != nil {
			return nil, err
		}
		if info.IsDir() {
			return nil, fmt.Errorf("%s is a folder", c.File)
		}
		d.size = info.Size()
		return d, nil
	}
	f, err := os.CreateTemp("", "trellis-import-*.json")
	if err != nil {
		return nil, fmt.Errorf("keeping standard input: %w", err)
	}
	d.path, d.remove = f.Name(), true
	d.size, err = io.Copy(f, i.In)
	if err := errors.Join(err, f.Close()); err != nil {
		d.close()
		return nil, fmt.Errorf("keeping standard input: %w", err)
	}
	return d, nil
}

func (d *document) close() {
	if d.remove {
		_ = os.Remove(d.path) // the system empties the folder of temporary files
	}
}

// source reads the file from its start each time. steps is what each reading is
// for.
func (d *document) source(steps ...string) store.Source {
	n := 0
	return func() (io.ReadCloser, error) {
		f, err := os.Open(d.path)
		if err != nil {
			return nil, err
		}
		step := steps[min(n, len(steps)-1)]
		n++
		return &watched{File: f, d: d, step: step, told: -1}, nil
	}
}

// done ends the line of the progress.
func (d *document) done() {
	if d.progress != nil {
		fmt.Fprintf(d.progress, "\r%s\r", strings.Repeat(" ", 30))
	}
}

// watched tells how much of a file was read.
type watched struct {
	*os.File
	d    *document
	step string
	read int64
	told int64
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.File.Read(p)
	w.read += int64(n)
	if w.d.progress == nil || w.d.size == 0 {
		return n, err
	}
	if percent := w.read * 100 / w.d.size; percent != w.told {
		w.told = percent
		fmt.Fprintf(w.d.progress, "\r%-10s %3d %%", w.step, percent)
	}
	return n, err
}
