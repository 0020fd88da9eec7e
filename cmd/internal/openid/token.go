package openid

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"

	"trellis/cmd/internal/strictjson"
)

// The grants that the token endpoint knows.
const (
	grantCode    = "authorization_code"
	grantRefresh = "refresh_token"
	grantMachine = "client_credentials"
)

// token is the token endpoint. In front of the library it sees to what that
// takes too lightly: where the parameters may be, that there is one of each,
// which grants there are, and that the application proves to be itself before
// its code is looked at, and thereby used up.
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
	if !op.ValidateGrantType(c, oidc.GrantType(kind)) {
		return nil, &protocolError{http.StatusForbidden, "unauthorized_client", "Grant type '" + kind + "' not allowed for the client."}
	}
	out, err := p.askJSON(r, form, &call{audience: form.Get("audience")})
	if err != nil {
		return nil, err
	}
	return tokens(out)
}

// tokenResponse is a good answer of the token endpoint. It always names the
// scopes: without them, a client would take it that it got all it asked for.
type tokenResponse struct {
	oidc.AccessTokenResponse
	Scope oidc.SpaceDelimitedArray `json:"scope"`
}

// tokens is the library's answer out, without the ID token that it makes for
// those too who did not ask with the scope openid.
func tokens(out json.RawMessage) (any, error) {
	var t tokenResponse
	if err := json.Unmarshal(out, &t); err != nil {
		return nil, err
	}
	if !slices.Contains(t.Scope, oidc.ScopeOpenID) {
		t.IDToken = ""
	}
	return t, nil
}

// revoke is the revocation endpoint.
func (p *Provider) revoke(_ http.ResponseWriter, r *http.Request) (any, error) {
	form, err := body(r)
	if err != nil {
		return nil, err
	}
	if _, err := p.authenticate(r, form); err != nil {
		return nil, err
	}
	if form.Get("token") == "" {
		return nil, invalidRequest("token is missing.")
	}
	_, err = p.askJSON(r, form, &call{})
	return struct{}{}, err
}

// body is the parameters in a request's body, as a form or as JSON. There may
// be none in the address: addresses end up in logs.
func body(r *http.Request) (url.Values, error) {
	if r.URL.RawQuery != "" {
		return nil, invalidRequest("Send the parameters in the body, not in the address.")
	}
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
	for name, values := range form {
		if len(values) > 1 {
			return nil, invalidRequest("A parameter is there twice.")
		}
		if values[0] == "" {
			delete(form, name) // it counts as not sent
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
// secret in the header or in the body, but not in both. It leaves them in form,
// where the library checks them again.
func (p *Provider) authenticate(r *http.Request, form url.Values) (op.Client, error) {
	// Were the library to see these, it would look for another proof.
	form.Del("client_assertion")
	form.Del("client_assertion_type")
	if id, secret, ok := r.BasicAuth(); ok {
		if form.Has("client_secret") {
			return nil, invalidRequest("Send the client's secret once, in the header or in the body.")
		}
		var err1, err2 error
		id, err1 = url.QueryUnescape(id)
		secret, err2 = url.QueryUnescape(secret)
		if err1 != nil || err2 != nil || form.Has("client_id") && form.Get("client_id") != id {
			return nil, badClient()
		}
		form.Set("client_id", id)
		form.Set("client_secret", secret)
		r.Header.Del("Authorization")
	}
	return p.storage.ClientCredentials(r.Context(), form.Get("client_id"), form.Get("client_secret"))
}
