package web

import (
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"
)

// securityHeaders are on every answer, whatever it is. They narrow what a page
// may do to what ours do: no inline script or style, nothing of other hosts.
func securityHeaders(base *url.URL, signInOrigin string) map[string]string {
	h := map[string]string{
		echo.HeaderContentSecurityPolicy: policy(base, signInOrigin),
		echo.HeaderXContentTypeOptions:   "nosniff",
		echo.HeaderReferrerPolicy:        referrerPolicy(base),
		"Cross-Origin-Opener-Policy":     "same-origin",
		"Cross-Origin-Resource-Policy":   "same-origin",
		"Permissions-Policy": "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), " +
			"hid=(), magnetometer=(), microphone=(), midi=(), payment=(), publickey-credentials-get=(), serial=(), usb=()",
		// What may be kept says so itself, as static files do.
		echo.HeaderCacheControl: "no-store",
	}
	if base.Scheme == "https" {
		h[echo.HeaderStrictTransportSecurity] = "max-age=31536000; includeSubDomains"
	}
	return h
}

// referrerPolicy hides from where a link was followed. A browser then hides the
// origin of a form too, and says by Sec-Fetch-Site that it is ours. Over plain
// HTTP on a network it does not, so that there we let it name ours to ourselves.
func referrerPolicy(base *url.URL) string {
	if _, here := loopback(base.Host); here || base.Scheme == "https" {
		return "no-referrer"
	}
	return "same-origin"
}

// policy is the Content-Security-Policy. The form that signs out is answered by a
// redirect to the OpenID provider, and a browser asks form-action for that too.
func policy(base *url.URL, signInOrigin string) string {
	forms := "'self'"
	if signInOrigin != "" && signInOrigin != base.Scheme+"://"+base.Host {
		forms += " " + signInOrigin
	}
	return strings.Join([]string{
		"default-src 'none'",
		"script-src 'self'",
		"style-src 'self'",
		"img-src 'self' data:",
		"font-src 'self'",
		"connect-src 'self'",
		"form-action " + forms,
		"base-uri 'none'",
		"object-src 'none'",
		"frame-ancestors 'none'",
	}, "; ")
}

// sendHeaders puts the security headers on the answer before anything else can
// make one.
func (s *Server) sendHeaders(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		for name, value := range s.headers {
			c.Response().Header().Set(name, value)
		}
		return next(c)
	}
}
