package mgmtapi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"runtime/debug"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"trellis/cmd/internal/bearer"
	"trellis/cmd/internal/store"
	"trellis/web/mgmt"
)

// base is where the API's paths begin.
const base = "/api/v2"

// Config is what the API needs.
type Config struct {
	Store  *store.Store
	Tokens *bearer.Verifier
	Issuer string // with a slash at its end; the audience is below it
	// Document is the contract, where it has been read already; nil: it is read.
	Document *openapi3.T
	Log      *slog.Logger
	// Password says what is wrong with a password that somebody chose, or nil.
	Password func(string) error
	// NewPassword makes a password and what is kept of it.
	NewPassword func() (password, hash string)
	// Grantable is the scopes that machine clients can be granted, by API.
	Grantable map[store.GrantedAPI][]string
	// RoleScopes is what an account with a role may do at an API.
	RoleScopes func(role string, api store.GrantedAPI) []string
	// Holds is what somebody may do at an API now: by the role of the account, or by
	// the grants of the client.
	Holds func(ctx context.Context, tx *store.Tx, who bearer.Principal, api store.GrantedAPI) ([]string, error)
}

// api is the Management API at work.
type api struct {
	store    *store.Store
	tokens   *bearer.Verifier
	audience string
	log      *slog.Logger
	password func(string) error
	doc      *openapi3.T

	newPassword func() (password, hash string)
	grantable   map[store.GrantedAPI][]string
	roleScopes  func(role string, api store.GrantedAPI) []string
	holds       func(ctx context.Context, tx *store.Tx, who bearer.Principal, api store.GrantedAPI) ([]string, error)
}

// New is the Management API. Its paths begin with /api/v2.
func New(cfg Config) (http.Handler, error) {
	doc := cfg.Document
	if doc == nil {
		var err error
		if doc, err = openapi3.NewLoader().LoadFromData(mgmt.Spec); err != nil {
			return nil, fmt.Errorf("management API: reading its contract: %w", err)
		}
	}
	a := &api{
		store: cfg.Store, tokens: cfg.Tokens, audience: cfg.Issuer + "api/v2/", log: cfg.Log, password: cfg.Password, doc: doc, newPassword: cfg.NewPassword, grantable: cfg.Grantable,
		roleScopes: cfg.RoleScopes, holds: cfg.Holds,
	}

	e := echo.New()
	e.HTTPErrorHandler = a.fail
	e.Use(identified, recovered)
	for _, r := range routes() {
		op, err := a.operation(r)
		if err != nil {
			return nil, err
		}
		e.Add(r.method, base+strings.ReplaceAll(r.path, "{id}", ":id"), a.door(r, op))
	}
	return e, nil
}

// requestID is the form of a request id that is taken over from the caller.
var requestID = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// identified gives the request an id and every answer its headers.
func identified(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		id := c.Request().Header.Get(echo.HeaderXRequestID)
		if !requestID.MatchString(id) {
			id = uuid.NewString()
		}
		header := c.Response().Header()
		header.Set(echo.HeaderXRequestID, id)
		header.Set(echo.HeaderCacheControl, "no-store")
		header.Set(echo.HeaderXContentTypeOptions, "nosniff")
		return next(c)
	}
}

// recovered turns a panic into an error.
func recovered(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			if r := recover(); r != nil {
				err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
			}
		}()
		return next(c)
	}
}

// fail is the one place that answers errors.
func (a *api) fail(err error, c echo.Context) {
	p := problemOf(err)
	a.note(c, p, err)
	if c.Response().Committed {
		return
	}
	if p.challenge != "" {
		c.Response().Header().Set(echo.HeaderWWWAuthenticate, p.challenge)
	}
	if p.retryAfter != "" {
		c.Response().Header().Set(echo.HeaderRetryAfter, p.retryAfter)
	}
	if err := c.JSON(p.Status, p); err != nil {
		a.log.InfoContext(c.Request().Context(), "management API: the caller went away", "error", err)
	}
}

// note logs what an operator may want to know of: failures, and who was turned
// away. It names the route, not the path, which holds ids.
func (a *api) note(c echo.Context, p *problem, err error) {
	ctx := c.Request().Context()
	args := []any{
		"method", c.Request().Method, "route", c.Path(), "status", p.Status,
		"request_id", c.Response().Header().Get(echo.HeaderXRequestID),
	}
	switch {
	case errors.Is(err, context.Canceled):
	case p.Status >= http.StatusInternalServerError:
		a.log.ErrorContext(ctx, "management API: failed", append(args, "error", err)...)
	case p.Status == http.StatusUnauthorized, p.Status == http.StatusForbidden:
		a.log.InfoContext(ctx, "management API: refused", append(args, "reason", p.Message)...)
	}
}
