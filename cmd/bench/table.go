package main

import (
	"cmp"
	"fmt"
	"strings"
	"text/tabwriter"
)

// table is the results of both databases, side by side.
type table struct {
	head      []string // what was measured where
	databases []string
	results   []results // of each database; they have the same lines
}

func (t *table) add(database string, r results) {
	t.databases = append(t.databases, database)
	t.results = append(t.results, r)
}

// rows is the table as text, the first row its titles.
func (t table) rows() [][]string {
	titles := []string{"", "where", "target"}
	for _, name := range t.databases {
		titles = append(titles, name, "p99", "met")
	}
	out := [][]string{titles}
	for i, line := range t.results[0] {
		row := []string{line.what, line.where, cmp.Or(line.target, "–")}
		for _, of := range t.results {
			row = append(row, of[i].value, cmp.Or(of[i].p99, "–"), of[i].verdict())
		}
		out = append(out, row)
	}
	return out
}

// verdict says whether the target was met.
func (r result) verdict() string {
	switch {
	case r.target == "":
		return "–"
	case r.met:
		return "yes"
	default:
		return "MISSED"
	}
}

// text is the table for a terminal.
func (t table) text() string {
	var b strings.Builder
	for _, line := range t.head {
		fmt.Fprintln(&b, line)
	}
	fmt.Fprintln(&b)
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, row := range t.rows() {
		fmt.Fprintln(w, strings.Join(row, "\t"))
	}
	_ = w.Flush() // a Builder takes everything
	return b.String()
}

// markdown is the table for the README to lead to.
func (t table) markdown() string {
	var b strings.Builder
	fmt.Fprint(&b, "# What Trellis takes\n\nMade by `make bench`, which `cmd/bench` describes. Times are the median and the 99th percentile (p99).\n\n")
	for _, line := range t.head {
		fmt.Fprintf(&b, "- %s\n", line)
	}
	fmt.Fprintln(&b)
	for i, row := range t.rows() {
		fmt.Fprintf(&b, "| %s |\n", strings.Join(row, " | "))
		if i == 0 {
			fmt.Fprintf(&b, "|%s\n", strings.Repeat("---|", len(row)))
		}
	}
	return b.String()
}
