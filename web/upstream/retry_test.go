package upstream_test

import (
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"trellis/web/upstream"
)

// What is tried again, how often, and how long that takes. The clock is a made-up
// one: nothing here waits.
func TestTries(t *testing.T) {
	var (
		ok      = says(200, `{}`)
		sick    = says(503, `{}`)
		unknown = says(500, `{}`)
	)
	tests := []struct {
		name       string
		method     string
		answers    []answer
		wantTries  int
		wantStatus int           // 0: it worked
		within     time.Duration // 0: a second
	}{
		{"UF-12 reading survives two bad gateways", "GET", []answer{says(502, ""), says(504, ""), ok}, 3, 0, 0},
		{"UF-12 reading gives up after three tries", "GET", []answer{sick}, 3, 503, 0},
		{"UF-12 a fault of the API is not tried again", "GET", []answer{unknown}, 1, 500, 0},
		{"UF-12 replacing is tried once more", "PUT", []answer{sick}, 2, 503, 0},
		{"UF-12 deleting is tried once more", "DELETE", []answer{sick}, 2, 503, 0},
		{"UF-12 a bad gateway may have deleted", "DELETE", []answer{says(502, "")}, 1, 502, 0},
		{"UF-12 adding is not tried again", "POST", []answer{sick}, 1, 503, 0},
		{"UF-12 adding to a set is not tried again", "PATCH", []answer{sick}, 1, 503, 0},
		{"UF-14 reading, connection refused", "GET", []answer{fails(errRefused)}, 3, 502, 0},
		{"UF-14 deleting, connection refused", "DELETE", []answer{fails(errRefused), ok}, 2, 0, 0},
		{"UF-14 adding, connection refused", "POST", []answer{fails(errRefused)}, 1, 502, 0},
		{"UF-13 reading, connection reset", "GET", []answer{fails(errReset), ok}, 2, 0, 0},
		{"UF-13 deleting, connection reset", "DELETE", []answer{fails(errReset)}, 1, 502, 0},
		{"UF-08 reading, told to wait a second", "GET", []answer{says(429, "", "Retry-After", "1"), ok}, 2, 0, 1200 * time.Millisecond},
		{"UF-08 adding, told to wait a second", "POST", []answer{says(429, "", "Retry-After", "1"), ok}, 2, 0, 1200 * time.Millisecond},
		{"UF-08 told to wait two minutes", "GET", []answer{says(429, "", "Retry-After", "120")}, 1, 429, time.Millisecond},
		{"UF-09 told nothing", "GET", []answer{says(429, "")}, 3, 429, 0},
		{"UF-09 told nonsense", "GET", []answer{says(429, "", "Retry-After", "soon"), ok}, 2, 0, 0},
		{"UF-15 no head of an answer", "POST", []answer{hangs}, 1, 504, 5100 * time.Millisecond},
		{"UF-15 no head of any answer", "GET", []answer{hangs}, 2, 504, 10100 * time.Millisecond},
		{"UF-18 redirects are not followed", "GET", []answer{says(307, "", "Location", "http://elsewhere.test/")}, 1, 502, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := &wire{answers: tt.answers}
				start := time.Now()
				_, err := client(t, w, &tokens{}).Call(t.Context(), upstream.Request{Method: tt.method, Path: []string{"groups"}, Body: body(tt.method)}, nil)

				if got := upstream.StatusOf(err); got != tt.wantStatus {
					t.Errorf("status = %d (%v), want %d", got, err, tt.wantStatus)
				}
				if len(w.asked) != tt.wantTries {
					t.Errorf("asked %d times, want %d", len(w.asked), tt.wantTries)
				}
				for _, a := range w.asked {
					if a.body != w.asked[0].body {
						t.Errorf("sent %q again as %q", w.asked[0].body, a.body)
					}
				}
				within := tt.within
				if within == 0 {
					within = time.Second
				}
				if took := time.Since(start); took > within {
					t.Errorf("took %s, want at most %s", took, within)
				}
			})
		})
	}
}

func body(method string) any {
	if method == http.MethodGet {
		return nil
	}
	return map[string]string{"name": "Auditors"}
}

func TestUF_01_02_a_refused_token_is_renewed_once(t *testing.T) {
	tests := []struct {
		name        string
		method      string
		answers     []answer
		wantStatus  int
		wantTries   int
		wantRenewed int
	}{
		{"reading", "GET", []answer{says(401, "{}"), says(200, "{}")}, 0, 2, 1},
		{"adding: a 401 did nothing", "POST", []answer{says(401, "{}"), says(200, "{}")}, 0, 2, 1},
		{"refused for good", "GET", []answer{says(401, "{}")}, 401, 2, 1},
		{"UF-04 a missing scope is not a refused token", "GET", []answer{says(403, "{}")}, 403, 1, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w, s := &wire{answers: tt.answers}, &tokens{}
			_, err := client(t, w, s).Call(t.Context(), upstream.Request{Method: tt.method, Path: []string{"groups"}, Body: body(tt.method)}, nil)
			if got := upstream.StatusOf(err); got != tt.wantStatus {
				t.Errorf("status = %d, want %d", got, tt.wantStatus)
			}
			if len(w.asked) != tt.wantTries || s.renewed != tt.wantRenewed {
				t.Fatalf("asked %d times with %d renewals, want %d and %d", len(w.asked), s.renewed, tt.wantTries, tt.wantRenewed)
			}
			if tt.wantRenewed == 1 && (w.asked[1].token != "Bearer renewed-authorization" || w.asked[1].body != w.asked[0].body) {
				t.Errorf("asked again with %+v", w.asked[1])
			}
		})
	}
}

// Nobody can tell whether a write whose answer got lost was made: its words say so.
func TestUF_13_a_lost_answer_to_a_write_is_not_called_a_failure(t *testing.T) {
	const warning = "The API cannot be reached. The change may have been made all the same: look before you try again."
	tests := []struct {
		name   string
		method string
		err    error
		want   string
	}{
		{"reading", "GET", errReset, "The API cannot be reached."},
		{"adding", "POST", errReset, warning},
		{"adding, but nothing was sent", "POST", errRefused, "The API cannot be reached."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				_, err := client(t, &wire{answers: []answer{fails(tt.err)}}, &tokens{}).Call(t.Context(), upstream.Request{Method: tt.method, Path: []string{"groups"}}, nil)
				e, ok := errors.AsType[*upstream.Error](err)
				if !ok || e.Message != tt.want || !errors.Is(err, tt.err) {
					t.Errorf("error = %v (%+v), want the words %q", err, e, tt.want)
				}
			})
		})
	}
}

func TestWithoutATokenNothingIsSent(t *testing.T) {
	w := &wire{answers: []answer{says(200, "{}")}}
	ended := &upstream.Error{Status: 401, Code: upstream.CodeNoSession}
	_, err := client(t, w, &tokens{err: ended}).Call(t.Context(), upstream.Request{Method: "GET", Path: []string{"groups"}}, nil)
	if got, ok := errors.AsType[*upstream.Error](err); !ok || got != ended {
		t.Errorf("error = %v, want that of the token", err)
	}
	if len(w.asked) != 0 {
		t.Errorf("asked %d times, want never", len(w.asked))
	}
}
