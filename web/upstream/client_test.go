package upstream_test

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"trellis/web/session"
	"trellis/web/upstream"
)

type thing struct {
	Name  string `json:"name"`
	Items []int  `json:"items"`
}

// Whatever comes back, a page gets an error it can word, and never a panic.
func TestUF_16_17_18_unusable_answers(t *testing.T) {
	const html = `<html><h1>Bad gateway</h1></html>`
	tests := []struct {
		name   string
		answer answer
	}{
		{"HTML instead of JSON", says(200, html, "Content-Type", "text/html")},
		{"HTML that says it is JSON", says(200, html)},
		{"no content type", says(200, `{}`, "Content-Type", "")},
		{"truncated", says(200, `{"name":"Audi`)},
		{"empty", says(200, ``)},
		{"null", says(200, " null\n")},
		{"two documents", says(200, `{"name":"a"}{"name":"b"}`)},
		{"a number for a text", says(200, `{"name":7}`)},
		{"an object for a list", says(200, `{"items":{}}`)},
		{"not a number", says(200, `{"items":[NaN]}`)},
		{"byte order mark", says(200, "\ufeff{}")},
		{"ten thousand deep", says(200, strings.Repeat("[", 20000))},
		{"larger than 8 MiB", says(200, `{"name":"`+strings.Repeat("a", 9<<20)+`"}`)},
		{"a part of it", says(206, `{}`)},
		{"a 2xx nobody knows", says(299, `{}`)},
		{"not modified, though nobody asked", says(304, ``)},
		{"a teapot with a page", says(502, html, "Content-Type", "text/html")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out thing
			_, err := client(t, &wire{answers: []answer{tt.answer}}, &tokens{}).Call(t.Context(), upstream.Request{Method: "POST", Path: []string{"groups"}}, &out)
			e, ok := errors.AsType[*upstream.Error](err)
			if !ok || e.Status != 502 {
				t.Fatalf("error = %v, want a 502", err)
			}
			if strings.ContainsAny(e.Message, "<{") {
				t.Errorf("message %q shows what came", e.Message)
			}
		})
	}
}

func TestUF_16_strange_answers_that_are_fine(t *testing.T) {
	tests := []struct {
		name   string
		answer answer
	}{
		{"null for a list", says(200, `{"name":"a","items":null}`)},
		{"missing and unknown members", says(200, `{"name":"a","colour":"red"}`)},
		{"a member twice: the last one counts", says(200, `{"name":"b","name":"a"}`)},
		{"a kind of JSON", says(200, `{"name":"a"}`, "Content-Type", "application/hal+json; charset=utf-8")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out thing
			_, err := client(t, &wire{answers: []answer{tt.answer}}, &tokens{}).Call(t.Context(), upstream.Request{Method: "GET", Path: []string{"groups"}}, &out)
			if err != nil || out.Name != "a" || len(out.Items) != 0 {
				t.Errorf("got %+v, %v", out, err)
			}
		})
	}
}

// The 204 of a DELETE has no body, whatever the caller hoped for.
func TestNoContentLeavesTheResultAlone(t *testing.T) {
	out := thing{Name: "before"}
	_, err := client(t, &wire{answers: []answer{says(204, "junk")}}, &tokens{}).Call(t.Context(), upstream.Request{Method: "DELETE", Path: []string{"groups", "g1"}}, &out)
	if err != nil || out.Name != "before" {
		t.Errorf("got %+v, %v", out, err)
	}
}

// A small answer that unpacks to a large one is cut off while it unpacks.
func TestUF_17_gzip_bomb(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		defer z.Close()
		zeros := make([]byte, 1<<20)
		for range 256 {
			if _, err := z.Write(zeros); err != nil {
				return // the client has hung up, as it should
			}
		}
	}))
	t.Cleanup(srv.Close)
	c, err := upstream.New(srv.URL, &http.Client{Transport: &upstream.Transport{Base: srv.Client().Transport, Tokens: &tokens{}, API: session.Management}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Call(t.Context(), upstream.Request{Method: "GET", Path: []string{"users"}}, &thing{})
	if upstream.StatusOf(err) != 502 {
		t.Errorf("error = %v, want a 502", err)
	}
}

// A redirect to another port must not see the token (F17).
func TestUF_18_a_token_stays_with_its_API(t *testing.T) {
	var leaked bool
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { leaked = true }))
	t.Cleanup(elsewhere.Close)
	srv := httptest.NewServer(http.RedirectHandler(elsewhere.URL, http.StatusTemporaryRedirect))
	t.Cleanup(srv.Close)

	hc := srv.Client()
	hc.Transport = &upstream.Transport{Base: hc.Transport, Tokens: &tokens{}, API: session.Authorization}
	c, err := upstream.New(srv.URL, hc)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Call(t.Context(), upstream.Request{Method: "GET", Path: []string{"groups"}}, nil); upstream.StatusOf(err) != 502 {
		t.Errorf("error = %v, want a 502", err)
	}
	if leaked {
		t.Error("the redirect was followed")
	}
}

