package session_test

import (
	"testing"

	"trellis/web/session/sessiontest"
)

func TestSQLiteKeepsSessions(t *testing.T) { sessiontest.Run(t, newSite(t).db) }
