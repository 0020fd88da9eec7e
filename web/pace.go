package web

import (
	"net/http"
	"net/netip"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
	"golang.org/x/time/rate"
)

// How often one address may begin to sign in. Each beginning is a row in the
// database until it is used or ten minutes old. An office behind one address
// fits into the burst.
const (
	signInsPerSecond = 2
	signInBurst      = 60
)

// pace turns down what begins a sign-in, when its address asks too often.
func pace() echo.MiddlewareFunc {
	return middleware.RateLimiterWithConfig(middleware.RateLimiterConfig{
		Store: middleware.NewRateLimiterMemoryStoreWithConfig(middleware.RateLimiterMemoryStoreConfig{
			Rate: rate.Limit(signInsPerSecond), Burst: signInBurst, ExpiresIn: time.Minute,
		}),
		IdentifierExtractor: func(c echo.Context) (string, error) { return network(c.RealIP()), nil },
		DenyHandler: func(echo.Context, string, error) error {
			return &failure{
				status: http.StatusTooManyRequests, title: "Too many sign-ins at once",
				text: "Somebody at your address began to sign in very often. Try again in a few seconds.", wait: 5 * time.Second,
			}
		},
	})
}

// network is what counts as one address: of IPv6 a whole /64, all of which one
// household has.
func network(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil || a.Is4() || a.Is4In6() {
		return address
	}
	p, err := a.WithZone("").Prefix(64)
	if err != nil {
		return address
	}
	return p.String()
}
