package web

import (
	"strings"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
)

// worthIt is from how many bytes on an answer is compressed: a shorter one fits in
// one packet anyway.
const worthIt = 1024

// compress makes answers small on their way. Fonts are compressed already, and
// parts of a file are counted in its own bytes. What is secret and the same in
// every answer must not stand beside what somebody else can have in it: see mask.
func compress() echo.MiddlewareFunc {
	return middleware.GzipWithConfig(middleware.GzipConfig{
		MinLength: worthIt,
		Skipper: func(c echo.Context) bool {
			r := c.Request()
			return strings.HasSuffix(r.URL.Path, ".woff2") || r.Header.Get("Range") != ""
		},
	})
}
