package web

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/labstack/echo/v4"
)

func TestRX_03_one_address_cannot_flood_the_sign_in(t *testing.T) {
	started := 0
	start := paced(func(echo.Context) error { started++; return nil })
	e := echo.New()
	e.IPExtractor = echo.ExtractIPDirect()
	from := func(address string) error {
		r := httptest.NewRequest(http.MethodGet, "/login", nil)
		r.RemoteAddr = address
		r.Header.Set("X-Forwarded-For", "198.51.100.7") // anybody can say so
		return start(e.NewContext(r, httptest.NewRecorder()))
	}

	refused := 0
	for range signInBurst + 50 {
		err := from("192.0.2.1:1234")
		if f, ok := errors.AsType[*failure](err); ok && f.status == http.StatusTooManyRequests && f.wait > 0 {
			refused++
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if refused < 40 || started+refused != signInBurst+50 {
		t.Errorf("%d began and %d were refused", started, refused)
	}
	if err := from("192.0.2.2:1234"); err != nil {
		t.Errorf("another address: %v", err)
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
