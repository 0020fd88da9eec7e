package mgmt

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"trellis/web/upstream"
)

// User is one user of the tenant. Times are in RFC 3339, and empty for what
// has not happened yet.
type User struct {
	UserID        string         `json:"user_id"`
	Email         string         `json:"email,omitempty"`
	EmailVerified bool           `json:"email_verified,omitempty"`
	Username      string         `json:"username,omitempty"`
	Name          string         `json:"name,omitempty"`
	Nickname      string         `json:"nickname,omitempty"`
	GivenName     string         `json:"given_name,omitempty"`
	FamilyName    string         `json:"family_name,omitempty"`
	Picture       string         `json:"picture,omitempty"`
	Blocked       bool           `json:"blocked,omitempty"`
	Identities    []Identity     `json:"identities,omitempty"`
	CreatedAt     string         `json:"created_at,omitempty"`
	UpdatedAt     string         `json:"updated_at,omitempty"`
	LastLogin     string         `json:"last_login,omitempty"`
	LastIP        string         `json:"last_ip,omitempty"`
	LoginsCount   int            `json:"logins_count,omitempty"`
	UserMetadata  map[string]any `json:"user_metadata,omitempty"`
	AppMetadata   map[string]any `json:"app_metadata,omitempty"`
}

// Connection is the name of the connection that the user came from first.
func (u User) Connection() string {
	if len(u.Identities) == 0 {
		return ""
	}
	return u.Identities[0].Connection
}

// Identity is one account of a user with a connection.
type Identity struct {
	Connection string `json:"connection"`
	Provider   string `json:"provider"`
	UserID     string `json:"user_id"`
	IsSocial   bool   `json:"isSocial"`
}

// UnmarshalJSON also takes a number for an id: some providers give one.
func (i *Identity) UnmarshalJSON(b []byte) error {
	type plain Identity
	wire := struct {
		*plain
		UserID json.RawMessage `json:"user_id"`
	}{plain: (*plain)(i)}
	if err := json.Unmarshal(b, &wire); err != nil {
		return err
	}
	if json.Unmarshal(wire.UserID, &i.UserID) != nil {
		i.UserID = string(wire.UserID)
	}
	return nil
}

// ListUsers returns a page of the users that match q.
func (c *Client) ListUsers(ctx context.Context, q ListQuery) (Page[User], error) {
	var out struct {
		Users []User `json:"users"`
		Total int    `json:"total"`
	}
	err := c.get(ctx, []string{"users"}, q.values(), &out)
	if err == nil {
		err = upstream.CheckList(out.Users, func(u User) string { return u.UserID })
	}
	if err != nil {
		return Page[User]{}, fmt.Errorf("listing users: %w", err)
	}
	return Page[User]{Items: out.Users, Total: out.Total}, nil
}

// User returns the user with id.
func (c *Client) User(ctx context.Context, id string) (User, error) {
	var out User
	err := c.get(ctx, []string{"users", id}, nil, &out)
	if err == nil {
		err = upstream.CheckRecord(out.UserID)
	}
	if err != nil {
		return User{}, fmt.Errorf("reading user %q: %w", id, err)
	}
	return out, nil
}

// Limits of what Find makes of a text, so that it stays within those of the API.
const (
	maxWords = 8
	maxText  = 128 // runes
)

// Field is where a search looks.
type Field string

// The fields of a search. The empty one looks in name, email, nickname and id.
const (
	Anywhere     Field = ""
	InName       Field = "name"
	InEmail      Field = "email"
	InConnection Field = "identities.connection"
)

// Find is the search, in the API's syntax, for users in whose name, email or
// nickname every word of text occurs, whose name begins with text, or whose id
// is text. Nothing in text is taken for syntax, but for quotation marks around
// it: then one of these must be exactly what is between them. Of a long text
// only the beginning counts.
func Find(text string) string {
	text, exact := unquoted(text)
	words := wordsOf(text)
	switch {
	case text == "" || len(words) == 0:
		return ""
	case exact:
		return fmt.Sprintf(`name:"%[1]s" OR email:"%[1]s" OR nickname:"%[1]s" OR user_id:"%[1]s"`, quoted.Replace(text))
	}
	all := make([]string, len(words))
	escaped := make([]string, len(words))
	for i, word := range words {
		escaped[i] = plainly(word)
		part := anywhere(word)
		all[i] = fmt.Sprintf("(name:%s OR email:%s OR nickname:%s)", part, part, part)
	}
	return fmt.Sprintf(`%s OR name:%s* OR user_id:"%s"`, strings.Join(all, " AND "),
		strings.Join(escaped, `\ `), quoted.Replace(strings.Join(words, " ")))
}

// FindIn is Find in one field: every word must occur in it, and a connection
// must begin with text.
func FindIn(field Field, text string) string {
	if field == Anywhere {
		return Find(text)
	}
	text, exact := unquoted(text)
	words := wordsOf(text)
	switch {
	case text == "" || len(words) == 0:
		return ""
	case exact:
		return fmt.Sprintf(`%s:"%s"`, field, quoted.Replace(text))
	case field == InConnection:
		return fmt.Sprintf(`%s:%s*`, field, plainly(words[0]))
	}
	for i, word := range words {
		words[i] = fmt.Sprintf("%s:%s", field, anywhere(word))
	}
	return strings.Join(words, " AND ")
}

// unquoted is text without the quotation marks around it, and whether there were
// some. One that is not closed yet is left out: the person is still typing. A text
// of which they are a part stays as it is.
func unquoted(text string) (plain string, exact bool) {
	text = strings.TrimSpace(text)
	if runes := []rune(text); len(runes) > maxText {
		text = string(runes[:maxText])
	}
	rest, begun := strings.CutPrefix(text, `"`)
	if !begun {
		return text, false
	}
	inner, closed := strings.CutSuffix(rest, `"`)
	if strings.Trim(inner, `"`) != inner {
		return text, false
	}
	return strings.TrimSpace(inner), closed
}

// wordsOf is the words of text that count.
func wordsOf(text string) []string {
	words := strings.Fields(text)
	return words[:min(len(words), maxWords)]
}

// anywhere is the pattern for word within a value. Auth0 takes a wildcard in
// front of three letters or more only.
func anywhere(word string) string {
	pattern := plainly(word) + "*"
	if len([]rune(word)) < 3 {
		return pattern
	}
	return "*" + pattern
}

// quoted escapes what ends a quoted text.
var quoted = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// plainly escapes whatever in word is syntax.
func plainly(word string) string {
	var b strings.Builder
	for _, r := range word {
		if strings.ContainsRune(`+-&|!(){}[]^"~*?:\/<>=`, r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
