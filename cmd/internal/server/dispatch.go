package server

import (
	"net/http"
	"strings"
)

// Parts are what answers under one address. A nil part is not served.
type Parts struct {
	OpenID        http.Handler
	Authorization http.Handler
	Management    http.Handler
	Dashboard     http.Handler
	Health        *Health
}

// paths says which part a path belongs to; the first line that fits decides. A
// path that ends in a slash stands for all below it, and one that is on no
// line is the dashboard's.
var paths = []struct {
	path string
	part func(Parts) http.Handler
}{
	{"/healthz", func(p Parts) http.Handler { return p.Health.live() }},
	{"/readyz", func(p Parts) http.Handler { return p.Health.ready() }},
	{"/api/v2/", func(p Parts) http.Handler { return p.Management }},
	{"/api/", func(p Parts) http.Handler { return p.Authorization }},
	{"/.well-known/", func(p Parts) http.Handler { return p.OpenID }},
	{"/authorize", func(p Parts) http.Handler { return p.OpenID }},
	{"/authorize/", func(p Parts) http.Handler { return p.OpenID }},
	{"/oauth/", func(p Parts) http.Handler { return p.OpenID }},
	{"/userinfo", func(p Parts) http.Handler { return p.OpenID }},
	{"/oidc/", func(p Parts) http.Handler { return p.OpenID }},
	{"/u/", func(p Parts) http.Handler { return p.OpenID }},
}

// ServeHTTP hands the request to its part. It is no http.ServeMux, which would
// redirect a path with a double slash, and an id may hold one.
func (p Parts) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	part := p.of(r.URL.Path)
	if part == nil {
		w.Header().Set("Cache-Control", "no-store")
		http.Error(w, "Nothing is served here.", http.StatusNotFound)
		return
	}
	part.ServeHTTP(w, r)
}

func (p Parts) of(path string) http.Handler {
	for _, line := range paths {
		if path != line.path && (!strings.HasSuffix(line.path, "/") || !strings.HasPrefix(path, line.path)) {
			continue
		}
		if h := line.part(p); h != nil {
			return h
		}
	}
	return p.Dashboard
}
