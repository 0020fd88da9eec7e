package directory

import (
	"errors"
	"fmt"
	"strings"

	"trellis/cmd/internal/store"
)

// Limits of a search, so that a short text cannot become much work.
const (
	maxTerms   = 50
	maxNesting = 10
)

// fields is what can be searched by name.
var fields = map[string]store.UserField{
	"user_id":               store.UserID,
	"email":                 store.UserEmail,
	"name":                  store.UserName,
	"nickname":              store.UserNickname,
	"identities.connection": store.UserConnection,
	"email.domain":          store.UserEmail, // and what stands behind the @
}

var (
	errNothing = errors.New("the search says nothing, or an operator has nothing beside it")
	errTooLong = fmt.Errorf("the search has more than %d terms, or nests deeper than %d", maxTerms, maxNesting)
)

// Search reads q, which is in the syntax that the Management API's document
// (web/mgmt/openapi.yaml) tells of. An empty one is nil: everybody.
func Search(q string) (store.UserMatch, error) {
	if strings.TrimSpace(q) == "" {
		return nil, nil
	}
	tokens, err := scan(q)
	if err != nil {
		return nil, err
	}
	p := &parser{tokens: tokens}
	m, err := p.any(0)
	if err != nil {
		return nil, err
	}
	if len(p.tokens) > 0 {
		return nil, errors.New("there is a ')' too many")
	}
	return m, nil
}

// parser turns tokens into a condition: any of all of single ones.
type parser struct {
	tokens []token
	terms  int
}

func (p *parser) any(depth int) (store.UserMatch, error) {
	if depth > maxNesting {
		return nil, errTooLong
	}
	var out store.Any
	for {
		m, err := p.all(depth)
		if err != nil {
			return nil, err
		}
		out = append(out, m)
		if !p.take(or) {
			break
		}
	}
	if len(out) == 1 {
		return out[0], nil
	}
	return out, nil
}

func (p *parser) all(depth int) (store.UserMatch, error) {
	var out store.All
	for {
		m, err := p.one(depth)
		if err != nil {
			return nil, err
		}
		out = append(out, m)
		if !p.take(and) && (p.next() == end || p.next() == or || p.next() == closed) {
			break
		}
	}
	if len(out) == 1 {
		return out[0], nil
	}
	return out, nil
}

func (p *parser) one(depth int) (store.UserMatch, error) {
	switch {
	case p.take(not):
		if depth > maxNesting {
			return nil, errTooLong
		}
		m, err := p.one(depth + 1)
		return store.Not{Match: m}, err
	case p.take(open):
		m, err := p.any(depth + 1)
		if err == nil && !p.take(closed) {
			err = errors.New("a ')' is missing")
		}
		return m, err
	case p.next() == term:
		if p.terms++; p.terms > maxTerms {
			return nil, errTooLong
		}
		t := p.tokens[0]
		p.tokens = p.tokens[1:]
		return t.match()
	}
	return nil, errNothing
}

func (p *parser) next() kind {
	if len(p.tokens) == 0 {
		return end
	}
	return p.tokens[0].kind
}

func (p *parser) take(k kind) bool {
	if p.next() != k {
		return false
	}
	p.tokens = p.tokens[1:]
	return true
}

// match is the condition of a term.
func (t token) match() (store.UserMatch, error) {
	if t.field == "" {
		return anywhere(t.parts), nil
	}
	field, ok := fields[t.field]
	if !ok {
		return nil, fmt.Errorf("users cannot be searched by %s", t.field)
	}
	if t.lone() {
		return store.Not{Match: store.Match{Field: field, Parts: []string{""}}}, nil
	}
	if t.field == "email.domain" {
		return store.Match{Field: field, Parts: append([]string{"", "@" + t.parts[0]}, t.parts[1:]...)}, nil
	}
	return store.Match{Field: field, Parts: t.parts}, nil
}

// lone reports a value that is nothing but a wildcard: any value will do.
func (t token) lone() bool { return len(t.parts) == 2 && t.parts[0] == "" && t.parts[1] == "" }

// anywhere finds a word within what is known of a user or, with a wildcard, as
// a whole value of it.
func anywhere(parts []string) store.UserMatch {
	if len(parts) == 1 {
		return store.Match{Field: store.UserAnything, Parts: []string{"", parts[0], ""}}
	}
	var out store.Any
	for _, field := range []store.UserField{store.UserName, store.UserEmail, store.UserNickname, store.UserID} {
		out = append(out, store.Match{Field: field, Parts: parts})
	}
	return out
}
