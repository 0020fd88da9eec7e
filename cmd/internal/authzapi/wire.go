package authzapi

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"
)

const jsonType = "application/json; charset=utf-8"

// worthwhile is how many bytes a body has before it is compressed.
const worthwhile = 1 << 10

// compressors holds used compressors: a new one takes a megabyte. They work at
// their fastest, as whoever signs in waits for them.
var compressors = sync.Pool{New: func() any {
	z, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed) // the level is one there is
	return z
}}

// send sends a body, compressed when the caller can read that. A compressed
// body has a version of its own, as another one of the same record.
func send(c echo.Context, status int, body []byte) error {
	h := c.Response().Header()
	h.Add("Vary", "Accept-Encoding")
	if len(body) < worthwhile || !takesGzip(c.Request()) {
		return sendWhole(c, status, body)
	}
	var b bytes.Buffer
	z, _ := compressors.Get().(*gzip.Writer)
	defer compressors.Put(z)
	z.Reset(&b)
	_, _ = z.Write(body) // a buffer takes everything
	_ = z.Close()
	h.Set("Content-Encoding", "gzip")
	if version := h.Get("ETag"); version != "" {
		h.Set("ETag", compressed(version))
	}
	return sendWhole(c, status, b.Bytes())
}

// sendWhole says how long body is: an answer of many groups would go in chunks
// otherwise, which take a write more, and of which nobody knows how many come.
func sendWhole(c echo.Context, status int, body []byte) error {
	c.Response().Header().Set(echo.HeaderContentLength, strconv.Itoa(len(body)))
	return c.Blob(status, jsonType, body)
}

// compressed is the version of the compressed body.
func compressed(version string) string { return strings.TrimSuffix(version, `"`) + `-gzip"` }

func takesGzip(req *http.Request) bool {
	for coding := range strings.SplitSeq(req.Header.Get("Accept-Encoding"), ",") {
		name, quality, _ := strings.Cut(strings.TrimSpace(coding), ";")
		if strings.EqualFold(strings.TrimSpace(name), "gzip") {
			return !strings.HasPrefix(strings.ReplaceAll(quality, " ", ""), "q=0") || strings.Contains(quality, ".")
		}
	}
	return false
}

// allowOrigin lets a page of an origin that was named read the answer.
func (s *Server) allowOrigin(c echo.Context) bool {
	origin := c.Request().Header.Get(echo.HeaderOrigin)
	if len(s.CORSOrigins) == 0 || origin == "" {
		return false
	}
	h := c.Response().Header()
	h.Add("Vary", "Origin")
	if !slices.Contains(s.CORSOrigins, origin) {
		return false
	}
	h.Set(echo.HeaderAccessControlAllowOrigin, origin)
	h.Set(echo.HeaderAccessControlExposeHeaders, "WWW-Authenticate,Server-Authorization,ETag,X-Request-Id")
	return true
}

// preflight answers a browser that asks before it calls. Without an origin that
// was named, OPTIONS is no method of any route.
func preflight(c echo.Context, allowed bool) error {
	method := c.Request().Header.Get(echo.HeaderAccessControlRequestMethod)
	if !allowed || method == "" {
		return echo.ErrNotFound
	}
	h := c.Response().Header()
	h.Set(echo.HeaderAccessControlAllowMethods, "GET,HEAD,POST,PUT,PATCH,DELETE")
	if slices.Contains([]string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}, method) {
		h.Set(echo.HeaderAccessControlAllowMethods, method)
	}
	h.Set(echo.HeaderAccessControlAllowHeaders, "Accept,Authorization,Content-Type,If-None-Match,If-Match,X-Request-Id")
	h.Set(echo.HeaderAccessControlMaxAge, "86400")
	return c.NoContent(http.StatusOK)
}
