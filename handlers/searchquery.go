package handlers

import (
	"strings"
	"unicode"

	"trellis/views"
)

// Kinds of what a search finds, as its prefixes and sessions spell them.
const (
	groupKind      = "group"
	userKind       = "user"
	roleKind       = "role"
	permissionKind = "permission"
	actionKind     = ">"
)

// searchQuery is what a person typed to look through everything.
type searchQuery struct {
	whole string // as it was typed
	kind  string // to which a prefix narrows it; empty for all
	text  string // to look for
}

// narrowings are the prefixes, with the short and the plural ones people try.
var narrowings = map[string]string{
	"group": groupKind, "groups": groupKind,
	"user": userKind, "users": userKind,
	"role": roleKind, "roles": roleKind,
	"permission": permissionKind, "permissions": permissionKind, "perm": permissionKind,
}

// parseSearch takes typed apart. A word before a colon that names no kind is part
// of the text: permissions are called that way.
func parseSearch(typed string) searchQuery {
	typed = strings.TrimSpace(typed)
	if runes := []rune(typed); len(runes) > longestSearch {
		typed = string(runes[:longestSearch])
	}
	q := searchQuery{whole: typed, text: typed}
	if rest, ok := strings.CutPrefix(typed, actionKind); ok {
		q.kind, q.text = actionKind, strings.TrimSpace(rest)
		return q
	}
	if prefix, rest, ok := strings.Cut(typed, ":"); ok {
		if kind := narrowings[strings.ToLower(strings.TrimSpace(prefix))]; kind != "" {
			q.kind, q.text = kind, strings.TrimSpace(rest)
		}
	}
	return q
}

// wants reports whether q looks for things of kind.
func (q searchQuery) wants(kind string) bool {
	return q.kind == kind || q.kind == "" && q.text != ""
}

// narrowed is q with the prefix of kind instead of its own.
func (q searchQuery) narrowed(kind string) string {
	switch kind {
	case "":
		return q.text
	case actionKind:
		return strings.TrimSpace(actionKind + " " + q.text)
	default:
		return kind + ":" + q.text
	}
}

// How well something matches, the best first.
const (
	sameName = iota
	nameBegins
	wordBegins
	nameHas
	matchesElsewhere
)

// rank is how well names match text; the best of them counts.
func rank(text string, names ...string) int {
	best := matchesElsewhere
	text = strings.ToLower(text)
	for _, name := range names {
		name = strings.ToLower(name)
		switch {
		case name == text:
			return sameName
		case strings.HasPrefix(name, text):
			best = min(best, nameBegins)
		case beginsWord(name, text):
			best = min(best, wordBegins)
		case strings.Contains(name, text):
			best = min(best, nameHas)
		}
	}
	return best
}

// beginsWord reports whether a word of name begins with text.
func beginsWord(name, text string) bool {
	for i := 0; ; i++ {
		next := strings.Index(name[i:], text)
		if next < 0 {
			return false
		}
		i += next
		before := []rune(name[:i])
		if len(before) > 0 && !unicode.IsLetter(before[len(before)-1]) && !unicode.IsDigit(before[len(before)-1]) {
			return true
		}
		if i >= len(name) {
			return false
		}
	}
}

// marked is name in three parts, the second being where text stands in it.
func marked(name, text string) views.Marked {
	at := strings.Index(strings.ToLower(name), strings.ToLower(text))
	if text == "" || at < 0 || len(strings.ToLower(name)) != len(name) || len(strings.ToLower(text)) != len(text) {
		return views.Marked{Before: name} // not there, or letters that change their length
	}
	end := at + len(text)
	return views.Marked{Before: name[:at], Match: name[at:end], After: name[end:]}
}
