package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
)

// person is a user with an address.
func person(id, email string, verified bool) User {
	return User{UserID: id, Profile: map[string]any{"email": email, "email_verified": verified}}
}

// waiting is a group that waits for emails.
func waiting(t *testing.T, s *Store, name string, emails ...string) (g Group) {
	t.Helper()
	write(t, s, func(tx *Tx) (err error) {
		if g, err = tx.CreateGroup(t.Context(), GroupInput{Name: name, Description: "d"}); err != nil {
			return err
		}
		return tx.AddPending(t.Context(), g.ID, emails)
	})
	return g
}

// standing is who is in the group, and whom it waits for.
func standing(t *testing.T, s *Store, group string) string {
	t.Helper()
	var members, pending []string
	look(t, s, func(tx *Tx) error {
		found, err := tx.Pending(t.Context(), group)
		for _, p := range found {
			pending = append(pending, p.Email)
			if p.Added.IsZero() {
				t.Errorf("%s was never added", p.Email)
			}
		}
		if err != nil {
			return err
		}
		members, err = tx.Members(t.Context(), group)
		return err
	})
	return strings.Join(members, " ") + " | " + strings.Join(pending, " ")
}

func TestAGroupWaitsForPeople(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		write(t, s, func(tx *Tx) error {
			return errors.Join(
				tx.PutUser(t.Context(), person("u1", "Ada@Example.com", true)),
				tx.PutUser(t.Context(), person("u2", "bob@example.com", false)),
			)
		})
		g := waiting(t, s, "Team", "ada@example.com", "Bob@example.com", "BOB@EXAMPLE.COM", "çağla@example.com")
		other := waiting(t, s, "Other", "bob@example.com")
		if got, want := standing(t, s, g.ID), "u1 | Bob@example.com çağla@example.com"; got != want {
			t.Errorf("at first: %s, want %s", got, want)
		}
		for _, step := range []struct {
			what, want string
			do         func(tx *Tx) error
		}{
			{"an address that is not verified", "u1 | Bob@example.com çağla@example.com", func(tx *Tx) error {
				return tx.PutUser(t.Context(), person("u3", "çağla@example.com", false))
			}},
			{"verified later, in other letters", "u1 u3 | Bob@example.com", func(tx *Tx) error {
				return tx.PutUser(t.Context(), person("u3", "ÇAĞLA@example.com", true))
			}},
			{"somebody else", "u1 u3 | Bob@example.com", func(tx *Tx) error {
				return tx.PutUser(t.Context(), person("u4", "rob@example.com", true))
			}},
			{"twice the same", "u1 u3 | Bob@example.com", func(tx *Tx) error {
				return tx.AddPending(t.Context(), g.ID, []string{"bob@EXAMPLE.com", "ada@example.com"})
			}},
			{"no longer awaited", "u1 u3 | ", func(tx *Tx) error {
				return tx.RemovePending(t.Context(), g.ID, []string{"BOB@example.com", "nobody@example.com"})
			}},
			{"comes too late", "u1 u3 | ", func(tx *Tx) error {
				return tx.PutUser(t.Context(), person("u2", "bob@example.com", true))
			}},
		} {
			write(t, s, step.do)
			if got := standing(t, s, g.ID); got != step.want {
				t.Errorf("%s: %s, want %s", step.what, got, step.want)
			}
		}
		if got := standing(t, s, other.ID); got != "u2 | " {
			t.Errorf("the other group: %s, want only u2", got)
		}
		got := actions(t, s)
		want := []string{"user.update u2", "group.pending.resolve " + other.ID, "group.members.add " + other.ID}
		if !slices.Equal(got[len(got)-3:], want) {
			t.Errorf("the journal ends with %v, want %v", got[len(got)-3:], want)
		}
		for _, err := range []error{
			s.Update(t.Context(), func(tx *Tx) error { return tx.AddPending(t.Context(), "gone", []string{"a@b"}) }),
			s.Update(t.Context(), func(tx *Tx) error { return tx.RemovePending(t.Context(), "gone", []string{"a@b"}) }),
		} {
			if !missing(err) {
				t.Errorf("an unknown group: %v", err)
			}
		}
	})
}

// A change of the profile and the membership that comes of it are one transaction.
func TestNobodyIsAdmittedHalfway(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		g := waiting(t, s, "Team", "ada@example.com")
		undone := errors.New("undone")
		err := s.Update(t.Context(), func(tx *Tx) error {
			return errors.Join(tx.PutUser(t.Context(), person("u1", "ada@example.com", true)), undone)
		})
		if !errors.Is(err, undone) {
			t.Fatal(err)
		}
		if got := standing(t, s, g.ID); got != " | ada@example.com" || count(t, s, "users") != 0 {
			t.Errorf("%s with %d users", got, count(t, s, "users"))
		}
	})
}

