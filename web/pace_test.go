package web

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/labstack/echo/v4"
)

func TestRX_03_one_address_cannot_flood_the_sign_in(t *testing.T) {
	var started, refused int
	e := echo.New()
	e.IPExtractor = echo.ExtractIPDirect()
	e.HTTPErrorHandler = func(err error, _ echo.Context) {
		if f, ok := errors.AsType[*failure](err); !ok || f.status != http.StatusTooManyRequests || f.wait == 0 {
			t.Errorf("refused with %v", err)
		}
		refused++
	}
	e.GET("/login", pace()(func(echo.Context) error { started++; return nil }))
	from := func(address string) {
		r := httptest.NewRequest(http.MethodGet, "/login", nil)
		r.RemoteAddr = address
		r.Header.Set("X-Forwarded-For", "198.51.100.7") // anybody can say so
		e.ServeHTTP(httptest.NewRecorder(), r)
	}

	for range signInBurst + 50 {
		from("192.0.2.1:1234")
	}
	if refused < 40 || started+refused != signInBurst+50 {
		t.Errorf("%d began and %d were refused", started, refused)
	}
	before := started
	from("192.0.2.2:1234")
	if started != before+1 {
		t.Error("another address was refused with it")
	}
}

func TestNetwork(t *testing.T) {
	for address, want := range map[string]string{
		"192.0.2.1":           "192.0.2.1",
		"2001:db8:1:2:3:4::5": "2001:db8:1:2::/64",
		"2001:db8:1:2::1":     "2001:db8:1:2::/64",
		"::ffff:192.0.2.1":    "::ffff:192.0.2.1",
		"a socket":            "a socket",
	} {
		if got := network(address); got != want {
			t.Errorf("%s is %s, want %s", address, got, want)
		}
	}
}
