package authzapi_test

import (
	"net/http"
	"testing"
	"time"

	"trellis/cmd/internal/authzapi"
)

// credential is how a recorded request says who sends it.
type credential struct {
	Kind   string
	Scopes []string
}

// header is the credential of this run.
func (c credential) header(t *testing.T, tn *tenant) http.Header {
	t.Helper()
	h := http.Header{}
	switch c.Kind {
	case "none":
	case "scopes":
		h.Set("Authorization", "Bearer "+tn.issuer.Scoped(authzapi.Audience, c.Scopes...))
	case "no_scope_claim":
		h.Set("Authorization", "Bearer "+tn.issuer.Token(map[string]any{"aud": authzapi.Audience, "scope": nil}))
	case "expired":
		h.Set("Authorization", "Bearer "+tn.issuer.Token(map[string]any{"aud": authzapi.Audience, "exp": time.Now().Add(-time.Hour).Unix()}))
	default:
		t.Fatalf("no credential of kind %q", c.Kind)
	}
	return h
}