// However adding and coming interleave, everybody is a member in the end.
func TestNobodyIsForgottenBetweenAddingAndComing(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		g := waiting(t, s, "Team")
		var all sync.WaitGroup
		for i := range 20 {
			email := fmt.Sprintf("p%02d@example.com", i)
			all.Go(func() {
				if err := s.Update(t.Context(), func(tx *Tx) error { return tx.AddPending(t.Context(), g.ID, []string{email}) }); err != nil {
					t.Error(err)
				}
			})
			all.Go(func() {
				user := person("u|"+email, email, true)
				if err := s.Update(t.Context(), func(tx *Tx) error { return tx.PutUser(t.Context(), user) }); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if n, left := count(t, s, "group_members"), count(t, s, "group_pending"); n != 20 || left != 0 {
			t.Errorf("%d members, and %d still awaited", n, left)
		}
	})
}

func TestImportsBringThoseWhoAreAwaited(t *testing.T) {
	const awaits = `{"groups":[{"_id":"g1","name":"A","description":"a","members":["u9"],"pending":["ada@example.com","Bob@example.com"]}]`
	each(t, func(t *testing.T, s *Store) {
		importText(t, s, awaits+`}`, ImportOptions{})
		if got := exportText(t, s, ExportOptions{}); got != awaits+`}` {
			t.Errorf("exported %s", got)
		}
		importText(t, s, `{"users":[{"user_id":"u1","email":"ADA@example.com","email_verified":true}]}`, ImportOptions{Merge: true})
		if got := standing(t, s, "g1"); got != "u9 u1 | Bob@example.com" {
			t.Errorf("after merging a user: %s", got)
		}
		importText(t, s, awaits+`,"users":[{"user_id":"u2","email":"bob@example.com","email_verified":true},{"user_id":"u3","email":"bob@example.com","email_verified":true},{"user_id":"u4","email":"ada@example.com"}]}`, ImportOptions{})
		if got := standing(t, s, "g1"); got != "u9 u2 u3 | ada@example.com" {
			t.Errorf("after users who come behind the groups: %s", got)
		}
		importText(t, s, awaits+`}`, ImportOptions{Merge: true})
		if got := standing(t, s, "g1"); got != "u9 u2 u3 | ada@example.com" {
			t.Errorf("after groups that wait for those who are here: %s", got)
		}
	})
}

// What is ours of a group comes out as it went in, and is not there when there is none.
func TestAdditionsToGroupsComeOutAsTheyWentIn(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		for _, document := range []string{
			`{"groups":[{"_id":"g1","name":"A","description":"a","mappings":[{"_id":"m1","groupName":"x","connectionName":"c"}],"metadata":{"z":1.50,"a":"<&>","b":true},"pending":["a@b.c"]}]}`,
			`{"groups":[{"pending":["x@y.z"],"metadata":{},"_id":"g1","name":"A","description":"a","extra":1}]}`,
			`{"groups":[{"_id":"g1","name":"A","description":"a","pending":[]}]}`,
		} {
			importText(t, s, document, ImportOptions{})
			if got := exportText(t, s, ExportOptions{}); got != document {
				t.Errorf("exported\n%s\nwant\n%s", got, document)
			}
		}
		write(t, s, func(tx *Tx) error {
			_, err := tx.UpdateGroup(t.Context(), "g1", GroupInput{Name: "A", Description: "a", Metadata: json.RawMessage(`{"k":"v"}`)})
			return errors.Join(err, tx.AddPending(t.Context(), "g1", []string{"a@b.c"}), tx.RemovePending(t.Context(), "g1", []string{"A@b.c"}))
		})
		if got, want := exportText(t, s, ExportOptions{}), `{"groups":[{"_id":"g1","name":"A","description":"a","metadata":{"k":"v"},"pending":[]}]}`; got != want {
			t.Errorf("exported %s, want %s", got, want)
		}
	})
}

// A dry run tells of a change that is only in what is ours.
func TestAPlanSeesTheAdditions(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		const group = `{"groups":[{"_id":"g1","name":"A","description":"a","metadata":{"k":"%s"},"pending":["%s"]}]}`
		importText(t, s, fmt.Sprintf(group, "v", "a@b.c"), ImportOptions{})
		for document, want := range map[string]int{
			fmt.Sprintf(group, "v", "a@b.c"): 0, fmt.Sprintf(group, "w", "a@b.c"): 1, fmt.Sprintf(group, "v", "x@b.c"): 1,
		} {
			look(t, s, func(tx *Tx) error {
				plan, err := tx.PlanImport(t.Context(), Bytes([]byte(document)), ImportOptions{Merge: true})
				if got := plan.Changed["groups"].Total; got != want {
					t.Errorf("%s: %d groups would change, want %d", document, got, want)
				}
				return err
			})
		}
	})
}

