package main

import (
	"fmt"
	"slices"
	"time"
)

// limit is what a measurement must keep. A zero demands nothing.
type limit struct {
	median, p99     time.Duration
	atMost, atLeast float64
}

// result is a line of the table, for one database.
type result struct {
	what, where string
	target      string // in words; empty when there is none
	value, p99  string // the value is the median where there are many
	met         bool
}

type results []result

// addTiming adds what was timed again and again.
func (r *results) addTiming(what, where string, took timing, l limit) {
	out := result{
		what: what, where: where, value: short(took.median()), p99: short(took.p99()),
		met: (l.median == 0 || took.median() < l.median) && (l.p99 == 0 || took.p99() < l.p99),
	}
	if l.median > 0 {
		out.target = "< " + short(l.median)
	}
	if l.p99 > 0 {
		out.target += ", p99 < " + short(l.p99)
	}
	*r = append(*r, out)
}

// addTime adds what was timed once.
func (r *results) addTime(what, where string, took time.Duration, l limit) {
	r.addTiming(what, where, timing{took}, l)
	(*r)[len(*r)-1].p99 = ""
}

// addNumber adds what is no time. form is how it is written.
func (r *results) addNumber(what, where string, value float64, form string, l limit) {
	out := result{what: what, where: where, value: fmt.Sprintf(form, value), met: (l.atMost == 0 || value <= l.atMost) && value >= l.atLeast}
	switch {
	case l.atMost > 0:
		out.target = "≤ " + fmt.Sprintf(form, l.atMost)
	case l.atLeast > 0:
		out.target = "≥ " + fmt.Sprintf(form, l.atLeast)
	}
	*r = append(*r, out)
}

// addMemory adds how many bytes the process had.
func (r *results) addMemory(what string, bytes int64, l limit) {
	l.atMost /= 1 << 20
	r.addNumber(what, "process", float64(bytes)/(1<<20), "%.0f MiB", l)
}

// addFailure adds what could not be measured.
func (r *results) addFailure(what, where string) {
	*r = append(*r, result{what: what, where: where, target: "an answer", value: "failed"})
}

func (r results) has(what, where string) bool {
	return slices.ContainsFunc(r, func(of result) bool { return of.what == what && of.where == where })
}

func sorted(t timing) timing {
	slices.Sort(t)
	return t
}
