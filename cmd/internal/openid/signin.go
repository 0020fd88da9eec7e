package openid

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/zitadel/oidc/v3/pkg/op"

	"trellis/cmd/internal/store"
)

// wrongPassword is said of a wrong password and of an unknown account alike.
const wrongPassword = "The email or the password is wrong."

// signInForm shows the sign-in page of an authorization request.
func (p *Provider) signInForm(w http.ResponseWriter, r *http.Request) error {
	req, err := p.pending(w, r, r.URL.Query().Get("state"))
	if err != nil {
		return err
	}
	return p.showForm(w, r, http.StatusOK, req, signInPage{Email: req.LoginHint})
}

// signIn takes what was typed there, and sends the browser back to the
// application with a code.
func (p *Provider) signIn(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return badPage("The form could not be read.")
	}
	form := r.PostForm
	req, err := p.pending(w, r, form.Get("state"))
	if err != nil {
		return err
	}
	if !same(form.Get("csrf"), p.formToken(req)) {
		return errOldSignIn
	}
	who, err := p.identify(r, form)
	if problem, ok := errors.AsType[*signInProblem](err); ok {
		if problem.wait > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(seconds(problem.wait)))
		}
		return p.showForm(w, r, problem.status, req, signInPage{Email: form.Get("email"), Problem: problem.text})
	}
	if err != nil {
		return err
	}
	return p.finish(w, r, req, who)
}

// pending is the request in sealed, which waits for somebody in this browser.
func (p *Provider) pending(w http.ResponseWriter, r *http.Request, sealed string) (request, error) {
	req, ok := p.requests.open(sealed)
	if !ok || !p.now().Before(req.Until) || !same(req.Browser, digest(p.browser(w, r))) {
		return request{}, errOldSignIn
	}
	return req, nil
}

// formToken proves that a form came from the page of req, in its browser.
func (p *Provider) formToken(req request) string {
	return p.mac("sign-in form", req.ID, req.Browser)
}

// signInProblem is why a try to sign in did not succeed, for the person.
type signInProblem struct {
	status int
	text   string
	wait   time.Duration
}

func (e *signInProblem) Error() string { return e.text }

var errBusy = &signInProblem{http.StatusServiceUnavailable, "Too many people are signing in right now. Try again in a moment.", 2 * time.Second}

// identify is the account that the form proves to be of.
func (p *Provider) identify(r *http.Request, form url.Values) (store.Account, error) {
	if email := form.Get("demo"); email != "" {
		return p.demoAccount(r.Context(), email)
	}
	email, password := strings.TrimSpace(form.Get("email")), form.Get("password")
	switch {
	case email == "" || password == "":
		return store.Account{}, &signInProblem{status: http.StatusUnprocessableEntity, text: "Type your email and your password."}
	case len(email) > maxParam || len(password) > maxPassword:
		return store.Account{}, &signInProblem{status: http.StatusUnprocessableEntity, text: wrongPassword}
	}
	return p.checkPassword(r.Context(), email, password, p.address(r))
}

func (p *Provider) demoAccount(ctx context.Context, email string) (store.Account, error) {
	if !slices.Contains(p.demo, email) {
		return store.Account{}, &signInProblem{status: http.StatusUnprocessableEntity, text: wrongPassword}
	}
	a, err := p.account(ctx, func(tx *store.Tx) (store.Account, error) { return tx.AccountByEmail(ctx, email) })
	if isGone(err) {
		err = &signInProblem{status: http.StatusUnprocessableEntity, text: "This account was removed. Choose another."}
	}
	return a, err
}

