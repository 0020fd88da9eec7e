package web

import (
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"sync"

	"github.com/labstack/echo/v4"

	"trellis/web/authz"
	"trellis/web/bulk"
	"trellis/web/contract"
	"trellis/web/login"
	"trellis/web/mgmt"
	"trellis/web/session"
)

// Config is what a Server needs. Log and what follows it may be left out.
type Config struct {
	BaseURL  *url.URL // as browsers reach the dashboard
	Authz    *authz.Client
	Mgmt     *mgmt.Client
	Login    *login.Party
	Sessions *session.Store
	Log      *slog.Logger

	// Issuer and Audience are what a program needs to get a token for the
	// Authorization API. Pages show them.
	Issuer, Audience string

	// SignInOrigin is the OpenID provider's. Signing out is a form that ends
	// there, which the pages' policy has to allow.
	SignInOrigin string

	// ClientAddress tells who sent a request, where proxies stand between. Without
	// it whoever connects is the client: a header could say anything.
	ClientAddress func(*http.Request) string
}

// Server is the dashboard.
type Server struct {
	base     *url.URL
	authz    *authz.Client
	mgmt     *mgmt.Client
	login    *login.Party
	sessions *session.Store
	jobs     *bulk.Runner
	log      *slog.Logger
	issuer   string
	audience string
	headers  map[string]string
	client   echo.IPExtractor
	origins  *http.CrossOriginProtection
	paced    echo.MiddlewareFunc
	echo     *echo.Echo

	// The contracts of the APIs take long to read, and few look at them: they are
	// read when somebody does.
	authzContract, mgmtContract func() (contract.Document, error)
}

// New builds the dashboard.
func New(cfg Config) (*Server, error) {
	switch {
	case cfg.BaseURL == nil || cfg.BaseURL.Host == "":
		return nil, errors.New("the dashboard needs a base URL")
	case cfg.BaseURL.Path != "" && cfg.BaseURL.Path != "/":
		return nil, errors.New("the dashboard's base URL has a path: it can only live at the root of a host")
	case cfg.Authz == nil || cfg.Mgmt == nil || cfg.Login == nil || cfg.Sessions == nil:
		return nil, errors.New("the dashboard needs both API clients, a login and a session store")
	}
	s := &Server{
		base:     cfg.BaseURL,
		authz:    cfg.Authz,
		mgmt:     cfg.Mgmt,
		login:    cfg.Login,
		sessions: cfg.Sessions,
		log:      cfg.Log,
		issuer:   cfg.Issuer,
		audience: cfg.Audience,
		headers:  securityHeaders(cfg.BaseURL, cfg.SignInOrigin),
		client:   cfg.ClientAddress,
		origins:  http.NewCrossOriginProtection(),
		paced:    pace(),

		authzContract: sync.OnceValues(func() (contract.Document, error) { return contract.Read(authz.Spec) }),
		mgmtContract:  sync.OnceValues(func() (contract.Document, error) { return contract.Read(mgmt.Spec) }),
	}
	if s.client == nil {
		s.client = echo.ExtractIPDirect()
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	s.jobs = bulk.NewRunner(bulk.Config{
		Steps: bulk.APIs{Authz: s.authz, Mgmt: s.mgmt}, Store: s.sessions, Log: s.log,
	})
	s.echo = s.mount(s.routes())
	return s, nil
}

// mount makes the server of table.
func (s *Server) mount(table []route) *echo.Echo {
	e := echo.New()
	e.HTTPErrorHandler = s.handleError
	e.IPExtractor = s.client
	// From the outside in: each relies on those before it.
	e.Use(
		s.nameRequest,
		compress(),
		s.logRequest,
		s.sendHeaders,
		s.recoverPanics,
		s.checkHost,
		s.checkOrigin,
		s.limit,
		s.loadSession,
		s.checkCSRF,
		s.useDraft,
	)
	for _, r := range table {
		e.Add(r.method, r.path, r.serve, s.require(r.needs))
		if r.hasHead() {
			e.Add(http.MethodHead, r.path, r.serve, s.require(r.needs))
		}
	}
	return e
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.echo.ServeHTTP(w, r) }
