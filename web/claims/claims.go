package claims

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"unicode/utf8"
)

// MaxSize is how many bytes a paste may have.
const MaxSize = 64 << 10

// Kind is what was pasted.
type Kind uint8

// The kinds of pastes.
const (
	List   Kind = iota // names of groups
	Claims             // JSON
	Token              // a signed token
)

// Claim is a claim that may hold groups. Its name leads through the objects that it
// is in: "realm_access.roles".
type Claim struct {
	Name   string
	Values []string // in their order
	Other  int      // how many values are no texts
}

// Pasted is what was found in a paste.
type Pasted struct {
	Kind   Kind
	Names  []string // of a List
	Found  []Claim  // of Claims and a Token, those that are named like groups first
	Likely int      // how many of Found are named like groups
	Absent bool     // the token says that its groups are elsewhere, as they are too many
}

// What can be wrong with a paste.
var (
	ErrSize      = errors.New("claims: more than 64 KiB")
	ErrEncoding  = errors.New("claims: not UTF-8")
	ErrJSON      = errors.New("claims: broken JSON")
	ErrNoClaims  = errors.New("claims: JSON, but neither an object nor a list of texts")
	ErrToken     = errors.New("claims: a token whose payload cannot be read")
	ErrEncrypted = errors.New("claims: an encrypted token")
)

// Read is what text holds.
func Read(text string) (Pasted, error) {
	switch {
	case len(text) > MaxSize:
		return Pasted{}, ErrSize
	case !utf8.ValidString(text):
		return Pasted{}, ErrEncoding
	}
	text = strings.TrimSpace(strings.TrimPrefix(text, "\ufeff"))
	if strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") {
		return readJSON(text)
	}
	if token, ok := tokenIn(text); ok {
		return readToken(token)
	}
	return Pasted{Names: names(text)}, nil
}

// tokenIn is the token that text is, as a header or a variable may have it.
func tokenIn(text string) (string, bool) {
	if len(text) > len("Bearer ") && strings.EqualFold(text[:len("Bearer ")], "Bearer ") {
		text = text[len("Bearer "):]
	}
	text = strings.Trim(text, "\"' \t\r\n")
	// Every header begins with {", which base64 writes so.
	return text, strings.HasPrefix(text, "eyJ") && strings.Count(text, ".") >= 2
}

// readToken is the claims of a token in compact form. A signed one has three parts,
// an encrypted one five.
func readToken(token string) (Pasted, error) {
	parts := strings.Split(strings.Join(strings.Fields(token), ""), ".")
	if len(parts) == 5 {
		return Pasted{}, ErrEncrypted
	}
	if len(parts) != 3 {
		return Pasted{}, ErrToken
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	if err != nil || !utf8.Valid(payload) || !strings.HasPrefix(strings.TrimSpace(string(payload)), "{") {
		return Pasted{}, ErrToken
	}
	out, err := readJSON(string(payload))
	if err != nil {
		return Pasted{}, ErrToken
	}
	out.Kind = Token
	return out, nil
}

// readJSON is the claims of an object, or the names of a list.
func readJSON(text string) (Pasted, error) {
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		return Pasted{}, ErrJSON
	}
	switch value := value.(type) {
	case map[string]any:
		return claimsOf(value), nil
	case []any:
		texts, other := textsOf(value)
		if other > 0 {
			return Pasted{}, ErrNoClaims
		}
		return Pasted{Names: texts}, nil
	}
	return Pasted{}, ErrNoClaims
}

// names is the names in text: one a line. A single line may hold several with commas
// between them, unless it is a distinguished name, which has commas of its own.
func names(text string) []string {
	separator := "\n"
	if !strings.ContainsAny(text, "\n=") {
		separator = ","
	}
	var out []string
	for part := range strings.SplitSeq(text, separator) {
		part = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(part), ","))
		if len(part) > 2 && (part[0] == '"' || part[0] == '\'') && part[len(part)-1] == part[0] {
			part = part[1 : len(part)-1]
		}
		if part != "" {
			out = append(out, part)
		}
	}
	return out
}
