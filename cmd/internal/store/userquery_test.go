package store

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"
)

// people puts a few users into s, whose ids are their numbers.
func people(t *testing.T, s *Store) {
	t.Helper()
	write(t, s, func(tx *Tx) error {
		for i, p := range []map[string]any{
			{"name": "ada Lovelace", "email": "ada@Example.com", "last_login": "2026-01-02", "logins_count": 2},
			{"name": "Bob 100%", "email": "bob@example.com", "last_login": "2026-01-03", "logins_count": 10},
			{"name": "Ärne_", "email": "arne@acme.test", "nickname": "ar", "logins_count": 1},
			{"name": "Zoë", "identities": []any{map[string]any{"connection": "corp-ad"}}},
		} {
			if err := tx.PutUser(t.Context(), User{UserID: fmt.Sprintf("X|%d", i), Profile: p}); err != nil {
				return err
			}
		}
		return nil
	})
}

func find(t *testing.T, s *Store, q UserQuery) (ids []string, total int) {
	t.Helper()
	look(t, s, func(tx *Tx) error {
		users, n, err := tx.FindUsers(t.Context(), q)
		for _, u := range users {
			ids = append(ids, u.UserID[2:])
		}
		total = n
		return err
	})
	return ids, total
}

func TestUsersAreFoundByWhatIsKnownOfThem(t *testing.T) {
	anywhere := func(s string) UserMatch { return Match{UserAnything, []string{"", s, ""}} }
	tests := []struct {
		name  string
		match UserMatch
		want  []string
	}{
		{"everybody", nil, []string{"0", "1", "2", "3"}},
		{"in any case", anywhere("LOVE"), []string{"0"}},
		{"letters beyond ASCII in any case", anywhere("äRN"), []string{"2"}},
		{"a percent sign is one", anywhere("%"), []string{"1"}},
		{"an underscore is one", anywhere("_"), []string{"2"}},
		{"a backslash is one", anywhere(`\`), nil},
		{"a quote is one", anywhere(`' or 1=1 --`), nil},
		{"a part of the id", anywhere("x|3"), []string{"3"}},
		{"the whole value", Match{UserEmail, []string{"ADA@example.com"}}, []string{"0"}},
		{"not a part of it", Match{UserEmail, []string{"ada"}}, nil},
		{"how it begins", Match{UserName, []string{"b", ""}}, []string{"1"}},
		{"how it ends", Match{UserEmail, []string{"", "@example.com"}}, []string{"0", "1"}},
		{"how it begins, beyond ASCII", Match{UserName, []string{"ZOË", ""}}, []string{"3"}},
		{"what begins with the letter before", Match{UserName, []string{"y", ""}}, nil},
		{"a percent sign at the beginning", Match{UserName, []string{"%", ""}}, nil},
		{"with something in between", Match{UserName, []string{"a", "e"}}, []string{"0"}},
		{"percent sign in a pattern", Match{UserName, []string{"", "100%"}}, []string{"1"}},
		{"the id as it is", Match{UserID, []string{"X|1"}}, []string{"1"}},
		{"ids differ by case", Match{UserID, []string{"x|1"}}, nil},
		{"but not in a pattern", Match{UserID, []string{"x|", ""}}, []string{"0", "1", "2", "3"}},
		{"where they come from", Match{UserConnection, []string{"corp-ad"}}, []string{"3"}},
		{"both", All{anywhere("example"), anywhere("ada")}, []string{"0"}},
		{"one of them", Any{anywhere("zoë"), anywhere("ada")}, []string{"0", "3"}},
		{"none of that", All{Not{Any{anywhere("example"), anywhere("zoë")}}}, []string{"2"}},
		{"no condition of all", All{}, []string{"0", "1", "2", "3"}},
		{"no condition of any", Any{}, nil},
		{"a field that cannot be searched", Match{"profile", []string{"x"}}, nil},
	}
	each(t, func(t *testing.T, s *Store) {
		people(t, s)
		for _, tt := range tests {
			got, total := find(t, s, UserQuery{Match: tt.match, Limit: 10})
			if !slices.Equal(got, tt.want) || total != len(tt.want) {
				t.Errorf("%s: %v (%d), want %v", tt.name, got, total, tt.want)
			}
		}
	})
}

// A page far behind would otherwise sort the profiles of all before it.
func TestUsersByNameAreInOrderInTheirIndex(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "trellis.db"))
	for _, descending := range []bool{false, true} {
		q := UserQuery{Sort: UserName, Descending: descending}
		rows, err := s.DB().QueryContext(t.Context(), "explain query plan select user_id, profile from users"+q.order()+" limit 25 offset 100")
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var id, parent, unused int
			var step string
			if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
				t.Fatal(err)
			}
			if step != "SCAN users USING INDEX users_name" {
				t.Errorf("%s: %s", q.order(), step)
			}
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
	}
}

