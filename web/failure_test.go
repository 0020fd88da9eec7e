package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"trellis/web/login"
	"trellis/web/upstream"
)

func TestFailureOf(t *testing.T) {
	tests := []struct {
		name       string
		err        error
		wantStatus int
		wantText   string // a part of what the person reads
	}{
		{"unknown page", echo.ErrNotFound, 404, "no page"},
		{"wrong method", echo.ErrMethodNotAllowed, 405, "does not take"},
		{"too much", fmt.Errorf("form: %w", &http.MaxBytesError{Limit: 1}), 413, "one megabyte"},
		{"no such group", fmt.Errorf("listing: %w", &upstream.Error{Status: 404, Message: "pq: secret"}), 404, "This group does not exist"},
		{"missing scope", &upstream.Error{Status: 403, Missing: "update:groups"}, 403, "update:groups"},
		{"missing scope, unnamed", &upstream.Error{Status: 403, Message: "Insufficient scope"}, 403, "administrator"},
		{"more than may be given", &upstream.Error{Status: 403, Code: "GrantError", Message: "You may not add members to SRE: that gives the role Responder.", Missing: "update:roles"}, 403, "add members to SRE: that gives the role Responder. An administrator"},
		{"more than the person has", &upstream.Error{Status: 403, Code: "grant_not_allowed", Message: "That gives delete:users.", Missing: "delete:users"}, 403, "That gives delete:users."},
		{"a circle", &upstream.Error{Status: 409, Message: "Would close the circle A > B > A"}, 409, "A > B > A"},
		{"changed meanwhile", &upstream.Error{Status: 412}, 409, "Nothing of yours was saved"},
		{"no If-Match", &upstream.Error{Status: 428}, 409, "Nothing of yours was saved"},
		{"a refused request", &upstream.Error{Status: 400, Message: "Unable to touch nested"}, 400, "Unable to touch nested"},
		{"a pause", &upstream.Error{Status: 429, RetryAfter: 7 * time.Second}, 429, "in 7 seconds"},
		{"a pause of unknown length", &upstream.Error{Status: 429}, 429, "in a second"},
		{"API broke", &upstream.Error{Status: 500, Message: "pq: secret"}, 502, "could not answer"},
		{"API's gateway broke", &upstream.Error{Status: 502, Message: "pq: secret"}, 502, "could not answer"},
		{"API not reached", &upstream.Error{Status: 502, Code: upstream.CodeNoAnswer, Message: "The API cannot be reached.", Err: errors.New("dial tcp")}, 502, "cannot be reached"},
		{"API talks nonsense", &upstream.Error{Status: 502, Code: upstream.CodeNonsense, Message: "Does not understand.", Err: errors.New("dial tcp")}, 502, "not understand"},
		{"API away", &upstream.Error{Status: 503, Message: "pq: secret"}, 503, "not available"},
		{"API slow", &upstream.Error{Status: 504, Message: "pq: secret"}, 504, "in time"},
		{"API broke, under a name of ours", &upstream.Error{Status: 502, Code: upstream.CodeNoAnswer, Message: "pq: secret"}, 502, "could not answer"},
		{"no answer in time", &upstream.Error{Status: 504, Code: upstream.CodeTimeout, Message: "Look before you try again.", Err: errors.New("dial tcp")}, 504, "Look before"},
		{"the provider away", &upstream.Error{Status: 503, Code: upstream.CodeNoAnswer, Message: "The sign-in provider does not answer.", Err: errors.New("dial tcp")}, 503, "provider"},
		{"API without room", &upstream.Error{Status: 507, Message: "pq: secret"}, 507, "is full"},
		{"we are slow", fmt.Errorf("listing: %w", context.DeadlineExceeded), 504, "in time"},
		{"a refused sign-in", &login.Error{Status: 400, Title: "Cannot be finished", Message: "Start again.", Err: errors.New("nil pointer")}, 400, "Start again"},
		{"our own bug", errors.New("nil pointer"), 500, "not yours"},
		{"our own bug, as Echo tells it", echo.NewHTTPError(500, "nil pointer"), 500, "not yours"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := failureOf(tt.err, "/groups/:id")
			if got.status != tt.wantStatus {
				t.Errorf("status = %d, want %d", got.status, tt.wantStatus)
			}
			words := got.title + " " + got.text
			if !strings.Contains(words, tt.wantText) {
				t.Errorf("words = %q, want %q among them", words, tt.wantText)
			}
			for _, leak := range []string{"pq:", "dial tcp", "nil pointer"} {
				if strings.Contains(words, leak) {
					t.Errorf("the person reads %q", words)
				}
			}
		})
	}
}

func TestWhatIsMissingIsNamed(t *testing.T) {
	for path, want := range map[string]string{"/groups/:id/nested": "group", "/users/:id": "user", "/apis/:id/rbac": "API", "/x": "record"} {
		if got := thing(path); got != want {
			t.Errorf("thing(%q) = %q, want %q", path, got, want)
		}
	}
}
