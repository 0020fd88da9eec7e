package store

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// batch is how many ids one statement names; both databases take far more.
const batch = 500

// writeBatch is how many rows one statement of a list writes. With more of them
// it gives way too seldom, and is hardly faster.
const writeBatch = 100

// places is n placeholders of a statement, the first of them numbered from.
func places(from, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(from + i))
	}
	return b.String()
}

// anys is texts as the arguments of a statement.
func anys(texts []string) []any {
	out := make([]any, len(texts))
	for i, t := range texts {
		out[i] = t
	}
	return out
}

// encode is document as it is stored; nil is an empty one.
func encode(document map[string]any) (string, error) {
	if document == nil {
		return "{}", nil
	}
	b, err := json.Marshal(document)
	if err != nil {
		return "", fmt.Errorf("store: %w", err)
	}
	return string(b), nil
}

// decode is the document stored as text.
func decode(text string) (map[string]any, error) {
	var document map[string]any
	if err := json.Unmarshal([]byte(text), &document); err != nil {
		return nil, fmt.Errorf("store: damaged document: %w", err)
	}
	return document, nil
}

// text is the named text of document; "" when it is missing or no text.
func text(document map[string]any, name string) string {
	s, _ := document[name].(string)
	return s
}
