package server_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"

	"trellis/cmd/internal/server"
)

func TestOnlyTrustedProxiesSayWhoSentARequest(t *testing.T) {
	address := server.ClientAddress([]netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")})
	tests := []struct {
		name, peer string
		forwarded  []string
		want       string
	}{
		{"nobody between", "192.0.2.7:1", nil, "192.0.2.7"},
		{"a stranger makes one up", "192.0.2.7:1", []string{"198.51.100.1"}, "192.0.2.7"},
		{"one proxy", "10.0.0.1:1", []string{"192.0.2.7"}, "192.0.2.7"},
		{"two proxies", "10.0.0.1:1", []string{"192.0.2.7, 10.0.0.2"}, "192.0.2.7"},
		{"two proxies in two lines", "10.0.0.1:1", []string{"192.0.2.7", "10.0.0.2"}, "192.0.2.7"},
		{"a stranger makes one up before the proxy", "10.0.0.1:1", []string{"198.51.100.1, 192.0.2.7"}, "192.0.2.7"},
		{"the proxy itself asks", "10.0.0.1:1", nil, "10.0.0.1"},
		{"nonsense", "10.0.0.1:1", []string{"192.0.2.7, what"}, "10.0.0.1"},
		{"IPv6", "[fd00::1]:1", []string{"2001:db8::7"}, "2001:db8::7"},
		{"IPv4 in IPv6", "[::ffff:10.0.0.1]:1", []string{"::ffff:192.0.2.7"}, "192.0.2.7"},
		{"no address at all", "pipe", []string{"192.0.2.7"}, "pipe"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			r.RemoteAddr = tt.peer
			r.Header["X-Forwarded-For"] = tt.forwarded
			if got := address(r); got != tt.want {
				t.Errorf("address = %s, want %s", got, tt.want)
			}
		})
	}
}
