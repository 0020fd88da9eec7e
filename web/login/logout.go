package login

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/oauth2"

	"trellis/views/urls"
	"trellis/web/session"
)

// Logout ends the session here first, then at the provider. Should the provider
// be down, the person is signed out of Trellis all the same.
func (p *Party) Logout(c echo.Context) error {
	r := c.Request()
	d := session.From(r.Context())
	if err := p.sessions.End(c.Response(), r); err != nil {
		return err
	}
	c.Response().Header().Set("Clear-Site-Data", `"cache", "storage"`)
	return c.Redirect(http.StatusSeeOther, p.wayOut(r.Context(), *d))
}

// wayOut is where a person who signed out goes next.
func (p *Party) wayOut(ctx context.Context, d session.Data) string {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	m, err := p.provider.metadata(ctx)
	if err != nil || !d.SignedInAs() {
		return urls.SignedOut
	}
	p.revoke(m, d.RefreshToken)

	end, err := url.Parse(m.EndSessionEndpoint)
	if err != nil || m.EndSessionEndpoint == "" {
		return urls.SignedOut
	}
	q := end.Query()
	q.Set("id_token_hint", d.IDToken)
	q.Set("client_id", p.clientID)
	q.Set("post_logout_redirect_uri", p.signedOut)
	q.Set("state", oauth2.GenerateVerifier())
	end.RawQuery = q.Encode()
	return end.String()
}

// revoke tells the provider that a refresh token is done with. It is a courtesy:
// nobody waits for it, and when many are under way it is left out.
func (p *Party) revoke(m *metadata, token string) {
	if m.RevocationEndpoint == "" || token == "" {
		return
	}
	select {
	case p.revoking <- struct{}{}:
	default:
		return
	}
	go func() {
		defer func() { <-p.revoking }()
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		req, err := p.clientRequest(ctx, m.RevocationEndpoint, url.Values{"token": {token}, "token_type_hint": {"refresh_token"}})
		if err != nil {
			return
		}
		res, err := p.provider.http.Do(req)
		if err != nil {
			p.log.Warn("refresh token not revoked", "err", plainly(err))
			return
		}
		_, _ = io.Copy(io.Discard, res.Body)
		_ = res.Body.Close()
	}()
}
