package bulk

import (
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of a list.
const (
	MostLines   = 5000
	longestText = 256 // bytes of an id
)

// ParseList reads a list of e-mails and ids of users: one on each line, or several
// with commas or semicolons between them, or a CSV file whose head names a column
// user_id or email. It says what is wrong with the list as a whole; what is wrong
// with a line stands there.
func ParseList(text string) (lines []Line, problem string) {
	text = strings.TrimPrefix(text, "\ufeff")
	if !utf8.ValidString(text) {
		return nil, "The list is not UTF-8 text. Save it as CSV UTF-8, or paste it."
	}
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	lines, isTable := table(text)
	if !isTable {
		lines = words(text)
	}
	first := map[string]int{}
	for i := range lines {
		l := &lines[i]
		key := strings.ToLower(l.Text)
		if l.Reason = wrong(l.Text); l.Reason != "" {
			l.Verdict = Invalid
		} else if at, twice := first[key]; twice {
			l.Verdict, l.Reason = Duplicate, "The same as line "+strconv.Itoa(at)+"."
		} else {
			first[key] = l.Number
		}
	}
	switch {
	case len(lines) == 0:
		return nil, "Paste at least one email or ID, or choose a file."
	case len(lines) > MostLines:
		return nil, fmt.Sprintf("A list holds at most %d entries; this one has %d. Split it.", MostLines, len(lines))
	}
	return lines, ""
}

// words reads what stands between line ends, commas and semicolons.
func words(text string) (lines []Line) {
	number := 0
	for raw := range strings.SplitSeq(text, "\n") {
		number++
		for word := range strings.FieldsFuncSeq(raw, func(r rune) bool { return r == ',' || r == ';' || r == '\t' }) {
			if word = tidy(word); word != "" {
				lines = append(lines, Line{Number: number, Text: word})
			}
		}
	}
	return lines
}

// columns are the heads of a column to read, the best first.
var columns = []string{"user_id", "id", "email", "e-mail", "mail"}

// table reads text as CSV, if its head names a column that we know.
func table(text string) (lines []Line, ok bool) {
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	if head, _, _ := strings.Cut(text, "\n"); strings.Count(head, ";") > strings.Count(head, ",") {
		r.Comma = ';'
	}
	head, err := r.Read()
	if err != nil {
		return nil, false
	}
	at := -1
	for _, name := range columns {
		at = slices.IndexFunc(head, func(h string) bool { return strings.EqualFold(tidy(h), name) })
		if at >= 0 {
			break
		}
	}
	if at < 0 {
		return nil, false
	}
	for {
		row, err := r.Read()
		if err != nil { // with lazy quotes only the end is one
			return lines, true
		}
		number, _ := r.FieldPos(0)
		if at < len(row) && tidy(row[at]) != "" {
			lines = append(lines, Line{Number: number, Text: tidy(row[at])})
		}
	}
}

// tidy takes off what mail programs and spreadsheets put around an address.
func tidy(word string) string {
	word = strings.Trim(strings.TrimSpace(word), `"`)
	if i := strings.LastIndexByte(word, '<'); i >= 0 && strings.HasSuffix(word, ">") {
		word = word[i+1 : len(word)-1]
	}
	if rest, ok := strings.CutPrefix(word, "'"); ok && rest != "" && strings.ContainsRune("=+-@", rune(rest[0])) {
		word = rest // as our own export guards a cell
	}
	return strings.TrimSpace(word)
}

// wrong is why text can be neither an e-mail nor an id, or empty.
func wrong(text string) string {
	switch {
	case len(text) > longestText:
		return "It is longer than 256 characters."
	case text == "." || text == "..":
		return "No user has such an ID."
	case strings.ContainsFunc(text, unreadable):
		return "It holds characters that cannot be seen."
	case isEmail(text) && strings.ContainsFunc(text, unicode.IsSpace):
		return "An email holds no blanks."
	}
	return ""
}

func unreadable(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar
}

// isEmail reports whether text is meant as an e-mail. An id of a connection can
// hold an @ too, but has a bar before it.
func isEmail(text string) bool {
	return strings.Contains(text, "@") && !strings.Contains(text, "|")
}
