package openid

import "net/http"

// routes is every path of the provider. Those of the protocol lead through a
// guard to the library.
func (p *Provider) routes() http.Handler {
	sameOrigin := http.NewCrossOriginProtection()
	sameOrigin.SetDenyHandler(p.page(func(http.ResponseWriter, *http.Request) error {
		return &pageError{http.StatusForbidden, "This sign-in cannot go on", "Another site sent the form. Start again."}
	}))
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", p.discovery)
	mux.HandleFunc("GET "+jwksPath, p.jwks)
	mux.Handle("GET "+authorizePath, p.page(p.authorize))
	mux.Handle("POST "+authorizePath, p.page(p.authorize))
	mux.Handle("POST "+tokenPath, p.api(p.token))
	mux.Handle("POST "+revokePath, p.api(p.revoke))
	mux.Handle("GET /"+userinfoPath, p.api(p.userinfo))
	mux.Handle("POST /"+userinfoPath, p.api(p.userinfo))
	mux.Handle("GET "+logoutPath, p.page(p.logout))
	mux.Handle("POST "+logoutPath, p.page(p.logout))
	mux.Handle("GET "+signedOutPath, p.page(p.signedOut))
	mux.Handle("GET /u/login", p.page(p.signInForm))
	mux.Handle("POST /u/login", sameOrigin.Handler(p.page(p.signIn)))
	mux.Handle("GET /u/assets/{name}", p.page(p.pages.asset))
	mux.Handle("GET /u/", p.page(func(http.ResponseWriter, *http.Request) error { return errNoPage }))
	return mux
}
