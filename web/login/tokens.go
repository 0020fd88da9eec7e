package login

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"trellis/web/session"
	"trellis/web/upstream"
)

const shortLife = 5 * time.Minute // of a token that does not say how long

// reply is what a token endpoint answers.
type reply struct {
	AccessToken  string      `json:"access_token"`
	TokenType    string      `json:"token_type"`
	IDToken      string      `json:"id_token"`
	RefreshToken string      `json:"refresh_token"`
	Scope        *string     `json:"scope"`
	ExpiresIn    json.Number `json:"expires_in"`
	Error        string      `json:"error"`
}

// grantError is a token endpoint's no. Its code is one of RFC 6749's.
type grantError struct {
	status int
	code   string
}

func (e grantError) Error() string {
	return fmt.Sprintf("the token endpoint answered %d %s", e.status, clean(e.code, 40))
}

// ask sends form to the token endpoint, once: a code works once, and to try it
// again may make the provider revoke what it was good for.
func (p *Party) ask(ctx context.Context, m *metadata, form url.Values) (reply, error) {
	// Tokens that were given out must be kept, though the browser has gone.
	ctx = context.WithoutCancel(ctx)
	req, err := p.clientRequest(ctx, m.TokenEndpoint, form)
	if err != nil {
		return reply{}, err
	}
	res, err := p.provider.http.Do(req)
	if err != nil {
		return reply{}, outage{fmt.Errorf("asking for tokens: %w", plainly(err))}
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return reply{}, outage{fmt.Errorf("asking for tokens: %w", err)}
	}
	if res.StatusCode >= 500 || res.StatusCode == http.StatusTooManyRequests {
		return reply{}, outage{fmt.Errorf("asking for tokens: status %d", res.StatusCode)}
	}
	var r reply
	if err := json.Unmarshal(body, &r); err != nil && res.StatusCode == http.StatusOK {
		return reply{}, errors.New("asking for tokens: the answer is not JSON of tokens")
	}
	if res.StatusCode != http.StatusOK || r.Error != "" {
		return reply{}, grantError{res.StatusCode, r.Error}
	}
	if !strings.EqualFold(r.TokenType, "Bearer") {
		return reply{}, fmt.Errorf("asking for tokens: a token of type %q", clean(r.TokenType, 40))
	}
	return r, nil
}

// clientRequest is a POST of form in the name of this client. RFC 6749 has id and
// secret form-encoded before they become a Basic header.
func (p *Party) clientRequest(ctx context.Context, endpoint string, form url.Values) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, fmt.Errorf("asking the provider: %w", err)
	}
	// Without GetBody net/http cannot send the code a second time by itself, over
	// a new connection.
	req.GetBody = nil
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept", "application/json")
	req.SetBasicAuth(url.QueryEscape(p.clientID), url.QueryEscape(p.clientSecret))
	if id := upstream.RequestID(ctx); id != "" {
		req.Header.Set("X-Request-Id", id)
	}
	return req, nil
}

// tokenFor is r's access token, if it is one for api. A provider that does not
// know an audience may well answer with a token for another.
func (p *Party) tokenFor(api session.API, r reply) (session.Token, error) {
	claims, err := readAccessToken(r.AccessToken)
	if err != nil {
		return session.Token{}, err
	}
	now := p.now()
	switch {
	case claims.Issuer != p.provider.issuer:
		return session.Token{}, errors.New("an access token of another issuer")
	case !slices.Contains(claims.Audience, p.audiences[api]):
		return session.Token{}, fmt.Errorf("an access token that is not for the %s API: does the provider know its audience?", api)
	}
	life := shortLife
	if n, err := r.ExpiresIn.Int64(); err == nil && n > 0 && n < 1<<31 {
		life = time.Duration(n) * time.Second
	}
	return session.Token{Value: r.AccessToken, Expiry: now.Add(life), Scopes: p.granted(r)}, nil
}

// granted is the scopes of r: those we asked for, unless r says otherwise. What
// goes beyond them is of no use to us.
func (p *Party) granted(r reply) []string {
	if r.Scope == nil {
		return p.scopes
	}
	return slices.DeleteFunc(strings.Fields(*r.Scope), func(s string) bool { return !slices.Contains(p.scopes, s) })
}

// accessClaims is what we read of an access token. It is not ours to verify: it
// came from the provider itself, and the API will.
type accessClaims struct {
	Issuer   string   `json:"iss"`
	Audience audience `json:"aud"`
}

// audience is one text or a list of them.
type audience []string

// UnmarshalJSON reads both forms.
func (a *audience) UnmarshalJSON(b []byte) error {
	var one string
	if err := json.Unmarshal(b, &one); err == nil {
		*a = audience{one}
		return nil
	}
	return json.Unmarshal(b, (*[]string)(a))
}

func readAccessToken(raw string) (accessClaims, error) {
	var c accessClaims
	parts := strings.Split(raw, ".")
	if len(parts) != 3 || len(raw) > maxJWT {
		return c, errors.New("an access token that is not a JWT: nobody can tell which API it is for")
	}
	b, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return c, errors.New("an access token that is not a JWT")
	}
	if err := json.Unmarshal(b, &c); err != nil {
		return c, errors.New("an access token with claims of an unexpected type")
	}
	return c, nil
}

// plainly is err without the address that net/url quotes.
func plainly(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err
	}
	return err
}
