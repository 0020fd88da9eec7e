package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"trellis/e2e/chromium"
)

// Targets of what a person feels.
const (
	aClick = 100 * time.Millisecond // on the sample organisation
	aList  = 300 * time.Millisecond // at the 95th percentile, in the large one
)

// felt is how long a person waited for one thing, each time.
type felt struct {
	where, what string
	took        timing
	target      time.Duration
}

// met reports whether the target was met, at the 95th percentile.
func (f felt) met() bool { return f.took.at(0.95) < f.target }

// browsing measures in a browser, from the click to the picture.
type browsing struct {
	experiment
	driver string // the node_modules of the browser tests
}

// run measures the sample organisation, and the large one. What cannot be measured
// comes back as an error beside the rest.
func (b browsing) run(ctx context.Context) (head []string, all []felt, err error) {
	dir, err := os.MkdirTemp("", "trellis-bench")
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	b.say("building the program")
	p, err := build(ctx, dir)
	if err != nil {
		return nil, nil, err
	}
	b.say("making the organisation, unless it is in %s", b.cache)
	file, err := organisation(ctx, p, b.size, b.cache)
	if err != nil {
		return nil, nil, err
	}
	browser, err := chromium.Launch(b.driver)
	if err != nil {
		return nil, nil, fmt.Errorf("starting Chromium: %w", err)
	}
	defer browser.Close()
	head = append(machine(ctx), "Browser: Chromium "+browser.Browser.Version()+", 1440 × 900, on the machine of the program; SQLite",
		fmt.Sprintf("Large: %d groups %d deep, %d users, %d memberships; %d rounds each", b.size.Groups, b.size.Depth, b.size.Users, b.size.Memberships, b.rounds))
	for _, of := range []struct {
		name, file string
		args       []string
		walk       func(*visitor) error
	}{
		{"sample", "", []string{"--demo"}, (*visitor).click},
		{"large", file, nil, (*visitor).look},
	} {
		b.say("the %s organisation", of.name)
		t := tenantInBrowser{browsing: b, program: p, browser: browser, dir: filepath.Join(dir, of.name)}
		found, failed := t.measure(ctx, of.name, of.file, of.args, of.walk)
		all, err = append(all, found...), errors.Join(err, failed)
	}
	return head, all, err
}

// feltTable is what was measured, for a terminal or as Markdown.
func feltTable(head []string, all []felt, markdown bool) string {
	rows := [][]string{{"organisation", "what", "median", "95 %", "slowest", "target at 95 %", "met"}}
	for _, f := range all {
		met := "yes"
		if !f.met() {
			met = "MISSED"
		}
		rows = append(rows, []string{f.where, f.what, short(f.took.median()), short(f.took.at(0.95)), short(f.took.at(1)), "< " + short(f.target), met})
	}
	var b strings.Builder
	if !markdown {
		w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
		for _, row := range rows {
			fmt.Fprintln(w, strings.Join(row, "\t"))
		}
		_ = w.Flush() // a Builder takes everything
		return strings.Join(head, "\n") + "\n\n" + b.String()
	}
	fmt.Fprint(&b, "# What a person waits for\n\nMade by `make bench-browser`, which `cmd/bench` describes: from the click, or from the order to go to an address, to the first picture of what was asked for.\n\n")
	for _, line := range head {
		fmt.Fprintf(&b, "- %s\n", line)
	}
	fmt.Fprintln(&b)
	for i, row := range rows {
		fmt.Fprintf(&b, "| %s |\n", strings.Join(row, " | "))
		if i == 0 {
			fmt.Fprintf(&b, "|%s\n", strings.Repeat("---|", len(row)))
		}
	}
	return b.String()
}

// measureInBrowser is the command with -browser.
func measureInBrowser(ctx context.Context, b browsing, markdown string) error {
	head, all, err := b.run(ctx)
	if len(all) == 0 {
		return err
	}
	_, failed := io.WriteString(os.Stdout, feltTable(head, all, false))
	err = errors.Join(err, failed)
	if markdown != "" {
		err = errors.Join(err, os.WriteFile(markdown, []byte(feltTable(head, all, true)), 0o644)) //nolint:gosec // for everybody to read
	}
	return err
}
