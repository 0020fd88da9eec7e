package openid

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"

	"github.com/zitadel/oidc/v3/pkg/oidc"

	"trellis/cmd/internal/bearer"
	"trellis/cmd/internal/store"
)

// call is one request to the library, as far as the library does not carry it.
// It travels in the request's context from the guard in front of the library to
// the storage behind it, and brings back what went wrong there.
type call struct {
	audience string             // the API that the application asks for
	browser  string             // digest of the browser's cookie
	refused  *oidc.Error        // why the application gets no sign-in
	signedIn *store.AuthRequest // what a code is for
	caller   bearer.Principal   // whose token came with the request
	failed   error
}

type callKey struct{}

func (c *call) in(ctx context.Context) context.Context { return context.WithValue(ctx, callKey{}, c) }

func callOf(ctx context.Context) *call {
	if c, ok := ctx.Value(callKey{}).(*call); ok {
		return c
	}
	return &call{}
}

// fail notes err, if it is one, for the guard. The library would make another
// error of it: of a broken database, an invalid code.
func fail(ctx context.Context, err error) error {
	c := callOf(ctx)
	c.failed = cmp.Or(c.failed, err)
	return err
}

// reply is an answer of the library, held back until it was looked at.
type reply struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *reply) Header() http.Header { return a.header }

func (a *reply) WriteHeader(status int) { a.status = cmp.Or(a.status, status) }

func (a *reply) Write(b []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(b)
}

// ask has the library serve r with these parameters, and no others from
// wherever. An error is what the storage said.
func (p *Provider) ask(r *http.Request, form url.Values, c *call) (*reply, error) {
	r = r.Clone(c.in(r.Context()))
	r.URL, r.Body = &url.URL{Path: r.URL.Path}, http.NoBody
	r.Form, r.PostForm = form, form
	a := &reply{header: http.Header{}}
	p.library.ServeHTTP(a, r)
	return a, c.failed
}

// askJSON is ask for an endpoint that answers in JSON. The library's errors
// come back in the words of this package.
func (p *Provider) askJSON(r *http.Request, form url.Values, c *call) (json.RawMessage, error) {
	a, err := p.ask(r, form, c)
	if err != nil {
		return nil, err
	}
	if a.status == http.StatusOK {
		return a.body.Bytes(), nil
	}
	var said struct {
		Error       string `json:"error"`
		Description string `json:"error_description"`
	}
	_ = json.Unmarshal(a.body.Bytes(), &said)
	if known := worded(said.Error); known != nil {
		return nil, known
	}
	return nil, fmt.Errorf("the library answered %d %s %q", a.status, said.Error, said.Description)
}

// follow sends the browser where the library would, with more parameters. 303
// makes sure that a form is never posted there.
func (a *reply) follow(w http.ResponseWriter, r *http.Request, more url.Values) error {
	to := a.header.Get("Location")
	if to == "" {
		return fmt.Errorf("the library answered %d without a place to go", a.status)
	}
	if len(more) > 0 {
		to = withQuery(to, more)
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}
