package handlers

import (
	"errors"
	"slices"
	"strings"

	"trellis/web/claims"
)

const (
	mostSent     = 1000 // names of groups that are tried at once
	longestSent  = 1000 // characters of one
	unsignedNote = "The signature of the token was not checked."
)

// reading is what was read of a paste.
type reading struct {
	names   []string
	claims  []claims.Claim // to choose from; none of a list
	claim   string         // the one that is used
	notes   []string       // how it was read
	problem string         // why it cannot be tried; empty when it can
}

// readPasted reads text. Of several claims the one called claim is used, or the
// likeliest.
func readPasted(text, claim string) reading {
	p, err := claims.Read(text)
	if err != nil {
		return reading{problem: unreadable(err)}
	}
	out := reading{names: p.Names, claims: p.Found}
	if p.Kind != claims.List {
		out.use(p, claim)
	}
	if p.Kind == claims.Token {
		out.notes = append(out.notes, unsignedNote)
	}
	out.names = unrepeated(out.names)
	if out.problem == "" {
		out.problem = untried(out.names)
	}
	return out
}

// use takes the names of the claim called wanted, or of the one that is named most
// like groups.
func (r *reading) use(p claims.Pasted, wanted string) {
	at := slices.IndexFunc(p.Found, func(c claims.Claim) bool { return c.Name == wanted })
	if at < 0 && p.Likely > 0 {
		at = 0
	}
	switch {
	case at >= 0:
		used := p.Found[at]
		r.claim, r.names = used.Name, used.Values
		r.notes = append(r.notes, "The names are those of the claim "+used.Name+".")
		if used.Other > 0 {
			r.notes = append(r.notes, count(used.Other, "value")+" of it are no text and were passed over.")
		}
	case p.Absent:
		r.problem = "The token leaves its groups out because they are too many. Ask the provider for them, and paste the list."
	case len(p.Found) == 0:
		r.problem = "No claim here holds a list of names. Paste the groups themselves, one a line."
	default:
		r.problem = "No claim is named like groups. Choose below the one that holds them."
	}
}

// unreadable words why a paste cannot be read.
func unreadable(err error) string {
	for _, known := range []struct {
		err   error
		words string
	}{
		{claims.ErrSize, "Paste at most 64 KiB."},
		{claims.ErrEncoding, "This is no text: it is not UTF-8."},
		{claims.ErrJSON, "This begins like JSON and cannot be read to its end. Paste all of it, or only the groups, one a line."},
		{claims.ErrNoClaims, "This JSON holds neither claims nor a list of names."},
		{claims.ErrToken, "This looks like a token, and its payload cannot be read. Paste all three parts of it, or its claims as JSON."},
		{claims.ErrEncrypted, "This token is encrypted: its claims cannot be read without the key. Paste its claims as JSON."},
	} {
		if errors.Is(err, known.err) {
			return known.words
		}
	}
	return "This cannot be read."
}

// untried words why names cannot be tried, or is empty.
func untried(names []string) string {
	switch {
	case len(names) > mostSent:
		return "Try at most " + number(mostSent) + " names at once; there are " + number(len(names)) + "."
	case slices.ContainsFunc(names, func(name string) bool { return units(name) > longestSent }):
		return "A name may have at most " + number(longestSent) + " characters."
	case slices.ContainsFunc(names, func(name string) bool { return strings.ContainsRune(name, 0) }):
		return "A name holds a character that cannot be part of one."
	}
	return ""
}

// unrepeated is names, each once.
func unrepeated(names []string) []string {
	seen := map[string]bool{}
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		known := seen[name]
		seen[name] = true
		return known
	})
}
