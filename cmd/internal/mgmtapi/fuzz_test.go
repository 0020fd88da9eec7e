package mgmtapi_test

import (
	"net/http"
	"strings"
	"testing"
)

// Whatever the query, what can be read answers with 200 or with what is wrong.
func FuzzQuery(f *testing.F) {
	x := newTenant(f)
	operations := x.operations()
	for _, seed := range []string{
		"q=email:ada*&sort=name:1&per_page=2&page=1&include_totals=true", "fields=user_id,name&include_fields=false", "name_filter=a%25",
		"take=1&from=x", "identifiers=a&identifiers=b", "resource_server_identifier=" + expenses, "permission_name=read:expenses",
		"page=-1", "per_page=1e3", "per_page=", "sort=name", "q=%00", "q=%ff", "%zz", "a;b=c", "include_totals=1", "from=%F0%9F%98%80",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, query string) {
		if strings.ContainsAny(query, "#") || strings.ContainsFunc(query, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
			return // no client can send it
		}
		for name := range operations {
			if !strings.HasPrefix(name, "GET ") {
				continue
			}
			req := x.request(name, "", x.token)
			req.URL.RawQuery = query
			if got := x.on(t).send(req); got.StatusCode != http.StatusOK && got.StatusCode != http.StatusBadRequest {
				t.Errorf("%s?%s: %d %s", name, query, got.StatusCode, got.body)
			}
		}
	})
}

// Whatever the bytes, the API does what they say or answers with a 4xx.
func FuzzBody(f *testing.F) {
	x := newTenant(f)
	operations := x.operations()
	for _, body := range operations {
		f.Add([]byte(body))
	}
	for _, seed := range []string{"{", "[]", "null", `{"a":1,"a":2}`, `{"name":"\u0000"}`, `{"user_metadata":{"a":[[[[]]]]}}`, `{"users":[1]}`, `{"permissions":[null]}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		for name, usual := range operations {
			if usual == "" {
				continue
			}
			if got := x.on(t).send(x.request(name, string(body), x.token)); got.StatusCode >= http.StatusInternalServerError {
				t.Errorf("%s with %q: %d %s", name, body, got.StatusCode, got.body)
			}
		}
	})
}
