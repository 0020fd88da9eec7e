package handlers

import (
	"fmt"
	"strings"

	"trellis/views"
)

// shownUses is how many uses of a thing a question names.
const shownUses = 20

// uses words links for a question, the first of them.
func uses(kind string, links []views.Link) views.Uses {
	u := views.Uses{Kind: kind, Links: links}
	if more := len(links) - shownUses; more > 0 {
		u.Links, u.More = links[:shownUses], "and "+number(more)+" more"
	}
	return u
}

// outcome is how a change went that is made of several, each of which can fail.
type outcome struct {
	done   int
	failed []string // what failed and why, in words
}

// each does step for each of items. It goes on after a failure: what can be done is
// done, and doing it again leaves that as it is.
func each[T any](items []T, name func(T) string, step func(T) error) outcome {
	var o outcome
	for _, item := range items {
		if err := step(item); err != nil {
			o.failed = append(o.failed, name(item)+" ("+strings.TrimSuffix(messageOf(err), ".")+")")
			continue
		}
		o.done++
	}
	return o
}

// shownFailures is how many failures a message names.
const shownFailures = 5

// problem says what failed, after what was done to how many of noun; empty when
// everything went well.
func (o outcome) problem(done, noun string) string {
	if len(o.failed) == 0 {
		return ""
	}
	named := o.failed[:min(len(o.failed), shownFailures)]
	text := fmt.Sprintf("%s %s of %s. Not: %s", done, number(o.done), count(o.done+len(o.failed), noun), strings.Join(named, ", "))
	if more := len(o.failed) - len(named); more > 0 {
		text += ", and " + number(more) + " more"
	}
	return text + "."
}
