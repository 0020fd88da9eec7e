package bearer

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"

	"github.com/go-jose/go-jose/v4/jwt"
)

// machineSubject ends the subject of a token that a client asked for by itself.
const machineSubject = "@clients"

// Principal is who calls an API.
type Principal struct {
	Subject string   // the token's sub
	Client  string   // the application that called, the token's azp
	Scopes  []string // what the token allows
	Machine bool     // a client on its own, without a person
}

// Can reports whether p's token has scope.
func (p Principal) Can(scope string) bool { return slices.Contains(p.Scopes, scope) }

// claims is what a token says, as far as it matters here.
type claims struct {
	jwt.Claims
	Client    string `json:"azp"`
	GrantType string `json:"gty"`
	Scope     *words `json:"scope"`
}

// principal is who c speaks of. A person's token without a scope claim is no
// access token: it is what an ID token looks like. A machine never gets an ID
// token, so its token without the claim merely allows nothing.
func (c claims) principal() (Principal, error) {
	machine := strings.HasSuffix(c.Subject, machineSubject)
	if c.GrantType != "" && (c.GrantType != "client-credentials" || !machine) {
		return Principal{}, badCredentials()
	}
	if c.Scope == nil && !machine {
		return Principal{}, badCredentials()
	}
	p := Principal{Subject: c.Subject, Client: c.Client, Machine: machine}
	if c.Scope != nil {
		p.Scopes = *c.Scope
	}
	return p, nil
}

// words is a list of words that JSON gives as a list, or as one text with
// blanks in between.
type words []string

func (w *words) UnmarshalJSON(b []byte) error {
	var text string
	if json.Unmarshal(b, &text) == nil {
		*w = strings.Fields(text)
		return nil
	}
	return json.Unmarshal(b, (*[]string)(w))
}

// decode reads one part of a JWT.
func decode(part string, out any) error {
	b, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		return err
	}
	return json.Unmarshal(b, out)
}
