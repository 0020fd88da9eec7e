package handlers

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"

	"trellis/views"
)

// What becomes of a pasted line, in the words of the page.
const (
	toCreate  = "Create"
	exists    = "Exists already"
	duplicate = "Twice in the paste"
	invalid   = "Not valid"
	created   = "Created"
	failed    = "Failed"
	notTried  = "Not tried"
)

const (
	mostPasted         = 500 // lines at once
	longestPermission  = 100 // characters of a name
	longestDescription = 500
)

// pastedLine is one line of a paste.
type pastedLine struct {
	number            int
	name, description string
	verdict, reason   string
}

// pastedLines reads text: on each line a name, blanks, and what the permission is
// for. It says what is wrong with the text as a whole; what is wrong with a line
// stands there.
func pastedLines(text string) ([]pastedLine, string) {
	var lines []pastedLine
	first := map[string]int{}
	for i, raw := range strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		if blank(raw) {
			continue
		}
		l := lineOf(i+1, raw)
		key := strings.ToLower(l.name)
		if at, ok := first[key]; ok && l.verdict == toCreate {
			l.verdict, l.reason = duplicate, "The same name as in line "+strconv.Itoa(at)+"."
		} else if !ok {
			first[key] = l.number
		}
		lines = append(lines, l)
	}
	switch {
	case len(lines) == 0:
		return nil, "Paste at least one line."
	case len(lines) > mostPasted:
		return nil, "Paste at most " + number(mostPasted) + " lines at once; there are " + number(len(lines)) + "."
	}
	return lines, ""
}

// lineOf reads one line, and says what the API would not take of it.
func lineOf(n int, raw string) pastedLine {
	raw = strings.TrimSpace(raw)
	name, description := raw, ""
	if i := strings.IndexFunc(raw, unicode.IsSpace); i >= 0 {
		name, description = raw[:i], strings.TrimSpace(raw[i:])
	}
	l := pastedLine{number: n, name: name, description: description, verdict: toCreate}
	switch {
	case units(name) > longestPermission:
		l.reason = "The name is longer than 100 characters."
	case unseen(name) || unseen(description):
		l.reason = "It holds characters that cannot be seen."
	case blank(description):
		l.reason = "The description is missing: what does it let people do?"
	case units(description) > longestDescription:
		l.reason = "The description is longer than 500 characters."
	}
	if l.reason != "" {
		l.verdict = invalid
	}
	return l
}

// units is how long text is as the API counts: in UTF-16.
func units(text string) int { return len(utf16.Encode([]rune(text))) }

// unseen reports whether text holds what no person can see or type on purpose:
// controls, and marks that turn the direction of writing.
func unseen(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool {
		return unicode.IsControl(r) && r != '\t' || unicode.Is(unicode.Bidi_Control, r) || r == '\u200b' || r == '\ufeff' || r == unicode.ReplacementChar
	})
}

// wordedLines are lines as the page shows them.
func wordedLines(lines []pastedLine) []views.PastedLine {
	kinds := map[string]string{
		toCreate: views.Good, created: views.Good, exists: "", duplicate: views.Warn, invalid: views.Bad, failed: views.Bad, notTried: views.Warn,
	}
	out := make([]views.PastedLine, len(lines))
	for i, l := range lines {
		out[i] = views.PastedLine{
			Number: strconv.Itoa(l.number), Name: l.name, Description: l.description,
			Kind: kinds[l.verdict], Verdict: l.verdict, Reason: l.reason,
		}
	}
	return out
}

// pasteSummary says how many lines come to what.
func pasteSummary(lines []pastedLine) string {
	counts := map[string]int{}
	for _, l := range lines {
		counts[l.verdict]++
	}
	var parts []string
	for _, v := range []struct{ verdict, words string }{
		{created, "created"},
		{toCreate, "to create"},
		{exists, "exist already"},
		{duplicate, "twice in the paste"},
		{invalid, "not valid"},
		{failed, "failed"},
		{notTried, "not tried"},
	} {
		if n := counts[v.verdict]; n > 0 {
			parts = append(parts, number(n)+" "+v.words)
		}
	}
	return strings.Join(parts, ", ")
}
