package web

import (
	"io/fs"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"trellis/static"
	"trellis/views/urls"
)

// serveStatic answers with a file of the binary. Under the address that
// static.URL gives, which changes with the content, it may be kept for good.
func serveStatic(c echo.Context) error {
	r, h := c.Request(), c.Response().Header()
	name := strings.TrimPrefix(r.URL.Path, urls.Static+"/")
	// A path in an encoding of its own is somebody's trick: no link of ours is.
	if r.URL.RawPath != "" || !fs.ValidPath(name) {
		return echo.ErrNotFound
	}
	if info, err := fs.Stat(static.FS(), name); err != nil || info.IsDir() {
		return echo.ErrNotFound
	}
	_, hash, _ := strings.Cut(static.URL(name), "?v=")
	h.Set("ETag", `"`+hash+`"`)
	h.Set(echo.HeaderCacheControl, "no-cache")
	if r.URL.Query().Get("v") == hash {
		h.Set(echo.HeaderCacheControl, "public, max-age=31536000, immutable")
	}
	http.ServeFileFS(c.Response(), r, static.FS(), name)
	return nil
}