func TestAdditionsThatCannotBeImported(t *testing.T) {
	many := `{"0":0`
	for i := 1; i <= maxMetadataKeys; i++ {
		many += fmt.Sprintf(`,"%d":0`, i)
	}
	for name, tt := range map[string]struct{ field, want string }{
		"no address":       {`"pending":["a@b.c","ada"]`, `groups[0].pending[1]: must be a valid email`},
		"no list":          {`"pending":"a@b.c"`, `groups[0].pending: must be a list`},
		"no object":        {`"metadata":[1]`, `groups[0].metadata: must be of type object`},
		"null":             {`"metadata":null`, `groups[0]: metadata must not be null`},
		"an object inside": {`"metadata":{"a":{}}`, `groups[0].metadata["a"]: must be a string, a number or a boolean`},
		"too many keys":    {`"metadata":` + many + `}`, `groups[0].metadata: must have less than or equal to 50 keys`},
		"a long text":      {`"metadata":{"a":"` + strings.Repeat("x", 1001) + `"}`, `groups[0].metadata["a"]: length must be less than or equal to 1000 characters long`},
		"a long key":       {`"metadata":{"` + strings.Repeat("x", 101) + `":1}`, `must have a key of at most 100 characters`},
		"a turning key":    {`"metadata":{"a\u202eb":1}`, `must not have a key with control or invisible characters`},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t, t.TempDir()+"/trellis.db")
			err := s.Update(t.Context(), func(tx *Tx) error {
				_, err := tx.ImportFrom(t.Context(), Bytes([]byte(`{"groups":[{"_id":"g1","name":"A",`+tt.field+`}]}`)), ImportOptions{})
				return err
			})
			if _, ok := errors.AsType[*DocumentError](err); !ok || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("err = %v, want %s", err, tt.want)
			}
		})
	}
}

func TestAUserLeavesEverythingToAnother(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		importText(t, s, `{"groups":[{"_id":"g1","name":"A","members":["old","new"]},{"_id":"g2","name":"B","members":["old"]}],
			"roles":[{"_id":"r1","name":"R","applicationType":"client","applicationId":"a","users":["old","ghost"]}],
			"users":[{"user_id":"new"}]}`, ImportOptions{})
		look(t, s, func(tx *Tx) error {
			gone, total, err := tx.MissingUsers(t.Context(), 1, 1)
			if total != 2 || !slices.Equal(gone, []MissingUser{{"old", 2, 1}}) {
				t.Errorf("missing: %v of %d", gone, total)
			}
			return err
		})
		write(t, s, func(tx *Tx) error { return tx.ReplaceUser(t.Context(), "old", "new") })
		want := `{"groups":[{"_id":"g1","name":"A","members":["new"]},{"_id":"g2","name":"B","members":["new"]}],"roles":[{"_id":"r1","name":"R","applicationType":"client","applicationId":"a","users":["ghost","new"]}]}`
		if got := exportText(t, s, ExportOptions{}); got != want {
			t.Errorf("replaced:\n%s\nwant\n%s", got, want)
		}
		write(t, s, func(tx *Tx) error {
			return errors.Join(tx.DropUser(t.Context(), "ghost"), tx.DropUser(t.Context(), "nobody"), tx.ReplaceUser(t.Context(), "new", "new"))
		})
		if got := actions(t, s); !slices.Contains(got, "role.users.remove r1") {
			t.Errorf("journal = %v", got)
		}
		look(t, s, func(tx *Tx) error {
			gone, total, err := tx.MissingUsers(t.Context(), 0, 10)
			if total != 0 || len(gone) != 0 {
				t.Errorf("missing: %v of %d", gone, total)
			}
			return err
		})
	})
}

// An account that is removed is a member of nothing any more, but a user of the
// tenant who has the same id is.
func TestARemovedAccountLeavesItsGroups(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		var accounts []Account
		write(t, s, func(tx *Tx) error {
			for _, name := range []string{"ada", "bob"} {
				a, err := tx.CreateAccount(t.Context(), Account{Email: name + "@example.com", Name: name, Role: Auditor, PasswordHash: "x"})
				if err != nil {
					return err
				}
				accounts = append(accounts, a)
			}
			return tx.PutUser(t.Context(), User{UserID: accounts[1].Subject})
		})
		g := waiting(t, s, "Team")
		write(t, s, func(tx *Tx) error {
			for _, a := range accounts {
				if err := errors.Join(tx.AddMembers(t.Context(), g.ID, []string{a.Subject}), tx.DeleteAccount(t.Context(), a.Subject)); err != nil {
					return err
				}
			}
			return nil
		})
		if got, want := standing(t, s, g.ID), accounts[1].Subject+" | "; got != want {
			t.Errorf("left: %s, want %s", got, want)
		}
	})
}