// Whatever an id holds, the API is asked about that id and nothing else (F16).
func TestIDsSurviveTheWire(t *testing.T) {
	for _, id := range []string{"g1", "a b", "a/b", "50%", "%2e%2e", "auth0|7", "?", "#", "...", "ü", "a;b", "../roles", ":id"} {
		var got string
		mux := http.NewServeMux()
		mux.HandleFunc("DELETE /api/groups/{id}/members", func(_ http.ResponseWriter, r *http.Request) { got = r.PathValue("id") })
		srv := httptest.NewServer(mux)
		c, err := upstream.New(srv.URL+"/api", srv.Client())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Call(t.Context(), upstream.Request{Method: "DELETE", Path: []string{"groups", id, "members"}}, nil); err != nil || got != id {
			t.Errorf("%q came as %q (%v)", id, got, err)
		}
		srv.Close()
	}
}

func TestIDsThatWouldClimbAreRefused(t *testing.T) {
	for _, id := range []string{"", ".", ".."} {
		w := &wire{answers: []answer{says(204, "")}}
		_, err := client(t, w, &tokens{}).Call(t.Context(), upstream.Request{Method: "DELETE", Path: []string{"users", id, "roles"}}, nil)
		if upstream.StatusOf(err) != 404 || len(w.asked) != 0 {
			t.Errorf("%q: error %v, asked %d times", id, err, len(w.asked))
		}
	}
}

func TestRequestsCarryTokenAndRequestID(t *testing.T) {
	w := &wire{answers: []answer{says(200, "{}")}}
	ctx := upstream.WithRequestID(t.Context(), "req-1")
	if _, err := client(t, w, &tokens{}).Call(ctx, upstream.Request{Method: "PUT", Path: []string{"groups", "g1"}, Body: thing{Name: "a"}}, nil); err != nil {
		t.Fatal(err)
	}
	want := asked{"PUT", "/api/groups/g1", "Bearer token-authorization", `{"name":"a","items":null}`, "req-1"}
	if w.asked[0] != want {
		t.Errorf("asked %+v, want %+v", w.asked[0], want)
	}
}

// The browser went away: that is no fault of the API, and nobody is told.
func TestUF_23_a_cancelled_call_stays_cancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	w := &wire{answers: []answer{func(r *http.Request) (*http.Response, error) { cancel(); return hangs(r) }}}
	_, err := client(t, w, &tokens{}).Call(ctx, upstream.Request{Method: "GET", Path: []string{"groups"}}, nil)
	if !errors.Is(err, context.Canceled) || upstream.StatusOf(err) != 0 || len(w.asked) != 1 {
		t.Errorf("error = %v after %d tries, want the cancelled context after one", err, len(w.asked))
	}
}

func TestBaseAddresses(t *testing.T) {
	for _, base := range []string{"", "/api", "ftp://api.test", "http://", "http://user:secret@api.test", "http://api.test/?x=1", "http://api.test/#x", "http://[", "javascript:alert(1)"} {
		if _, err := upstream.New(base, http.DefaultClient); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: error = %v", base, err)
		}
	}
}

// cut is a body that ends in the middle.
type cut struct{ io.Reader }

func (cut) Close() error { return nil }
func (c cut) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

func TestUF_13_answer_cut_off(t *testing.T) {
	half := func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"application/json"}}, Body: cut{strings.NewReader(`{"name`)}}, nil
	}
	_, err := client(t, &wire{answers: []answer{half}}, &tokens{}).Call(t.Context(), upstream.Request{Method: "POST", Path: []string{"groups"}}, &thing{})
	e, ok := errors.AsType[*upstream.Error](err)
	if !ok || e.Status != 502 || !strings.Contains(e.Message, "may have been made") {
		t.Errorf("error = %v (%+v)", err, e)
	}
}
