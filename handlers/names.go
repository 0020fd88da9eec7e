package handlers

import (
	"strings"
	"unicode"
)

// named is name as pages show it. The APIs take a name of blanks, and a link or
// a check box of that name could not be seen.
func named(name string) string {
	if blank(name) {
		return "(blank name)"
	}
	return name
}

// blank reports whether nothing of text can be seen.
func blank(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return unicode.IsGraphic(r) && !unicode.IsSpace(r) })
}

// firstSeen is the first of names that is not blank; the last one, if all are.
func firstSeen(names ...string) string {
	for _, name := range names {
		if !blank(name) {
			return name
		}
	}
	return named(names[len(names)-1])
}
