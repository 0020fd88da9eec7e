package openid

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/oauth2"
)

func TestPKCEIsRequired(t *testing.T) {
	x := newTenant(t)
	challenge := strings.Repeat("a", 43)
	for name, opts := range map[string][]oauth2.AuthCodeOption{
		"no challenge":      nil,
		"no method":         {oauth2.SetAuthURLParam("code_challenge", challenge)},
		"plain":             {oauth2.SetAuthURLParam("code_challenge", challenge), oauth2.SetAuthURLParam("code_challenge_method", "plain")},
		"short challenge":   {oauth2.SetAuthURLParam("code_challenge", "abc"), oauth2.SetAuthURLParam("code_challenge_method", "S256")},
		"other spelling":    {oauth2.SetAuthURLParam("code_challenge", challenge), oauth2.SetAuthURLParam("code_challenge_method", "s256")},
		"unfit characters":  {oauth2.SetAuthURLParam("code_challenge", strings.Repeat("+", 43)), oauth2.SetAuthURLParam("code_challenge_method", "S256")},
		"method on its own": {oauth2.SetAuthURLParam("code_challenge_method", "S256")},
	} {
		t.Run(name, func(t *testing.T) {
			q := newBrowser(t).do("GET", x.oauth().AuthCodeURL("st", opts...), nil).location(t).Query()
			if q.Get("error") != "invalid_request" || q.Get("state") != "st" || q.Get("code") != "" {
				t.Errorf("answer = %v, want invalid_request", q)
			}
		})
	}
}

func TestRefusedRequestGoesBackToTheApplication(t *testing.T) {
	x := newTenant(t)
	challenge := oauth2.S256ChallengeOption(oauth2.GenerateVerifier())
	for param, c := range map[string]struct{ value, want string }{
		"response_type": {"token", "unsupported_response_type"},
		"response_mode": {"fragment", "invalid_request"},
		"prompt":        {"none", "login_required"},
		"audience":      {"https://other.example/", "access_denied"},
		"max_age":       {"-1", "invalid_request"},
		"request":       {"a.b.c", "request_not_supported"},
		"request_uri":   {"https://other.example/", "request_uri_not_supported"},
		"nonce":         {strings.Repeat("n", 5000), "invalid_request"},
	} {
		t.Run(param, func(t *testing.T) {
			a := newBrowser(t).do("GET", x.oauth().AuthCodeURL("st", challenge, oauth2.SetAuthURLParam(param, c.value)), nil)
			back := a.location(t)
			if a.status != http.StatusSeeOther || back.Query().Get("error") != c.want || !strings.HasPrefix(back.String(), x.callback) {
				t.Errorf("%d to %s, want %s", a.status, back, c.want)
			}
		})
	}
}

func TestRedirectURIMustBeTheRegisteredOne(t *testing.T) {
	x := newTenant(t)
	host := strings.TrimSuffix(strings.TrimPrefix(x.issuer, "http://"), "/")
	good := x.oauth().AuthCodeURL("st", oauth2.S256ChallengeOption(oauth2.GenerateVerifier()))
	for name, uri := range map[string]string{
		"prefix":           x.callback + "/more",
		"shorter":          strings.TrimSuffix(x.callback, "k"),
		"query":            x.callback + "?a=b",
		"fragment":         x.callback + "#f",
		"user information": "http://" + host + "@evil.example/login/callback",
		"other host":       "http://evil.example/login/callback",
		"suffix of host":   "http://" + host + ".evil.example/login/callback",
		"other port":       "http://127.0.0.1:1/login/callback",
		"other scheme":     strings.Replace(x.callback, "http:", "https:", 1),
		"case of the path": strings.Replace(x.callback, "callback", "Callback", 1),
		"encoded":          strings.Replace(x.callback, "callback", "%63allback", 1),
		"dot segments":     strings.Replace(x.callback, "/login", "/x/../login", 1),
		"backslash":        `http:\\evil.example`,
		"script":           "javascript:alert(1)",
		"blank at the end": x.callback + " ",
		"empty":            "",
	} {
		t.Run(name, func(t *testing.T) {
			u, _ := url.Parse(good)
			q := u.Query()
			q.Set("redirect_uri", uri)
			u.RawQuery = q.Encode()
			stays(t, newBrowser(t).do("GET", u.String(), nil))
		})
	}
	stays(t, newBrowser(t).do("GET", good+"&redirect_uri="+url.QueryEscape(x.callback), nil))
	stays(t, newBrowser(t).do("GET", strings.Replace(good, dashboardID, "somebody-else", 1), nil))
	stays(t, newBrowser(t).do("GET", good+"&client_id="+dashboardID, nil))
}

// stays checks that a is an error page here, and leads to no other place.
func stays(t *testing.T, a answer) {
	t.Helper()
	if a.status != http.StatusBadRequest || a.header.Get("Location") != "" || !strings.Contains(a.body, "This sign-in cannot go on") {
		t.Errorf("%d to %q: %.200s", a.status, a.header.Get("Location"), a.body)
	}
}

// Over https the cookie belongs to this host alone, and never travels open.
func TestCookieOverHTTPS(t *testing.T) {
	x := newTenant(t)
	x.config.Issuer = "https://auth.example.com/"
	x.start()
	w := httptest.NewRecorder()
	r := httptest.NewRequestWithContext(t.Context(), "GET", x.oauth().AuthCodeURL("st", challenge()), nil)
	x.provider.ServeHTTP(w, r)
	cookies := w.Result().Cookies()
	if len(cookies) != 1 {
		t.Fatalf("cookies = %v", cookies)
	}
	c := cookies[0]
	if c.Name != "__Host-trellis-browser" || !c.Secure || !c.HttpOnly || c.Path != "/" || c.Domain != "" || c.SameSite != http.SameSiteLaxMode {
		t.Errorf("cookie = %+v", c)
	}
}
