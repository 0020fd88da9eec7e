package authzapi

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"github.com/labstack/echo/v4"
)

// requestID is what a caller may call its request; anything else gets a new name.
var requestID = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// frame gives every answer its headers and name, and turns a panic into an error.
func (s *Server) frame(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		id := c.Request().Header.Get(echo.HeaderXRequestID)
		if !requestID.MatchString(id) {
			id = rand.Text()
		}
		h := c.Response().Header()
		h.Set(echo.HeaderXRequestID, id)
		h.Set("Cache-Control", "no-cache")
		h.Set("X-Content-Type-Options", "nosniff")
		defer func() {
			if p := recover(); p != nil {
				if cause, ok := p.(error); ok && errors.Is(cause, http.ErrAbortHandler) {
					panic(p)
				}
				err = fmt.Errorf("panic: %v", p)
			}
		}()
		allowed := s.allowOrigin(c)
		if c.Request().Method == http.MethodOptions {
			return preflight(c, allowed)
		}
		return next(c)
	}
}

// answer sends body as JSON; nil is an answer without a body.
func answer(c echo.Context, status int, body any) error {
	if body == nil {
		return c.NoContent(http.StatusNoContent)
	}
	encoded, err := encode(body)
	if err != nil {
		return err
	}
	return send(c, status, encoded)
}

// answerVersion sends body with its version, or only says that the caller has it.
func answerVersion(c echo.Context, body any) error {
	encoded, err := encode(body)
	if err != nil {
		return err
	}
	version := etag(encoded)
	c.Response().Header().Set("ETag", version)
	if known := c.Request().Header.Get("If-None-Match"); known != "" && matches(known, version, weak) {
		return c.NoContent(http.StatusNotModified)
	}
	return send(c, http.StatusOK, encoded)
}

func encode(body any) ([]byte, error) {
	if w, ok := body.(*written); ok {
		return w.text, nil
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(body); err != nil {
		return nil, fmt.Errorf("encoding the answer: %w", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// etag is the version of a body: equal bodies have equal ones.
func etag(body []byte) string {
	sum := sha256.Sum256(body)
	return `"` + base64.RawURLEncoding.EncodeToString(sum[:16]) + `"`
}

// How versions are compared (RFC 9110, 8.8.3.2).
const (
	strong = false
	weak   = true
)

// matches reports whether version is in the list of a header, or the list is "*".
func matches(list, version string, weakly bool) bool {
	for item := range strings.SplitSeq(list, ",") {
		item = strings.TrimSpace(item)
		if weakly {
			item = strings.TrimPrefix(item, "W/")
		}
		if item == version || item == compressed(version) || item == "*" {
			return true
		}
	}
	return false
}
