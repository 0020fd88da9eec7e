package web

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/session"
	"trellis/web/upstream"
)

const (
	maxRequest   = 1 << 20          // bytes of a request's body
	maxImport    = 17 << 20         // of one that carries a whole tenant: the API takes 16 MiB
	requestLimit = 30 * time.Second // for all that a request does
)

// nameRequest gives the request an id: the page shows it, the log has it, and
// the APIs are told it. One that the browser sends is not believed.
func (s *Server) nameRequest(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		id := rand.Text()[:16]
		c.Response().Header().Set(echo.HeaderXRequestID, id)
		c.SetRequest(c.Request().WithContext(upstream.WithRequestID(c.Request().Context(), id)))
		return next(c)
	}
}

// logRequest writes one line when the request has been answered. It names the
// route and not the address: a query holds what people search for, and on the way
// back from the OpenID provider a code.
func (s *Server) logRequest(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		start := time.Now()
		if err := next(c); err != nil {
			c.Error(err)
		}
		ctx := c.Request().Context()
		s.log.LogAttrs(ctx, slog.LevelInfo, "request",
			slog.String("method", c.Request().Method),
			slog.String("route", c.Path()),
			slog.Int("status", c.Response().Status),
			slog.Duration("took", time.Since(start)),
			slog.String("request_id", upstream.RequestID(ctx)),
		)
		return nil
	}
}

// recoverPanics turns a panic into an error of this one request.
func (s *Server) recoverPanics(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			r := recover()
			if r == nil {
				return
			}
			if r == http.ErrAbortHandler {
				panic(r)
			}
			ctx := c.Request().Context()
			s.log.ErrorContext(ctx, "panic", "request_id", upstream.RequestID(ctx), "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", r)
		}()
		return next(c)
	}
}

// checkHost answers only for the host of the base URL. The other names of this
// machine lead there, as somebody types 127.0.0.1 where we say localhost.
func (s *Server) checkHost(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		if strings.EqualFold(r.Host, s.base.Host) {
			return next(c)
		}
		if reads(r) && loopbackAlias(r.Host, s.base.Host) {
			u := *s.base
			u.Path, u.RawPath, u.RawQuery = r.URL.Path, r.URL.RawPath, r.URL.RawQuery
			return c.Redirect(http.StatusPermanentRedirect, u.String())
		}
		return &failure{
			status: http.StatusMisdirectedRequest, title: "This is another address",
			text: "Trellis is not reached by this name. Use the address that you were given.", final: true,
		}
	}
}

// reads reports whether r asks for a page.
func reads(r *http.Request) bool { return r.Method == http.MethodGet || r.Method == http.MethodHead }

// loopbackAlias reports whether a and b are names of this machine, with the same
// port.
func loopbackAlias(a, b string) bool {
	portA, okA := loopback(a)
	portB, okB := loopback(b)
	return okA && okB && portA == portB
}

// loopback is the port of hostport, and whether its host is this machine.
func loopback(hostport string) (port string, here bool) {
	name, port, err := net.SplitHostPort(hostport)
	if err != nil {
		name, port = strings.Trim(hostport, "[]"), ""
	}
	return port, name == "localhost" || name == "127.0.0.1" || name == "::1"
}

// checkOrigin refuses what another site has a browser send.
func (s *Server) checkOrigin(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if err := s.origins.Check(c.Request()); err != nil {
			return forged(err)
		}
		return next(c)
	}
}

// limit bounds what one request may send, and how long it may keep us.
func (s *Server) limit(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		ctx, cancel := context.WithTimeout(r.Context(), requestLimit)
		defer cancel()
		r = r.WithContext(ctx)
		r.Body = http.MaxBytesReader(c.Response(), r.Body, mostOf(c.Path()))
		c.SetRequest(r)
		return next(c)
	}
}

// mostOf is how many bytes a request for path may send.
func mostOf(path string) int64 {
	switch path {
	case urls.Transfer, urls.Import, urls.ImportImpact, urls.ImportImpactExport:
		return maxImport
	}
	return maxRequest
}

// loadSession puts the browser's session into the request's context. Without an
// answer from the store nobody is let in, not even as a visitor.
func (s *Server) loadSession(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if strings.HasPrefix(c.Path(), urls.Static) {
			return next(c)
		}
		r := c.Request()
		d, err := s.sessions.Load(c.Response(), r)
		if err != nil {
			return &failure{
				status: http.StatusServiceUnavailable, title: "Trellis cannot tell who you are",
				text: "Its database does not answer. Try again in a moment.", err: err,
			}
		}
		ctx := views.WithCSRF(session.With(r.Context(), d), mask(d.CSRF))
		c.SetRequest(r.WithContext(ctx))
		c.Response().Before(func() {
			if r.Method == http.MethodHead {
				return // nobody has seen the page, nor the messages on it
			}
			if err := s.sessions.Keep(context.WithoutCancel(ctx)); err != nil {
				s.log.ErrorContext(ctx, "messages lost", "err", err, "request_id", upstream.RequestID(ctx))
			}
		})
		return next(c)
	}
}

// require lets through who has what n asks for. A visitor goes to sign in.
func (s *Server) require(n need) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			d := session.From(c.Request().Context())
			switch {
			case n.person && !d.SignedInAs():
				return s.signIn(c)
			case n.scope != "" && !d.Can(n.api, n.scope):
				return &upstream.Error{Status: http.StatusForbidden, Missing: strings.Fields(n.scope)[0]}
			}
			return next(c)
		}
	}
}
