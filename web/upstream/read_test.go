package upstream_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"trellis/web/upstream"
)

// What an API answers is told as it came, whether it likes the question or not.
func TestReadTellsTheAnswer(t *testing.T) {
	tests := []struct {
		name string
		says answer
		want upstream.Answer
	}{
		{"what there is", says(200, `{"a":1}`), upstream.Answer{Status: 200, JSON: true, Body: []byte(`{"a":1}`)}},
		{"a missing scope", says(403, `{"message":"no"}`), upstream.Answer{Status: 403, JSON: true, Body: []byte(`{"message":"no"}`)}},
		{"nothing there", says(404, `{}`), upstream.Answer{Status: 404, JSON: true, Body: []byte(`{}`)}},
		{"UF-08 a pause that is too long to wait for", says(429, `{}`, "Retry-After", "120"), upstream.Answer{Status: 429, JSON: true, Body: []byte(`{}`)}},
		{"a fault", says(500, `{}`), upstream.Answer{Status: 500, JSON: true, Body: []byte(`{}`)}},
		{"a proxy's page", says(418, `<html>`, "Content-Type", "text/html"), upstream.Answer{Status: 418, Body: []byte(`<html>`)}},
		{"UF-17 too much", says(200, strings.Repeat(" ", 9<<20)), upstream.Answer{Status: 200, JSON: true, Body: []byte(strings.Repeat(" ", 8<<20)), Cut: true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := &wire{answers: []answer{tt.says}}
			got, err := client(t, w, &tokens{}).Read(t.Context(), []string{"groups", "a/../b"}, url.Values{"q": {"x&y=1\r\n"}})
			if err != nil || got.Status != tt.want.Status || got.JSON != tt.want.JSON || got.Cut != tt.want.Cut || string(got.Body) != string(tt.want.Body) {
				t.Errorf("answer = %d, JSON %t, cut %t, %d bytes, %v", got.Status, got.JSON, got.Cut, len(got.Body), err)
			}
			if w.asked[0].path != "/api/groups/a%2F..%2Fb" || w.asked[0].method != http.MethodGet {
				t.Errorf("asked %+v", w.asked[0])
			}
		})
	}
}

// What is no answer is an error, as of every other call.
func TestReadWithoutAnAnswer(t *testing.T) {
	tests := []struct {
		name string
		says answer
		path string
		want int
	}{
		{"UF-01 a session that is over", says(401, `{}`), "g", 401},
		{"UF-14 nobody listens", fails(errRefused), "g", 502},
		{"UF-18 elsewhere", says(302, `{}`, "Location", "http://elsewhere.test/"), "g", 502},
		{"UF-18 a part", says(206, `{}`), "g", 502},
		{"IN-05 a step up", says(200, `{}`), "..", 404},
		{"no id", says(200, `{}`), "", 404},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := &wire{answers: []answer{tt.says}}
			_, err := client(t, w, &tokens{}).Read(t.Context(), []string{"groups", tt.path}, nil)
			e, ok := errors.AsType[*upstream.Error](err)
			if !ok || e.Status != tt.want {
				t.Errorf("error = %v, want %d", err, tt.want)
			}
			if tt.want == 404 && len(w.asked) > 0 {
				t.Errorf("asked %+v", w.asked)
			}
		})
	}
}
