package openid

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/zitadel/oidc/v3/pkg/oidc"
)

// maxForm bounds a request's parameters, and maxParam one of them.
const (
	maxForm  = 64 << 10
	maxParam = 4 << 10
)

// challengeForm is a SHA-256 digest in base64url.
var challengeForm = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)

// authorize begins a sign-in. The library checks the application and the
// address to return to; what it would let pass, refusal finds before it. An
// answer that it does not send back to the application becomes a page here.
func (p *Provider) authorize(w http.ResponseWriter, r *http.Request) error {
	q, err := parameters(w, r)
	if err != nil {
		return err
	}
	if len(q["client_id"]) != 1 || len(q["redirect_uri"]) != 1 {
		return badRequest()
	}
	c := &call{browser: digest(p.browser(w, r))}
	if c.audience, c.refused = p.refusal(q); c.refused != nil {
		p.log.InfoContext(r.Context(), "openid: sign-in request refused", "error", c.refused.ErrorType, "why", c.refused.Description)
		q = bare(q)
	}
	a, err := p.ask(r, q, c)
	if err != nil {
		return err
	}
	switch to := a.header.Get("Location"); {
	case to == "":
		p.log.InfoContext(r.Context(), "openid: sign-in request refused", "status", a.status)
		return badRequest()
	case strings.HasPrefix(to, "/"):
		return a.follow(w, r, nil) // to the sign-in page
	}
	return a.follow(w, r, url.Values{"iss": {p.issuer}})
}

// badRequest is said of an unknown application, and of an address to return to
// that is not registered: an answer must never travel to an address that a
// stranger chose.
func badRequest() error {
	return badPage("The application that sent you is not known here, or it asks to return to an address that is not registered for it.")
}

// bare is q without all that may be wrong with it: enough for the library to
// send a refusal back to the application.
func bare(q url.Values) url.Values {
	out := url.Values{"client_id": q["client_id"], "redirect_uri": q["redirect_uri"], "response_type": {"code"}, "scope": {oidc.ScopeOpenID}}
	if len(q["state"]) == 1 && len(q.Get("state")) <= maxParam {
		out["state"] = q["state"]
	}
	return out
}

// parameters is a request's parameters, from its address or from its form.
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

// refusal is why q begins no sign-in, or nil, and the API that it asks for.
func (p *Provider) refusal(q url.Values) (audience string, _ *oidc.Error) {
	for _, values := range q {
		if len(values) > 1 || len(values[0]) > maxParam {
			return "", &oidc.Error{ErrorType: "invalid_request", Description: "A parameter is there twice, or it is too long."}
		}
	}
	audience, known := p.audience(q.Get("audience"), "")
	switch {
	case q.Has("request") || q.Has("registration"):
		return "", &oidc.Error{ErrorType: "request_not_supported", Description: "Request objects are not supported."}
	case q.Has("request_uri"):
		return "", &oidc.Error{ErrorType: "request_uri_not_supported", Description: "Request objects are not supported."}
	case q.Get("response_type") != "code":
		return "", &oidc.Error{ErrorType: "unsupported_response_type", Description: "response_type must be code."}
	case q.Get("response_mode") != "" && q.Get("response_mode") != "query":
		return "", &oidc.Error{ErrorType: "invalid_request", Description: "response_mode must be query."}
	case q.Get("code_challenge_method") != "S256" || !challengeForm.MatchString(q.Get("code_challenge")):
		return "", &oidc.Error{ErrorType: "invalid_request", Description: "PKCE is needed: code_challenge with code_challenge_method S256."}
	case q.Get("max_age") != "" && !wholeNumber(q.Get("max_age")):
		return "", &oidc.Error{ErrorType: "invalid_request", Description: "max_age must be a whole number of seconds, 0 or more."}
	case !known:
		return "", &oidc.Error{ErrorType: "access_denied", Description: "Service not found: " + q.Get("audience")}
	case slices.Contains(strings.Fields(q.Get("prompt")), "none"):
		return "", &oidc.Error{ErrorType: "login_required", Description: "Each sign-in here needs the person."}
	}
	return audience, nil
}

func wholeNumber(text string) bool {
	_, err := strconv.ParseUint(text, 10, 32)
	return err == nil
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
