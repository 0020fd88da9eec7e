package authzapi

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"

	"trellis/cmd/internal/bearer"
	"trellis/cmd/internal/sightings"
	"trellis/cmd/internal/snapshot"
	"trellis/cmd/internal/store"
	"trellis/web/authz"
)

// Audience is what a token must be meant for.
const Audience = "urn:auth0-authz-api"

// base is where the document's paths begin.
const base = "/api"

// Config is what the API needs.
type Config struct {
	Store  *store.Store
	Tokens *bearer.Verifier
	Log    *slog.Logger // nil: the default one
	// Access keeps the graph of access; nil: one of its own.
	Access *snapshot.Cache
	// People keeps who holds what, beside Access; nil: one of its own.
	People *snapshot.Crowd
	// Seen collects what providers send at sign-ins; nil: nothing is remembered.
	Seen *sightings.Book
	// Document is the contract, where it has been read already; nil: it is read.
	Document *openapi3.T
	// CORSOrigins is the origins whose pages may call the API, as browsers spell
	// them. Without any, no page of another origin may.
	CORSOrigins []string
	// NameLimit is how long names of groups, roles and mappings may be; 0: as long
	// as the document says. Permissions may have names of that length too, where it
	// is more than they have anyway.
	NameLimit int
	// IndirectGrants lets changes of groups and imports give what their callers could
	// not give directly, as the Authorization Extension did.
	IndirectGrants bool
}

// Server serves the Authorization API.
type Server struct {
	Config

	reads    map[string]serve // by path: what a version of that URL is made from
	tidy     tidiness
	foreseen foreseen
	register *snapshot.Registry
	spare    *sync.Pool // of *written: the memory of bodies that were sent
}

// New makes the handler of everything below /api. It fails when the routes and
// the document are not the same set.
func New(cfg Config) (http.Handler, error) {
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	if cfg.Access == nil {
		cfg.Access = snapshot.New()
	}
	if cfg.People == nil {
		cfg.People = snapshot.NewCrowd(cfg.Store, cfg.Access)
	}
	doc := cfg.Document
	if doc == nil {
		var err error
		if doc, err = openapi3.NewLoader().LoadFromData(authz.Spec); err != nil {
			return nil, fmt.Errorf("authorization API: its document: %w", err)
		}
		limitNames(doc, cfg.NameLimit)
	}
	s := &Server{Config: cfg, reads: map[string]serve{}, register: snapshot.NewRegistry(), spare: newSpare()}
	e := echo.New()
	e.HTTPErrorHandler = s.answerError
	e.Use(s.frame)
	return e, s.mount(e, doc)
}

// limitNames makes doc allow names of n characters, where that is more than it
// allows by itself.
func limitNames(doc *openapi3.T, n int) {
	for _, schema := range []string{"GroupName", "PermissionName"} {
		name := doc.Components.Schemas[schema].Value
		if limit := uint64(max(n, 0)); limit > *name.MaxLength {
			name.MaxLength = &limit
		}
	}
}

// mount adds every route to e, behind a door made from its operation in doc.
func (s *Server) mount(e *echo.Echo, doc *openapi3.T) error {
	left := map[string]*openapi3.Operation{}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			left[method+" "+path] = op
		}
	}
	for _, table := range []struct {
		routes []route
		run    run
	}{{s.routes(), s.inTransaction}, {s.aloneRoutes(), s.alone}} {
		for _, r := range table.routes {
			op := left[r.method+" "+r.path]
			if op == nil {
				return fmt.Errorf("authorization API: the document does not know %s %s", r.method, r.path)
			}
			delete(left, r.method+" "+r.path)
			s.add(e, r, s.handle(r, newDoor(doc, r, op), table.run))
		}
	}
	for name := range left {
		return fmt.Errorf("authorization API: nothing serves %s of the document", name)
	}
	return nil
}

// add lets e answer r with h.
func (s *Server) add(e *echo.Echo, r route, h echo.HandlerFunc) {
	path := base + strings.NewReplacer("{", ":", "}", "").Replace(r.path)
	e.Add(r.method, path, h)
	if r.method == http.MethodGet {
		s.reads[r.path] = r.serve
		e.HEAD(path, h)
	}
}

// run does what r is for, and answers.
type run func(ctx context.Context, c echo.Context, r route, in *call) error

// handle is the way of a request through its door to where it runs.
func (s *Server) handle(r route, d *door, run run) echo.HandlerFunc {
	return func(c echo.Context) error {
		if slices.Contains(c.ParamValues(), "") {
			return echo.ErrNotFound // "/groups/" is no route
		}
		who, err := s.caller(c.Request(), d)
		if err != nil {
			return err
		}
		in, err := d.pass(c, who)
		if err != nil {
			return err
		}
		if d.secret {
			c.Response().Header().Set(echo.HeaderCacheControl, "no-store")
		}
		ctx := store.WithActor(c.Request().Context(), store.Actor{
			Subject: who.Subject, Client: who.Client, RequestID: c.Response().Header().Get(echo.HeaderXRequestID),
		})
		in.reads = d.reads()
		return run(ctx, c, r, in)
	}
}

func (s *Server) inTransaction(ctx context.Context, c echo.Context, r route, in *call) error {
	if in.reads {
		return s.read(ctx, c, r, in)
	}
	return s.write(ctx, c, r, in)
}

// alone lets the route read by itself.
func (s *Server) alone(ctx context.Context, c echo.Context, r route, in *call) error {
	body, err := r.serve(ctx, in)
	if err != nil {
		return err
	}
	defer s.sent(body)
	return answerRead(c, r, body)
}

func (s *Server) read(ctx context.Context, c echo.Context, r route, in *call) error {
	var body any
	err := s.Store.View(ctx, func(tx *store.Tx) (err error) {
		in.tx = tx
		body, err = r.serve(ctx, in)
		return err
	})
	if err != nil {
		return err
	}
	return answerRead(c, r, body)
}

// answerRead sends what r read, with its version where others may have that.
func answerRead(c echo.Context, r route, body any) error {
	if r.method != http.MethodGet || body == nil {
		return answer(c, http.StatusOK, body)
	}
	return answerVersion(c, body)
}

// write runs the route in a transaction. A version that the caller names is
// compared inside it: nobody else can change the tenant in between.
func (s *Server) write(ctx context.Context, c echo.Context, r route, in *call) error {
	wanted := c.Request().Header.Get("If-Match")
	var body any
	err := s.Store.Update(ctx, func(tx *store.Tx) (err error) {
		in.tx = tx
		if wanted != "" {
			if err := s.compare(ctx, r, in, wanted); err != nil {
				return err
			}
		}
		body, err = r.serve(ctx, in)
		return err
	})
	if err != nil {
		return err
	}
	return answer(c, http.StatusOK, body)
}

// compare refuses a write to a URL that has another version than the wanted ones.
func (s *Server) compare(ctx context.Context, r route, in *call, wanted string) error {
	read := s.reads[r.path]
	if read == nil {
		return errChanged // nothing is there that could have a version
	}
	body, err := read(ctx, &call{tx: in.tx, id: in.id, path: in.path, query: in.query, who: in.who})
	if err != nil {
		return err
	}
	if body == nil {
		return errChanged
	}
	text, err := encode(body)
	if err != nil {
		return err
	}
	if !matches(wanted, etag(text), strong) {
		return errChanged
	}
	return nil
}
