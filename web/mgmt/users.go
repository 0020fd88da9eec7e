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

// Find is the search, in the API's syntax, for users in whose name, email or
// nickname every word of text occurs, whose name begins with text, or whose id
// is text. Nothing in text is taken for syntax. Of a long text only the
// beginning counts.
func Find(text string) string {
	if runes := []rune(text); len(runes) > maxText {
		text = string(runes[:maxText])
	}
	words := strings.Fields(text)
	if len(words) == 0 {
		return ""
	}
	words = words[:min(len(words), maxWords)]
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
