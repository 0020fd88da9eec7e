package openid

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"net"
	"net/http"
	"net/url"

	"trellis/static"
)

//go:embed pages/*.html
var pageFiles embed.FS

//go:embed assets
var assetFiles embed.FS

// pages renders the provider's own pages. They need no JavaScript and load
// nothing but the one style sheet.
type pages struct {
	templates map[string]*template.Template
	policy    string // Content-Security-Policy
	referrer  string // Referrer-Policy
	home      string // the dashboard's address
	version   string // of the assets
}

// signInPage is what the sign-in page shows.
type signInPage struct {
	State, CSRF string
	Email       string // as typed
	Problem     string // with the last try
	Demo        []demoButton
}

// demoButton signs in as a sample account.
type demoButton struct{ Email, Label string }

// messagePage is a page of one message, and perhaps one form to send.
type messagePage struct {
	Title, Text string
	Link        string // where to go on; none when Confirm is there
	LinkText    string
	Confirm     *confirmation
}

// confirmation asks for a click before something happens.
type confirmation struct {
	Action, Button string
	Fields         map[string]string
}

// pageError is an error that a person sees as a page.
type pageError struct {
	status      int
	title, text string
}

func (e *pageError) Error() string { return e.title + ": " + e.text }

var (
	errOldSignIn = &pageError{http.StatusBadRequest, "This sign-in is too old", "It was begun too long ago, in another browser, or it is already done. Start again."}
	errNoPage    = &pageError{http.StatusNotFound, "There is no such page", "The address leads nowhere."}
)

func badPage(text string) error {
	return &pageError{http.StatusBadRequest, "This sign-in cannot go on", text}
}

func newPages(redirectURI string) (*pages, error) {
	u, err := url.Parse(redirectURI)
	if err != nil || u.Host == "" {
		return nil, fmt.Errorf("the redirect URI %q is no address", redirectURI)
	}
	origin := u.Scheme + "://" + u.Host
	css, err := assetFiles.ReadFile("assets/signin.css")
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(css)
	p := &pages{
		templates: map[string]*template.Template{},
		home:      origin + "/",
		referrer:  "no-referrer",
		version:   hex.EncodeToString(sum[:6]),
		// A form's answer may lead on to the application, and nowhere else.
		policy: "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; form-action 'self' " + origin +
			"; base-uri 'none'; frame-ancestors 'none'",
	}
	if ip := net.ParseIP(u.Hostname()); u.Scheme == "http" && u.Hostname() != "localhost" && !ip.IsLoopback() {
		// Over plain HTTP on a network browsers send no Sec-Fetch-Site, and with
		// no-referrer no Origin either: the form could not show that it is ours.
		p.referrer = "same-origin"
	}
	for _, name := range []string{"signin", "message"} {
		t, err := template.ParseFS(pageFiles, "pages/layout.html", "pages/"+name+".html")
		if err != nil {
			return nil, err
		}
		p.templates[name] = t
	}
	return p, nil
}

// show renders a page, whole or not at all.
func (p *pages) show(w http.ResponseWriter, status int, name string, page any) error {
	var b bytes.Buffer
	err := p.templates[name].ExecuteTemplate(&b, "layout", struct {
		Home, Version string
		Page          any
	}{p.home, p.version, page})
	if err != nil {
		return fmt.Errorf("rendering the page %s: %w", name, err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", p.policy)
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", p.referrer)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes())
	return nil
}

// asset serves a file that the pages load. Its address has a version in it,
// so that it may be kept for good.
func (p *pages) asset(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("name")
	var from fs.FS = assetFiles
	path := "assets/" + name
	switch name {
	case "signin.css", "mark.svg":
	case "inter.woff2": // the font of the dashboard
		from, path = static.FS(), "vendor/inter-latin.woff2"
	default:
		return errNoPage
	}
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	http.ServeFileFS(w, r, from, path)
	return nil
}

// page serves a page that people see, and words its errors for them.
func (p *Provider) page(serve func(http.ResponseWriter, *http.Request) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := serve(w, r)
		if err == nil {
			return
		}
		known, ok := errors.AsType[*pageError](err)
		if !ok {
			p.log.ErrorContext(r.Context(), "openid: page failed", "path", r.URL.Path, "err", err)
			known = &pageError{http.StatusInternalServerError, "Something went wrong", "It is not your fault, and it was written down. Try again in a moment."}
		}
		err = p.pages.show(w, known.status, "message", messagePage{
			Title: known.title, Text: known.text, Link: p.pages.home, LinkText: "Go to the dashboard",
		})
		if err != nil {
			p.log.ErrorContext(r.Context(), "openid: page failed", "path", r.URL.Path, "err", err)
			http.Error(w, known.title, known.status)
		}
	})
}
