package login

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"trellis/views/urls"
	"trellis/web/session"
)

// Callback ends a sign-in: the provider sent the browser back.
func (p *Party) Callback(c echo.Context) error {
	r := c.Request()
	in, q, err := p.resume(r)
	if err != nil {
		return err
	}
	d, err := p.enter(r.Context(), in, q)
	if err != nil {
		return p.again(c, in, err)
	}
	to := arrive(&d, in)
	if err := p.sessions.Start(c.Response(), r, d); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, to)
}

// enter is the session of the person whom the provider sent back with q.
func (p *Party) enter(ctx context.Context, in session.SignIn, q url.Values) (session.Data, error) {
	m, err := p.provider.metadata(ctx)
	if err != nil {
		return session.Data{}, unavailable(err)
	}
	if m.NamesItself && q.Get("iss") != p.provider.issuer {
		return session.Data{}, stale(errors.New("the callback does not name our provider"))
	}
	if code := q.Get("error"); code != "" {
		return session.Data{}, turnedDown(code, q.Get("error_description"))
	}
	if q.Get("code") == "" {
		return session.Data{}, malformed("a callback without code")
	}
	return p.redeem(ctx, m, in, q.Get("code"))
}

// arrive is where d's person goes after the sign-in in. A form that one person
// sent is shown to no other.
func arrive(d *session.Data, in session.SignIn) string {
	switch {
	case in.Draft != nil && d.Owns(*in.Draft):
		d.Draft = in.Draft
		return urls.Unsaved
	case in.Draft != nil:
		d.Flash = append(d.Flash, session.Flash{
			Kind: "warn", Title: "A change was not saved",
			Text: "Somebody else sent it from this browser, and their session had ended. It is not kept.",
		})
		return urls.Home
	case in.Unsaved:
		d.Flash = append(d.Flash, session.Flash{
			Kind: "warn", Title: "Your change was not saved",
			Text: "Your session had ended. You are signed in again: enter the change once more.",
		})
	}
	return localPath(in.ReturnTo)
}

// again says in err how to start in once more, with all that it was to bring.
func (p *Party) again(c echo.Context, in session.SignIn, err error) error {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return err
	}
	ticket := ""
	if in.Draft != nil {
		kept := session.SignIn{ReturnTo: in.ReturnTo, Unsaved: in.Unsaved, Draft: in.Draft}
		if ticket, err = p.sessions.Prepare(c.Response(), c.Request(), kept); err != nil {
			return errors.Join(e, err)
		}
	}
	e.Again = urls.ToSignIn(in.ReturnTo, in.Unsaved, ticket)
	return e
}

// resume is the sign-in that r's callback belongs to. It asks nobody: until a
// callback is known to be ours, it costs the provider nothing.
func (p *Party) resume(r *http.Request) (session.SignIn, url.Values, error) {
	q, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return session.SignIn{}, nil, malformed("a query that cannot be read")
	}
	for _, name := range []string{"state", "code", "iss", "error", "error_description"} {
		if len(q[name]) > 1 {
			return session.SignIn{}, nil, malformed(name + " twice")
		}
	}
	if q.Has("code") && q.Has("error") {
		return session.SignIn{}, nil, malformed("both code and error")
	}
	in, err := p.sessions.Take(r, q.Get("state"))
	if errors.Is(err, session.ErrNoSignIn) {
		return session.SignIn{}, nil, stale(err)
	}
	return in, q, err
}

// redeem turns code into the session of a person.
func (p *Party) redeem(ctx context.Context, m *metadata, in session.SignIn, code string) (session.Data, error) {
	first, err := p.ask(ctx, m, url.Values{
		"grant_type":    {"authorization_code"},
		"code":          {code},
		"redirect_uri":  {p.callback},
		"code_verifier": {in.Verifier},
	})
	if err != nil {
		return session.Data{}, answered(err)
	}
	who, err := p.identify(ctx, m, in, first)
	if err != nil {
		return session.Data{}, answered(err)
	}
	token, err := p.tokenFor(session.Authorization, first)
	if err != nil {
		return session.Data{}, distrusted(err)
	}
	d := session.Data{
		Issuer:       p.provider.issuer,
		Subject:      who.Subject,
		Name:         who.displayName(),
		Email:        clean(who.Email, 200),
		IDToken:      first.IDToken,
		RefreshToken: first.RefreshToken,
		Tokens:       map[session.API]session.Token{session.Authorization: token},
	}
	if err := p.others(ctx, m, &d); err != nil {
		return session.Data{}, answered(err)
	}
	if !hasRights(d) {
		return session.Data{}, noRights()
	}
	return d, nil
}

// identify is who signed in, if it was for this sign-in.
func (p *Party) identify(ctx context.Context, m *metadata, in session.SignIn, r reply) (identity, error) {
	if r.IDToken == "" {
		return identity{}, errors.New("no ID token came with the tokens")
	}
	who, err := p.verifyIDToken(ctx, m, r.IDToken, r.AccessToken)
	if err != nil {
		return identity{}, err
	}
	if !who.sameNonce(in.Nonce) {
		return identity{}, errors.New("ID token: its nonce is not that of this sign-in")
	}
	return who, nil
}

// others adds a token for each API beside the first. One token speaks to one API.
func (p *Party) others(ctx context.Context, m *metadata, d *session.Data) error {
	for api := range p.audiences {
		if api == session.Authorization {
			continue
		}
		if d.RefreshToken == "" {
			return fmt.Errorf("no refresh token, and so no token for the %s API", api)
		}
		r, err := p.refresh(ctx, m, *d, api)
		if err != nil {
			return err
		}
		keepRefreshed(d, r)
		if d.Tokens[api], err = p.tokenFor(api, r); err != nil {
			return err
		}
	}
	return nil
}

// hasRights reports whether an API will do anything at all for the person.
func hasRights(d session.Data) bool {
	for _, t := range d.Tokens {
		for _, scope := range t.Scopes {
			if strings.Contains(scope, ":") {
				return true
			}
		}
	}
	return false
}

// answered words a failure of the provider during sign-in.
func answered(err error) error {
	if isOutage(err) {
		return unavailable(err)
	}
	return distrusted(err)
}
