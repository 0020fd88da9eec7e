package authzapi

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"trellis/cmd/internal/bearer"
	"trellis/cmd/internal/store"
)

// keyHeader carries the key of the tenant's login code.
const keyHeader = "X-Api-Key"

// caller is who sends req: the bearer of a token or, where d takes it and there
// is no token, who knows the key.
func (s *Server) caller(req *http.Request, d *door) (bearer.Principal, error) {
	authorization := req.Header.Get(echo.HeaderAuthorization)
	if !d.key || authorization != "" {
		return s.Tokens.Verify(req.Context(), authorization, Audience)
	}
	key := req.Header.Get(keyHeader)
	if key == "" {
		return bearer.Principal{}, errNoKey
	}
	good, err := s.isKey(req.Context(), key)
	if err != nil {
		return bearer.Principal{}, err
	}
	if !good {
		return bearer.Principal{}, errNoKey
	}
	return bearer.Principal{Subject: "api key", Scopes: d.scopes, Machine: true}, nil
}

// isKey reads the key each time: a rotated one is dead at once.
func (s *Server) isKey(ctx context.Context, key string) (good bool, err error) {
	err = s.Store.View(ctx, func(tx *store.Tx) error {
		good, err = tx.APIKeyMatches(ctx, key)
		return err
	})
	return good, err
}
