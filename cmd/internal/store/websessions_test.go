package store

import (
	"testing"

	"trellis/web/session/sessiontest"
)

// The dashboard keeps its sessions beside the tenant's tables.
func TestDatabasesKeepSessions(t *testing.T) {
	each(t, func(t *testing.T, s *Store) { sessiontest.Run(t, s.DB()) })
}
