package upstream

import (
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestRefusal(t *testing.T) {
	tests := []struct {
		name   string
		status int
		header http.Header
		body   string
		want   Error
	}{
		{
			"Authorization API, a field", 400, nil,
			`{"statusCode":400,"error":"Bad Request","message":"\"name\" length must be less than or equal to 50 characters long","validation":{"source":"payload","keys":["name"]}}`,
			Error{Status: 400, Code: "Bad Request", Message: `"name" length must be less than or equal to 50 characters long`, Fields: map[string]string{"name": "Use at most 50 characters."}},
		},
		{
			"Authorization API, a taken name", 400, nil,
			`{"statusCode":400,"error":"ValidationError","message":"Group with name \"Audit\" already exists"}`,
			Error{Status: 400, Code: "ValidationError", Message: `Group with name "Audit" already exists`, Fields: map[string]string{"name": "This name is taken. Choose another."}},
		},
		{
			"an id that no record can have", 400, nil,
			`{"statusCode":400,"error":"Bad Request","message":"\"id\" must be a valid GUID","validation":{"source":"params","keys":["id"]}}`,
			Error{Status: 404, Code: "Bad Request", Message: `"id" must be a valid GUID`},
		},
		{
			"Management API", 404,
			http.Header{"X-Request-Id": {"r1"}},
			`{"statusCode":404,"error":"Not Found","message":"The user does not exist.","errorCode":"inexistent_user"}`,
			Error{Status: 404, Code: "inexistent_user", Message: "The user does not exist.", RequestID: "r1"},
		},
		{
			"missing scope, named by the text", 403, nil,
			`{"statusCode":403,"error":"Forbidden","message":"Insufficient scope, expected any of: read:users","errorCode":"insufficient_scope"}`,
			Error{Status: 403, Code: "insufficient_scope", Message: "Insufficient scope, expected any of: read:users", Missing: "read:users"},
		},
		{
			"missing scope, named by the challenge", 403,
			http.Header{"Www-Authenticate": {`Bearer error="insufficient_scope", scope="update:groups"`}},
			`{"statusCode":403,"error":"Forbidden","message":"Insufficient scope"}`,
			Error{Status: 403, Code: "Forbidden", Message: "Insufficient scope", Missing: "update:groups"},
		},
		{
			"too many requests", 429,
			http.Header{"Retry-After": {"7"}},
			`{"message":"Global limit has been reached"}`,
			Error{Status: 429, Message: "Global limit has been reached", RetryAfter: 7 * time.Second},
		},
		{"a proxy's page", 502, nil, `<html>nginx</html>`, Error{Status: 502}},
		{"a text that does not say it is JSON", 409, http.Header{"Content-Type": {"text/plain"}}, `{"message":"Somebody's words"}`, Error{Status: 409}},
		{"members of unexpected types", 400, nil, `{"message":{"a":1},"error":7}`, Error{Status: 400}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			header := http.Header{"Content-Type": {"application/json; charset=utf-8"}}
			maps.Copy(header, tt.header)
			got := refusal(&http.Response{StatusCode: tt.status, Header: header}, []byte(tt.body))
			if diff := cmp.Diff(tt.want, *got, cmp.AllowUnexported(Error{})); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestUF_20_texts_of_an_API_are_cut_and_kept_out_of_logs(t *testing.T) {
	long := `{"message":"` + strings.Repeat("ü", 5000) + `"}`
	e := refusal(&http.Response{StatusCode: 400, Header: http.Header{"Content-Type": {"application/json"}}}, []byte(long))
	if n := len([]rune(e.Message)); n != maxText {
		t.Errorf("message has %d characters, want %d", n, maxText)
	}
	if strings.Contains(e.Error(), "ü") {
		t.Errorf("a log line would hold %q", e.Error())
	}
	if got := plain("a\x00b\u202ec\r\nd"); got != "abc  d" {
		t.Errorf("plain = %q", got)
	}
}

func TestUF_09_retry_after(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	tests := []struct {
		name, header, value string
		want                time.Duration
		wantNone            bool
	}{
		{"seconds", "Retry-After", "7", 7 * time.Second, false},
		{"zero", "Retry-After", "0", minWait, false},
		{"negative", "Retry-After", "-5", minWait, false},
		{"far too long", "Retry-After", "1000000000", maxWait, false},
		{"longer than a Duration", "Retry-After", "9000000000000000000", maxWait, false},
		{"a date", "Retry-After", "Mon, 23 Nov 2026 12:00:09 GMT", 9 * time.Second, false},
		{"a date in the past", "Retry-After", "Mon, 23 Nov 2026 11:00:00 GMT", minWait, false},
		{"garbage", "Retry-After", "soon", 0, true},
		{"reset of the limit", "X-RateLimit-Reset", "1795435205", 5 * time.Second, false},
		{"reset in the past", "X-RateLimit-Reset", "1", minWait, false},
		{"nothing", "", "", 0, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := http.Header{}
			h.Set(tt.header, tt.value)
			got, ok := retryAfter(h, now)
			if got != tt.want || ok == tt.wantNone {
				t.Errorf("retryAfter = %s, %t, want %s, %t", got, ok, tt.want, !tt.wantNone)
			}
		})
	}
}

func TestProblemsAreWordedForPeople(t *testing.T) {
	tests := map[string]string{
		`"name" is required`:                                                     "Fill this in.",
		`"name" is not allowed to be empty`:                                      "Fill this in.",
		`"name" must be a string`:                                                "This must be text.",
		`"[0]" must be a valid GUID`:                                             "This is not the id of anything.",
		`"value" must contain at least 1 items`:                                  "Choose at least one.",
		`"color" is not allowed`:                                                 "The API does not take this.",
		`"name" has a fault nobody has thought of`:                               "has a fault nobody has thought of",
		`"description" length must be less than or equal to 500 characters long`: "Use at most 500 characters.",
	}
	for message, want := range tests {
		if got := problem(message); got != want {
			t.Errorf("problem(%q) = %q, want %q", message, got, want)
		}
	}
}

// FuzzRefusal: no error body makes a page fail.
func FuzzRefusal(f *testing.F) {
	for _, s := range []string{`{"statusCode":400,"error":"Bad Request","message":"\"\" x","validation":{"keys":[""]}}`, `[]`, `null`, `"`, "{\"message\":\"\xff\"}"} {
		f.Add(403, s, `Bearer scope="`)
	}
	f.Fuzz(func(t *testing.T, status int, body, challenge string) {
		e := refusal(&http.Response{StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}, "Www-Authenticate": {challenge}}}, []byte(body))
		if len([]rune(e.Message)) > maxText || e.Error() == "" {
			t.Errorf("error = %+v", e)
		}
	})
}
