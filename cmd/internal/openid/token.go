package openid

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"

	"trellis/cmd/internal/store"
	"trellis/cmd/internal/strictjson"
)

// The grants that the token endpoint knows.
const (
	grantCode    = "authorization_code"
	grantRefresh = "refresh_token"
	grantMachine = "client_credentials"
)

// tokenResponse is a good answer of the token endpoint.
type tokenResponse struct {
	AccessToken  string `json:"access_token"`
	RefreshToken string `json:"refresh_token,omitempty"`
	IDToken      string `json:"id_token,omitempty"`
	Scope        string `json:"scope"`
	ExpiresIn    int    `json:"expires_in"`
	TokenType    string `json:"token_type"`
}

// client is an application that proved to be itself.
type client struct {
	id      string
	machine bool // asks for tokens of its own; the other kind signs people in
	scopes  []string
}

// token is the token endpoint.
func (p *Provider) token(_ http.ResponseWriter, r *http.Request) (any, error) {
	form, err := body(r)
	if err != nil {
		return nil, err
	}
	c, err := p.authenticate(r, form)
	if err != nil {
		return nil, err
	}
	kind := form.Get("grant_type")
	switch kind {
	case grantCode, grantRefresh, grantMachine:
	case "":
		return nil, invalidRequest("grant_type is missing.")
	default:
		return nil, &protocolError{http.StatusBadRequest, "unsupported_grant_type", "Use " + grantCode + ", " + grantRefresh + " or " + grantMachine + "."}
	}
	if c.machine != (kind == grantMachine) {
		return nil, &protocolError{http.StatusForbidden, "unauthorized_client", "Grant type '" + kind + "' not allowed for the client."}
	}
	switch kind {
	case grantCode:
		return p.redeemCode(r.Context(), c, form)
	case grantRefresh:
		return p.refresh(r.Context(), c, form)
	}
	return p.machineToken(c, form)
}

// body is the parameters in a request's body, as a form or as JSON. Those in
// the address do not count: addresses end up in logs.
func body(r *http.Request) (url.Values, error) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return nil, invalidRequest("Content-Type must be application/x-www-form-urlencoded or application/json.")
	}
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, &protocolError{http.StatusRequestEntityTooLarge, "invalid_request", "The body could not be read, or it is too long."}
	}
	var form url.Values
	switch kind {
	case "application/x-www-form-urlencoded":
		form, err = url.ParseQuery(string(raw))
	case "application/json":
		form, err = jsonForm(raw)
	default:
		return nil, invalidRequest("Content-Type must be application/x-www-form-urlencoded or application/json.")
	}
	if err != nil {
		return nil, invalidRequest("The body could not be read. JSON must be one object of texts.")
	}
	for _, values := range form {
		if len(values) > 1 {
			return nil, invalidRequest("A parameter is there twice.")
		}
	}
	return form, nil
}

// jsonForm reads an object of texts.
func jsonForm(raw []byte) (url.Values, error) {
	v, err := strictjson.Decode(raw)
	if err != nil {
		return nil, err
	}
	object, ok := v.(map[string]any)
	if !ok {
		return nil, errors.New("no object")
	}
	form := url.Values{}
	for name, value := range object {
		text, ok := value.(string)
		if !ok {
			return nil, fmt.Errorf("%q is no text", name)
		}
		form.Set(name, text)
	}
	return form, nil
}

// authenticate is the application that r proves to come from, with its id and
// secret in the header or in the body, but not in both.
func (p *Provider) authenticate(r *http.Request, form url.Values) (client, error) {
	id, secret := form.Get("client_id"), form.Get("client_secret")
	if user, pass, ok := r.BasicAuth(); ok {
		if secret != "" {
			return client{}, invalidRequest("Send the client's secret once, in the header or in the body.")
		}
		var err1, err2 error
		user, err1 = url.QueryUnescape(user)
		pass, err2 = url.QueryUnescape(pass)
		if err1 != nil || err2 != nil || id != "" && id != user {
			return client{}, badClient()
		}
		id, secret = user, pass
	}
	if id == p.dashboard.ID {
		if !same(digest(p.dashboard.Secret), digest(secret)) {
			return client{}, badClient()
		}
		return client{id: id}, nil
	}
	return p.machine(r.Context(), id, secret)
}

// machine is the application of the tenant with that secret.
func (p *Provider) machine(ctx context.Context, id, secret string) (client, error) {
	var c store.Client
	err := p.store.View(ctx, func(tx *store.Tx) (err error) {
		c, err = tx.Client(ctx, id)
		return err
	})
	if _, unknown := errors.AsType[*store.NotFoundError](err); unknown {
		return client{}, badClient()
	}
	if err != nil {
		return client{}, err
	}
	if c.SecretHash == "" || !same(c.SecretHash, digest(secret)) {
		return client{}, badClient()
	}
	return client{id: c.ID, machine: true, scopes: c.Scopes}, nil
}
