package directory

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
)

// kind is what a token of a search is.
type kind int

const (
	end kind = iota
	term
	and
	or
	not
	open
	closed
)

// token is one part of a search.
type token struct {
	kind  kind
	field string   // of a term; "" for none
	parts []string // of a term: its value, cut at the wildcards
}

// scan cuts a search into tokens.
func scan(q string) ([]token, error) {
	var out []token
	s := &scanner{rest: []rune(q)}
	for {
		t, err := s.token()
		if err != nil {
			return nil, err
		}
		if t.kind == end {
			return out, nil
		}
		out = append(out, t)
	}
}

type scanner struct{ rest []rune }

func (s *scanner) token() (token, error) {
	for len(s.rest) > 0 && unicode.IsSpace(s.rest[0]) {
		s.rest = s.rest[1:]
	}
	if len(s.rest) == 0 {
		return token{}, nil
	}
	switch s.rest[0] {
	case '(':
		return s.mark(open, 1), nil
	case ')':
		return s.mark(closed, 1), nil
	case '-', '!':
		return s.mark(not, 1), nil
	}
	return s.term()
}

func (s *scanner) mark(k kind, n int) token {
	s.rest = s.rest[n:]
	return token{kind: k}
}

// operators are words of the search itself, in capital letters.
var operators = map[string]kind{"AND": and, "OR": or, "NOT": not, "&&": and, "||": or}

func (s *scanner) term() (token, error) {
	first, err := s.value(true)
	if err != nil {
		return token{}, err
	}
	if len(s.rest) == 0 || s.rest[0] != ':' || first.quoted || len(first.parts) != 1 {
		if k, ok := operators[first.parts[0]]; ok && first.plain && len(first.parts) == 1 {
			return token{kind: k}, nil
		}
		return token{kind: term, parts: first.parts}, first.check()
	}
	s.rest = s.rest[1:]
	v, err := s.value(false)
	if err != nil {
		return token{}, err
	}
	return token{kind: term, field: first.parts[0], parts: v.parts}, v.check()
}

// scanned is a value as it stands in a search.
type scanned struct {
	parts  []string
	quoted bool
	plain  bool // neither quoted nor escaped
}

// check refuses a value that says nothing.
func (v scanned) check() error {
	if len(v.parts) == 1 && v.parts[0] == "" {
		return errors.New("a value is missing or empty")
	}
	return nil
}

// value reads a quoted text, or a word up to a blank or a bracket. The first of
// a term also ends at a colon.
func (s *scanner) value(first bool) (scanned, error) {
	if len(s.rest) > 0 && s.rest[0] == '"' {
		return s.quoted()
	}
	v := scanned{plain: true}
	var part strings.Builder
	for len(s.rest) > 0 {
		r := s.rest[0]
		if unicode.IsSpace(r) || r == '(' || r == ')' || (first && r == ':') {
			break
		}
		switch {
		case r == '\\':
			if len(s.rest) < 2 {
				return v, errors.New(`there is nothing behind a '\'`)
			}
			s.rest, v.plain = s.rest[1:], false
			part.WriteRune(s.rest[0])
		case r == '*':
			v.parts = append(v.parts, part.String())
			part.Reset()
		case strings.ContainsRune(`"?~^[]{}<>`, r), part.Len() == 0 && len(v.parts) == 0 && strings.ContainsRune(`+/=`, r):
			return v, fmt.Errorf(`'%c' is not part of the syntax here; write '\%c' for the character itself`, r, r)
		default:
			part.WriteRune(r)
		}
		s.rest = s.rest[1:]
	}
	v.parts = append(v.parts, part.String())
	return v, nil
}

func (s *scanner) quoted() (scanned, error) {
	var text strings.Builder
	for i := 1; i < len(s.rest); i++ {
		switch r := s.rest[i]; {
		case r == '"':
			s.rest = s.rest[i+1:]
			return scanned{parts: []string{text.String()}, quoted: true}, nil
		case r == '\\' && i+1 < len(s.rest):
			i++
			text.WriteRune(s.rest[i])
		default:
			text.WriteRune(r)
		}
	}
	return scanned{}, errors.New("a quotation mark is missing")
}