// checkPassword looks at one password. It takes the same time whether there is
// such an account or not.
func (p *Provider) checkPassword(ctx context.Context, email, password, address string) (store.Account, error) {
	who, known, err := p.accountOrDecoy(ctx, email)
	if err != nil {
		return store.Account{}, err
	}
	if wait, err := p.throttle.wait(ctx, who.Subject, address); err != nil || wait > 0 {
		return store.Account{}, cmp.Or(err, tooMany(wait))
	}
	leave, ok := p.hashers.enter(ctx)
	if !ok {
		return store.Account{}, errBusy
	}
	defer leave()
	if wait, err := p.throttle.begin(ctx, who.Subject, address); err != nil || wait > 0 {
		return store.Account{}, cmp.Or(err, tooMany(wait))
	}
	if !matches(who.PasswordHash, password) || !known {
		p.log.WarnContext(ctx, "openid: sign-in failed", "known", known, "address", address)
		return store.Account{}, &signInProblem{status: http.StatusUnprocessableEntity, text: wrongPassword}
	}
	return who, p.throttle.succeed(ctx, who.Subject, address)
}

// accountOrDecoy is the account with that address. When there is none, it is a
// decoy to treat in the same way.
func (p *Provider) accountOrDecoy(ctx context.Context, email string) (a store.Account, known bool, err error) {
	a, err = p.account(ctx, func(tx *store.Tx) (store.Account, error) { return tx.AccountByEmail(ctx, email) })
	if isGone(err) {
		return store.Account{Subject: "nobody|" + strings.ToLower(email), PasswordHash: p.decoy}, false, nil
	}
	return a, err == nil, err
}

func (p *Provider) account(ctx context.Context, find func(*store.Tx) (store.Account, error)) (store.Account, error) {
	var a store.Account
	err := p.store.View(ctx, func(tx *store.Tx) (err error) {
		a, err = find(tx)
		return err
	})
	return a, err
}

// finish gives the browser a code of the library for who, and sends it back to
// the application.
func (p *Provider) finish(w http.ResponseWriter, r *http.Request, req request, who store.Account) error {
	req.Subject, req.AuthTime, req.Expires = who.Subject, p.now(), p.now().Add(codeLife)
	ctx := (&call{signedIn: &req.AuthRequest}).in(r.Context())
	back, err := op.BuildAuthResponseCallbackURL(ctx, &codeRequest{id: req.ID, req: req.AuthRequest}, p.library)
	if _, done := errors.AsType[*store.TakenError](err); done {
		return errOldSignIn // the form was sent twice
	}
	if err != nil {
		return err
	}
	p.admit(ctx, who, req.Client)
	p.log.InfoContext(ctx, "openid: signed in", "subject", who.Subject, "client", req.Client, "address", p.address(r))
	http.Redirect(w, r, withQuery(back, url.Values{"iss": {p.issuer}}), http.StatusSeeOther)
	return nil
}

// showForm renders the sign-in page.
func (p *Provider) showForm(w http.ResponseWriter, r *http.Request, status int, req request, page signInPage) error {
	page.State, page.CSRF = req.sealed, p.formToken(req)
	for _, email := range p.demo {
		a, err := p.account(r.Context(), func(tx *store.Tx) (store.Account, error) { return tx.AccountByEmail(r.Context(), email) })
		if isGone(err) { // somebody removed the account
			continue
		}
		if err != nil {
			return err
		}
		page.Demo = append(page.Demo, demoButton{Email: a.Email, Label: a.Name + " – " + roleName(a.Role)})
	}
	return p.pages.show(w, status, "signin", page)
}

func roleName(role string) string {
	switch role {
	case store.Administrator:
		return "Administrator"
	case store.HelpDesk:
		return "Help desk"
	case store.Auditor:
		return "Auditor"
	}
	return role
}

func tooMany(wait time.Duration) error {
	n := seconds(wait)
	text := "Too many tries. Try again in " + strconv.Itoa(n) + " seconds."
	if n == 1 {
		text = "Too many tries. Try again in a second."
	}
	return &signInProblem{http.StatusTooManyRequests, text, wait}
}

// seconds is d in whole seconds, rounded up.
func seconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }
