package openid

import (
	"slices"
	"strings"
	"testing"

	"trellis/cmd/internal/store"
)

// A group that waits for somebody's address has a member once the account signs in.
func TestWhoIsAwaitedIsAMemberOnceSignedIn(t *testing.T) {
	x := newTenant(t)
	var group store.Group
	x.update(func(tx *store.Tx) (err error) {
		if group, err = tx.CreateGroup(t.Context(), store.GroupInput{Name: "Helpers", Description: "d"}); err != nil {
			return err
		}
		return tx.AddPending(t.Context(), group.ID, []string{strings.ToUpper(hugo), "nobody@example.com"})
	})
	members := func() []string {
		var found []string
		err := x.store.View(t.Context(), func(tx *store.Tx) (err error) {
			found, err = tx.Members(t.Context(), group.ID)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	x.signIn(ines)
	if found := members(); len(found) != 0 {
		t.Errorf("members = %q after somebody else signed in", found)
	}
	x.signIn(hugo)
	var who store.Account
	err := x.store.View(t.Context(), func(tx *store.Tx) (err error) {
		if who, err = tx.AccountByEmail(t.Context(), hugo); err != nil {
			return err
		}
		pending, err := tx.Pending(t.Context(), group.ID)
		if len(pending) != 1 || pending[0].Email != "nobody@example.com" {
			t.Errorf("still pending: %v", pending)
		}
		if err != nil {
			return err
		}
		journal, err := tx.Journal(t.Context(), 0, 1000)
		last := journal[len(journal)-1]
		if last.Action != "group.members.add" || last.Actor.Subject != who.Subject || last.Actor.Client != dashboardID {
			t.Errorf("the journal ends with %+v", last)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if found := members(); !slices.Equal(found, []string{who.Subject}) {
		t.Errorf("members = %q, want %s", found, who.Subject)
	}
}
