package server

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// ClientAddress tells the network address of who sent a request. Behind a
// trusted proxy that is the last address in X-Forwarded-For that no trusted
// proxy has; what stands before it, anybody may have made up.
func ClientAddress(trusted []netip.Prefix) func(*http.Request) string {
	isTrusted := func(a netip.Addr) bool {
		return slices.ContainsFunc(trusted, func(p netip.Prefix) bool { return p.Contains(a) })
	}
	return func(r *http.Request) string {
		peer, err := netip.ParseAddrPort(r.RemoteAddr)
		if err != nil {
			return r.RemoteAddr
		}
		client := peer.Addr().Unmap().WithZone("")
		chain := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
		for _, text := range slices.Backward(chain) {
			if !isTrusted(client) {
				break
			}
			before, err := netip.ParseAddr(strings.TrimSpace(text))
			if err != nil {
				break
			}
			client = before.Unmap().WithZone("")
		}
		return client.String()
	}
}
