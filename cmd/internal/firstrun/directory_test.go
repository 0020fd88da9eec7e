package firstrun_test

import (
	"testing"

	"trellis/cmd/internal/firstrun"
	"trellis/cmd/internal/store"
)

func TestANewTenantHasAConnectionOfItsOwn(t *testing.T) {
	s := empty(t)
	for range 2 { // a second start changes nothing
		if err := firstrun.Directory(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
	if got := connections(t, s); len(got) != 1 || got[0].Name != "Username-Password-Authentication" {
		t.Errorf("connections = %+v", got)
	}
}

func TestATenantWithConnectionsKeepsThem(t *testing.T) {
	s := empty(t)
	own := store.Connection{ID: "con_1", Name: "corp", Strategy: "ad"}
	if err := s.Update(t.Context(), func(tx *store.Tx) error { return tx.PutConnection(t.Context(), own) }); err != nil {
		t.Fatal(err)
	}
	if err := firstrun.Directory(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	if got := connections(t, s); len(got) != 1 || got[0].Name != "corp" {
		t.Errorf("connections = %+v", got)
	}
}

func connections(t *testing.T, s *store.Store) (found []store.Connection) {
	t.Helper()
	err := s.View(t.Context(), func(tx *store.Tx) (err error) {
		found, err = tx.Connections(t.Context())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
