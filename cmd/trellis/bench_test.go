package main

import (
	"net/http"
	"net/url"
	"testing"
)

// BenchmarkPages is what a person waits for: the whole way from the browser
// over the dashboard and the API to the database and back.
func BenchmarkPages(b *testing.B) {
	b.Chdir(b.TempDir())
	s := serveIn(b, "--demo", "--log-level", "error")
	ada := s.person()
	ada.open("/groups")
	ada.press("Ada")
	group := ada.page.Find("main a").FilterFunction(isGroup).First().AttrOr("href", "")
	user, _ := s.machine().somebody()

	for _, page := range []struct{ name, path string }{
		{"groups", "/groups"},
		{"group", group},
		{"users", "/users"},
		{"user permissions", "/users/" + url.PathEscape(user) + "/permissions"},
	} {
		b.Run(page.name, func(b *testing.B) {
			for b.Loop() {
				ada.send(http.MethodGet, page.path, nil)
			}
		})
	}
	b.Run("sign in", func(b *testing.B) {
		for b.Loop() {
			somebody := s.person()
			somebody.open("/groups")
			somebody.press("Ada")
		}
	})
}
