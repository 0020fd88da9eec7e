package login

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"trellis/web/session"
	"trellis/web/upstream"
)

// early is how long before its end a token is renewed: a call may take a while,
// and clocks differ.
const early = time.Minute

var _ upstream.TokenSource = (*Party)(nil)

// Token is the access token for api of the session in ctx. It is renewed when it
// is about to end, or when renew says that the API turned it down.
func (p *Party) Token(ctx context.Context, api session.API, renew bool) (string, error) {
	d := session.From(ctx)
	if !d.SignedInAs() {
		return "", signedOut(nil)
	}
	had := d.Tokens[api]
	if !renew && p.lasts(had) {
		return had.Value, nil
	}

	// A refresh token works once. Requests of one session take turns, and who
	// comes second finds what the first one brought.
	done := p.turns.take(d.Ref())
	defer done()
	for {
		now, mine, err := p.claim(ctx, func(t session.Token) bool {
			return !p.lasts(t) || (renew && t.Value == had.Value)
		}, api)
		switch {
		case errors.Is(err, session.ErrEnded):
			return "", signedOut(err)
		case err != nil:
			return "", err
		case mine:
			return p.renew(ctx, now, api)
		case now.Renewing.IsZero():
			return now.Tokens[api].Value, nil
		}
		if err := pause(ctx); err != nil {
			return "", err
		}
	}
}

// claimLife is how long another process may take over a refresh token before it
// is taken for dead: the time of a call, and some.
const claimLife = providerLimit + 5*time.Second

// claim sets out to spend the session's refresh token, if the token for api is
// one that should be replaced and no other process is at it. The session is as it
// is after that; one that somebody else is renewing says so.
func (p *Party) claim(ctx context.Context, stale func(session.Token) bool, api session.API) (now session.Data, mine bool, err error) {
	now, err = p.sessions.Reload(ctx)
	if err != nil {
		return now, false, err
	}
	if !stale(now.Tokens[api]) {
		now.Renewing = time.Time{} // of another token, perhaps: no reason to wait
		return now, false, nil
	}
	if p.now().Before(now.Renewing.Add(claimLife)) {
		return now, false, nil
	}
	err = p.sessions.Update(context.WithoutCancel(ctx), func(d *session.Data) {
		mine = stale(d.Tokens[api]) && !p.now().Before(d.Renewing.Add(claimLife))
		if mine {
			d.Renewing = p.now()
		}
		now = *d
	})
	return now, mine, err
}

// pause lets another process get on with its renewal.
func pause(ctx context.Context) error {
	const moment = 50 * time.Millisecond
	select {
	case <-time.After(moment):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (p *Party) lasts(t session.Token) bool {
	return t.Value != "" && p.now().Add(early).Before(t.Expiry)
}

// renew spends d's refresh token, and gives the claim to it back.
func (p *Party) renew(ctx context.Context, d session.Data, api session.API) (string, error) {
	token, err := p.spend(ctx, d, api)
	if err == nil {
		return token, nil
	}
	back := p.sessions.Update(context.WithoutCancel(ctx), func(d *session.Data) { d.Renewing = time.Time{} })
	if back != nil && !errors.Is(back, session.ErrEnded) {
		err = errors.Join(err, back)
	}
	return "", err
}

// spend turns d's refresh token into new tokens. What comes for it is stored
// before it is used: should we die between the two, the session still has a
// refresh token that works.
func (p *Party) spend(ctx context.Context, d session.Data, api session.API) (string, error) {
	if d.RefreshToken == "" {
		return "", p.end(ctx, errors.New("no refresh token"))
	}
	m, err := p.provider.metadata(ctx)
	if err != nil {
		return "", notNow(err)
	}
	r, err := p.refresh(ctx, m, d, api)
	switch {
	case isOutage(err):
		return "", notNow(err)
	case isOver(err):
		return "", p.end(ctx, err)
	case err != nil:
		return "", misconfigured(err)
	}

	token, bad := p.tokenFor(api, r)
	err = p.sessions.Update(context.WithoutCancel(ctx), func(d *session.Data) {
		keepRefreshed(d, r)
		d.Renewing = time.Time{}
		if bad == nil {
			d.Tokens[api] = token
		}
	})
	switch {
	case errors.Is(err, session.ErrEnded):
		return "", signedOut(err)
	case err != nil:
		return "", err
	case bad != nil:
		return "", misconfigured(bad)
	}
	return token.Value, nil
}

// imposter is an ID token in the answer to a refresh that speaks of someone else.
type imposter struct{ error }

func (i imposter) Unwrap() error { return i.error }

// refresh asks for tokens for api with d's refresh token.
func (p *Party) refresh(ctx context.Context, m *metadata, d session.Data, api session.API) (reply, error) {
	r, err := p.ask(ctx, m, url.Values{
		"grant_type":    {"refresh_token"},
		"refresh_token": {d.RefreshToken},
		"audience":      {p.audiences[api]},
	})
	if err != nil || r.IDToken == "" {
		return r, err
	}
	who, err := p.verifyIDToken(ctx, m, r.IDToken, r.AccessToken)
	if isOutage(err) {
		return reply{}, err
	}
	if err != nil {
		return reply{}, imposter{err}
	}
	if who.Subject != d.Subject {
		return reply{}, imposter{errors.New("the ID token speaks of another person than before")}
	}
	return r, nil
}

// keepRefreshed puts into d what a refresh brought beside the access token.
func keepRefreshed(d *session.Data, r reply) {
	if r.RefreshToken != "" {
		d.RefreshToken = r.RefreshToken
	}
	if r.IDToken != "" {
		d.IDToken = r.IDToken
	}
}

// isOver reports whether err says that the sign-in itself is no longer good.
func isOver(err error) bool {
	if _, ok := errors.AsType[imposter](err); ok {
		return true
	}
	e, ok := errors.AsType[grantError](err)
	return ok && e.code == "invalid_grant"
}

// end ends the session of ctx: nothing can renew it.
func (p *Party) end(ctx context.Context, why error) error {
	if err := p.sessions.Drop(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	p.log.InfoContext(ctx, "session ended", "reason", why)
	return signedOut(why)
}

func signedOut(err error) error {
	return &upstream.Error{Status: http.StatusUnauthorized, Code: upstream.CodeNoSession, Message: "Your session has ended. Sign in again.", Err: err}
}

func notNow(err error) error {
	return &upstream.Error{Status: http.StatusServiceUnavailable, Code: upstream.CodeNoAnswer, Message: "The sign-in provider does not answer. Try again in a moment.", Err: err}
}

func misconfigured(err error) error {
	return &upstream.Error{
		Status: http.StatusBadGateway, Code: upstream.CodeNonsense,
		Message: "The sign-in provider gave no token that this API takes. An administrator has to look at its settings.", Err: fmt.Errorf("renewing a token: %w", err),
	}
}
