package openid

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"trellis/cmd/internal/store"
)

// maxForm bounds a request's parameters, and maxParam one of them.
const (
	maxForm  = 64 << 10
	maxParam = 4 << 10
)

// challengeForm is a SHA-256 digest in base64url.
var challengeForm = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)

// authorize begins a sign-in. A request of an unknown application, or with an
// address to return to that is not registered, ends on a page here: an answer
// must never travel to an address that a stranger chose.
func (p *Provider) authorize(w http.ResponseWriter, r *http.Request) error {
	q, err := parameters(w, r)
	if err != nil {
		return err
	}
	switch {
	case len(q["client_id"]) != 1 || q.Get("client_id") != p.dashboard.ID:
		return badPage("An application that is not known here sent you.")
	case len(q["redirect_uri"]) != 1 || q.Get("redirect_uri") != p.dashboard.RedirectURI:
		return badPage("The application that sent you asks to return to an address that is not registered for it.")
	}
	req, refused := p.newRequest(q)
	if refused != nil {
		p.log.WarnContext(r.Context(), "openid: sign-in request refused", "client", req.Client, "error", refused.Code, "why", refused.Description)
		p.sendBack(w, r, req, url.Values{"error": {refused.Code}, "error_description": {refused.Description}})
		return nil
	}
	req.Browser = digest(p.browser(w, r))
	sealed, err := p.requests.seal(req)
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/u/login?state="+sealed, http.StatusSeeOther)
	return nil
}

// parameters is a request's parameters from its address or its form. Each may
// be there once only: of two, no two readers take the same one.
func parameters(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return nil, badPage("The request could not be read.")
	}
	q := r.URL.Query()
	if r.Method == http.MethodPost {
		q = r.PostForm
	}
	return q, nil
}

// newRequest is the sign-in that q asks for, or why it is refused.
func (p *Provider) newRequest(q url.Values) (request, *protocolError) {
	req := request{LoginHint: q.Get("login_hint"), Until: p.now().Add(requestLife), AuthRequest: store.AuthRequest{
		ID: rand.Text(), Client: p.dashboard.ID, RedirectURI: p.dashboard.RedirectURI,
		Scopes: strings.Fields(q.Get("scope")), State: q.Get("state"), Nonce: q.Get("nonce"),
		Challenge: q.Get("code_challenge"),
	}}
	refuse := func(code, why string) (request, *protocolError) {
		return req, &protocolError{Code: code, Description: why}
	}
	for _, values := range q {
		if len(values) > 1 || len(values[0]) > maxParam {
			req.State = "" // which of two would it be?
			return refuse("invalid_request", "A parameter is there twice, or it is too long.")
		}
	}
	var known bool
	req.Audience, known = p.audience(q.Get("audience"), "")
	switch {
	case q.Has("request") || q.Has("registration"):
		return refuse("request_not_supported", "Request objects are not supported.")
	case q.Has("request_uri"):
		return refuse("request_uri_not_supported", "Request objects are not supported.")
	case q.Get("response_type") != "code":
		return refuse("unsupported_response_type", "response_type must be code.")
	case q.Get("response_mode") != "" && q.Get("response_mode") != "query":
		return refuse("invalid_request", "response_mode must be query.")
	case q.Get("code_challenge_method") != "S256" || !challengeForm.MatchString(req.Challenge):
		return refuse("invalid_request", "PKCE is needed: code_challenge with code_challenge_method S256.")
	case !known:
		return refuse("access_denied", "Service not found: "+q.Get("audience"))
	case slices.Contains(strings.Fields(q.Get("prompt")), "none"):
		return refuse("login_required", "Each sign-in here needs the person.")
	}
	return req, nil
}

// sendBack returns the browser to the application, with an answer. 303 makes
// sure that a form is never posted there.
func (p *Provider) sendBack(w http.ResponseWriter, r *http.Request, req request, answer url.Values) {
	if req.State != "" {
		answer.Set("state", req.State)
	}
	answer.Set("iss", p.issuer)
	http.Redirect(w, r, withQuery(req.RedirectURI, answer), http.StatusSeeOther)
}

// withQuery is the registered address uri with more parameters.
func withQuery(uri string, more url.Values) string {
	sep := "?"
	if strings.Contains(uri, "?") {
		sep = "&"
	}
	return uri + sep + more.Encode()
}

// browser is the value of the cookie that tells this browser from others. It
// is set when missing. It stands for no sign-in.
func (p *Provider) browser(w http.ResponseWriter, r *http.Request) string {
	if c, err := r.Cookie(p.cookieName()); err == nil && len(c.Value) == len(rand.Text()) {
		return c.Value
	}
	value := rand.Text()
	http.SetCookie(w, &http.Cookie{
		Name: p.cookieName(), Value: value, Path: "/",
		HttpOnly: true, Secure: p.secure, SameSite: http.SameSiteLaxMode,
	})
	return value
}

func (p *Provider) cookieName() string {
	if p.secure {
		return "__Host-trellis-browser"
	}
	return "trellis-browser"
}
