package session

import (
	"context"
	"slices"
	"strings"
	"time"
)

// API names one of the two APIs that the dashboard calls. Each has an audience,
// and so a token, of its own.
type API string

// The APIs of a tenant.
const (
	Authorization API = "authorization"
	Management    API = "management"
)

// Token is an access token for one API.
type Token struct {
	Value  string
	Expiry time.Time
	Scopes []string
}

// Data is the content of a session. The zero Data is a visitor who has not
// signed in.
type Data struct {
	Issuer, Subject, Name, Email string

	IDToken, RefreshToken string
	Tokens                map[API]Token

	CSRF     string
	SignedIn time.Time
	Renewing time.Time // when somebody set out to spend RefreshToken; zero when nobody has
	Flash    []Flash
	Draft    *Draft   // what the person sent when an earlier session had ended
	Recent   []Recent // what the person looked at, the newest first

	row   row // where the store keeps it
	heard int // how many of Flash were shown by this request
	said  []Flash

	visited, forgotten *Recent // by this request; nil for nothing
}

// Flash is a message that the next page shows, once.
type Flash struct {
	Kind  string // good, bad or warn
	Title string
	Text  string
}

// SignedInAs reports whether somebody is signed in. A person is an issuer and a
// subject; names and addresses change and are for display.
func (d Data) SignedInAs() bool { return d.Subject != "" }

// Can reports whether api will let the person do what scope names, or one of several
// with blanks between them. It is for drawing pages: the API itself decides.
func (d Data) Can(api API, scope string) bool {
	return slices.ContainsFunc(strings.Fields(scope), func(s string) bool { return slices.Contains(d.Tokens[api].Scopes, s) })
}

// Say leaves f for the next page that shows messages.
func (d *Data) Say(f Flash) { d.said = append(d.said, f) }

// Hear takes the messages that earlier requests left.
func (d *Data) Hear() []Flash {
	d.heard = len(d.Flash)
	return d.Flash
}

type contextKey struct{}

// With returns a context that carries d, for everything that one request does.
func With(ctx context.Context, d *Data) context.Context {
	return context.WithValue(ctx, contextKey{}, d)
}

// From is the session that With put into ctx. It is never nil: without one it is
// that of a visitor.
func From(ctx context.Context) *Data {
	if d, ok := ctx.Value(contextKey{}).(*Data); ok && d != nil {
		return d
	}
	return &Data{}
}

// Ref names the session without giving it away, such as for a lock. It is empty
// for a visitor.
func (d *Data) Ref() string { return d.row.hash }
