package firstrun

import (
	"context"
	"fmt"

	"trellis/cmd/internal/store"
)

// ownConnection is what a new tenant of Auth0 has: the connection of the people
// who belong to the tenant itself. Without one no user could be created.
var ownConnection = store.Connection{
	ID: "con_trellis0000000000", Name: "Username-Password-Authentication", Strategy: "auth0",
}

// Directory gives a tenant that knows nobody its own connection. A tenant with
// users or connections is left as it is.
func Directory(ctx context.Context, s *store.Store) error {
	err := s.Update(ctx, func(tx *store.Tx) error {
		connections, err := tx.Connections(ctx)
		if err != nil || len(connections) > 0 {
			return err
		}
		users, _, err := tx.FindUsers(ctx, store.UserQuery{Limit: 1})
		if err != nil || len(users) > 0 {
			return err
		}
		return tx.PutConnection(ctx, ownConnection)
	})
	if err != nil {
		return fmt.Errorf("making the tenant's own connection: %w", err)
	}
	return nil
}
