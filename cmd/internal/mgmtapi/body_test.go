package mgmtapi_test

import (
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"

	"trellis/cmd/internal/mgmtapi"
)

func jsonOf(t testing.TB, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestABodyOfOneMebibyteIsTheLargest(t *testing.T) {
	x := newTenant(t)
	body := func(size int) string {
		const head, tail = `{"user_metadata":{"a":"`, `"}}`
		return head + strings.Repeat("a", size-len(head)-len(tail)) + tail
	}
	x.do("PATCH", "/users/auth0%7C1", body(1<<20)).is(t, 200)
	x.do("PATCH", "/users/auth0%7C1", body(1<<20+1)).is(t, 413)

	chunked := httptest.NewRequest("PATCH", "/api/v2/users/auth0%7C1", strings.NewReader(body(2<<20)))
	chunked.ContentLength = -1
	chunked.Header.Set("Content-Type", "application/json")
	chunked.Header.Set("Authorization", "Bearer "+x.token)
	x.send(chunked).is(t, 413)
}

func TestABodyIsJSON(t *testing.T) {
	x := newTenant(t)
	for kind, want := range map[string]int{
		"application/json": 200, "application/json; charset=utf-8": 200, "Application/JSON;charset=UTF-8": 200,
		"": 415, "text/plain": 415, "application/x-www-form-urlencoded": 415, "application/json; charset=latin1": 415,
		"application/jsonp": 415, "application/json; charset": 415,
	} {
		req := httptest.NewRequest("PATCH", "/api/v2/users/auth0%7C1", strings.NewReader(`{"name":"Ada"}`))
		req.Header.Set("Content-Type", kind)
		req.Header.Set("Authorization", "Bearer "+x.token)
		if res := x.send(req); res.StatusCode != want {
			t.Errorf("%q: %d, want %d", kind, res.StatusCode, want)
		}
	}
}

func TestStrictJSON(t *testing.T) {
	good := []string{`{}`, ` [1, {"a":[{}]}] `, `"\ud83d\ude00"`, `{"a":"\n\t\r"}`, `"\\ud800"`, `{"a":1,"A":2}`, `"é😀"`, `null`}
	for _, body := range good {
		if err := mgmtapi.Strict([]byte(body)); err != nil {
			t.Errorf("%s: %v", body, err)
		}
	}
	bad := []string{
		``, ` `, `{`, `{}{}`, `{} x`, `[1,]`, `{"a":1,"a":2}`, `{"a":{"b":1,"\u0062":2}}`, `[}`, `{"a" 1}`,
		`"\u0000"`, `"\u001b"`, `"\u0085"`, `"\uffff"`, `"\ud800"`, `"\udc00"`, `"\ud800\ud800"`, `"\ud800x"`, `"\ud83d\\ude00"`,
		"\"\xff\"", "\ufeff{}", `{"\u0000":1}`, `NaN`, `1e999`, `-1e999`, `'a'`, strings.Repeat("[", 40) + strings.Repeat("]", 40),
	}
	for _, body := range bad {
		if err := mgmtapi.Strict([]byte(body)); err == nil {
			t.Errorf("%s was taken", body)
		}
	}
}

// Whatever passes is JSON that the decoder reads, and reads the same again.
func FuzzStrictJSON(f *testing.F) {
	for _, seed := range []string{`{"a":[1,"\ud83d\ude00"]}`, `"\ud800"`, `{"a":1,"a":2}`, `[[[]]]`, "\"\x7f\""} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if mgmtapi.Strict(body) != nil {
			return
		}
		var v any
		if err := json.Unmarshal(body, &v); err != nil {
			t.Fatalf("%q passed, and cannot be read: %v", body, err)
		}
		again, err := json.Marshal(v)
		if err != nil || mgmtapi.Strict(again) != nil {
			t.Fatalf("%q passed, but not %q", body, again)
		}
	})
}
