package handlers

import (
	"strings"

	"trellis/views"
)

// prose is a text of a contract in its parts: paragraphs and tables with code and
// strong words among them, which is as much of Markdown as contracts use. A table
// becomes a list: it stands where there is little room.
func prose(text string) []views.Block {
	var out []views.Block
	for _, part := range strings.Split(text, "\n\n") {
		part = strings.TrimSpace(part)
		switch {
		case part == "":
		case strings.HasPrefix(part, "|"):
			out = append(out, views.Block{Items: tableRows(part)})
		default:
			out = append(out, views.Block{Spans: spans(strings.Join(strings.Fields(part), " "))})
		}
	}
	return out
}

// tableRows are the rows of a table below its head, what stands first before a colon.
func tableRows(text string) [][]views.Span {
	var out [][]views.Span
	for line := range strings.Lines(text) {
		line = strings.Trim(strings.TrimSpace(line), "|")
		first, rest, _ := strings.Cut(line, "|")
		if strings.Trim(line, "-| ") == "" {
			out = nil // the rule below the head
			continue
		}
		out = append(out, spans(strings.TrimSpace(first)+": "+strings.TrimSpace(rest)))
	}
	return out
}

// spans are the pieces of a line. A mark without its other half is a sign like any.
func spans(line string) []views.Span {
	var out []views.Span
	add := func(kind, text string) {
		if text != "" {
			out = append(out, views.Span{Kind: kind, Text: text})
		}
	}
	for line != "" {
		at, mark, kind := firstMark(line)
		if at < 0 {
			add("", line)
			break
		}
		inner, rest, _ := strings.Cut(line[at+len(mark):], mark)
		add("", line[:at])
		add(kind, inner)
		line = rest
	}
	return out
}

// firstMark is where in line the first pair of marks begins, and which one.
func firstMark(line string) (at int, mark, kind string) {
	at = -1
	for m, k := range map[string]string{"`": views.Code, "**": views.Strong} {
		i := strings.Index(line, m)
		if i >= 0 && (at < 0 || i < at) && strings.Contains(line[i+len(m):], m) {
			at, mark, kind = i, m, k
		}
	}
	return at, mark, kind
}