// Where there is no next letter, the pattern has to do.
func TestWhatBeginsWithATextLiesTogether(t *testing.T) {
	for _, tt := range []struct {
		parts      []string
		start, end string
		ok         bool
	}{
		{[]string{"An", ""}, "an", "ao", true},
		{[]string{"zoë", ""}, "zoë", "zoì", true},
		{[]string{"\uD7FF", ""}, "\uD7FF", "\uE000", true},
		{[]string{"a\U0010FFFF", ""}, "", "", false},
		{[]string{"a\xff", ""}, "", "", false},
		{[]string{"", ""}, "", "", false},
		{[]string{"", "an", ""}, "", "", false},
		{[]string{"a", "n"}, "", "", false},
	} {
		start, end, ok := Match{UserName, tt.parts}.span()
		if start != tt.start || end != tt.end || ok != tt.ok {
			t.Errorf("%q lies from %q to %q: %t", tt.parts, start, end, ok)
		}
	}
}

func TestUsersAreFoundByWhatTheyAreIn(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		people(t, s)
		var makers Group
		var viewer Role
		write(t, s, func(tx *Tx) (err error) {
			if makers, err = tx.CreateGroup(t.Context(), GroupInput{Name: "Makers"}); err != nil {
				return err
			}
			if viewer, err = tx.CreateRole(t.Context(), RoleInput{Name: "Viewer", ApplicationID: "app"}); err != nil {
				return err
			}
			if err := tx.AddMembers(t.Context(), makers.ID, []string{"X|0", "X|2"}); err != nil {
				return err
			}
			return tx.AddRoleUsers(t.Context(), viewer.ID, []string{"X|2", "X|3"})
		})
		for _, tt := range []struct {
			name  string
			match UserMatch
			want  []string
		}{
			{"in a group", InGroup(makers.ID), []string{"0", "2"}},
			{"with a role", HasRole(viewer.ID), []string{"2", "3"}},
			{"both", All{InGroup(makers.ID), HasRole(viewer.ID)}, []string{"2"}},
			{"and of that name", All{InGroup(makers.ID), Match{UserName, []string{"ada", ""}}}, []string{"0"}},
			{"in a group that is gone", InGroup("nothing"), nil},
			{"with a role that is gone", HasRole(`' or 1=1 --`), nil},
		} {
			got, total := find(t, s, UserQuery{Match: tt.match, Limit: 10})
			if !slices.Equal(got, tt.want) || total != len(tt.want) {
				t.Errorf("%s: %v (%d), want %v", tt.name, got, total, tt.want)
			}
		}
	})
}

func TestUsersAreSortedAlikeOnEveryDatabase(t *testing.T) {
	tests := []struct {
		sort UserField
		desc bool
		want []string
	}{
		{"", false, []string{"0", "1", "2", "3"}},
		{"", true, []string{"3", "2", "1", "0"}},
		{UserName, false, []string{"0", "1", "3", "2"}},
		{UserEmail, false, []string{"3", "0", "2", "1"}},
		{UserLastLogin, true, []string{"1", "0", "3", "2"}},
		{UserLogins, true, []string{"1", "0", "2", "3"}},
		{UserID, true, []string{"3", "2", "1", "0"}},
		{"profile; drop table users", false, []string{"0", "1", "2", "3"}},
	}
	each(t, func(t *testing.T, s *Store) {
		people(t, s)
		for _, tt := range tests {
			got, _ := find(t, s, UserQuery{Sort: tt.sort, Descending: tt.desc, Limit: 10})
			if !slices.Equal(got, tt.want) {
				t.Errorf("by %q, descending %t: %v, want %v", tt.sort, tt.desc, got, tt.want)
			}
		}
	})
}

func TestAPageOfUsersIsCounted(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		people(t, s)
		got, total := find(t, s, UserQuery{Offset: 1, Limit: 2})
		if !slices.Equal(got, []string{"1", "2"}) || total != 4 {
			t.Errorf("page = %v of %d", got, total)
		}
		got, total = find(t, s, UserQuery{Offset: 9, Limit: 2})
		if got != nil || total != 4 {
			t.Errorf("past the end = %v of %d", got, total)
		}
	})
}

func BenchmarkUsersPage(b *testing.B) {
	s, err := Open(b.Context(), Config{URL: filepath.Join(b.TempDir(), "trellis.db")})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	const users = 20_000
	err = s.Update(b.Context(), func(tx *Tx) error {
		for i := range users {
			err := tx.PutUser(b.Context(), User{UserID: fmt.Sprintf("auth0|%06d", i), Profile: map[string]any{
				"name": fmt.Sprintf("Person %d", i), "email": fmt.Sprintf("p%d@example.com", i),
				"last_login": fmt.Sprintf("2026-%02d-01", i%12+1),
			}})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	for _, bench := range []struct {
		name  string
		query UserQuery
	}{
		{"newest sign-ins", UserQuery{Sort: UserLastLogin, Descending: true, Limit: 50}},
		{"last page", UserQuery{Sort: UserName, Offset: users - 50, Limit: 50}},
		{"search", UserQuery{Match: Match{UserAnything, []string{"", "1234", ""}}, Sort: UserName, Limit: 50}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			for b.Loop() {
				err := s.View(b.Context(), func(tx *Tx) error {
					found, _, err := tx.FindUsers(b.Context(), bench.query)
					if err == nil && len(found) == 0 {
						b.Error("nobody was found")
					}
					return err
				})
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
