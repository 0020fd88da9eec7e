package demo_test

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"trellis/cmd/internal/demo"
	"trellis/cmd/internal/store"
	"trellis/cmd/internal/store/pgtest"
)

var reference = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

func TestAllOfThisOnPostgreSQL(t *testing.T) { pgtest.Again(t) }

// loaded is a store with the sample organisation, and its export.
func loaded(t *testing.T) (*store.Store, store.Document) {
	t.Helper()
	s, err := store.Open(t.Context(), store.Config{
		URL: pgtest.Choose(t),
		Now: func() time.Time { return reference },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if err := load(t, s, reference); err != nil {
		t.Fatal(err)
	}
	return s, export(t, s)
}

func load(t *testing.T, s *store.Store, now time.Time) error {
	t.Helper()
	return s.Update(t.Context(), func(tx *store.Tx) error { return demo.Load(t.Context(), tx, now) })
}

func export(t *testing.T, s *store.Store) store.Document {
	t.Helper()
	var d store.Document
	err := s.View(t.Context(), func(tx *store.Tx) (err error) {
		d, err = tx.Export(t.Context())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestTheOrganisationIsAsLargeAsItSays(t *testing.T) {
	_, d := loaded(t)
	for what, n := range map[string][2]int{
		"people":                               {len(d.Users), 150},
		"connections":                          {len(d.Connections), 3},
		"groups":                               {len(d.Groups), 40},
		"applications":                         {len(d.Clients), 4},
		"roles":                                {len(d.Roles), 25},
		"permissions":                          {len(d.Permissions), 80},
		"APIs":                                 {len(d.ResourceServers), 4},
		"people who hold permissions directly": {len(d.UserPermissions), 18},
		"core roles":                           {len(d.CoreRoles), 4},
	} {
		if n[0] != n[1] {
			t.Errorf("%d %s, want %d", n[0], what, n[1])
		}
	}
}

// What providers sent leaves something to find: names that no mapping covers, and
// mappings that nothing matches.
func TestSignInsCoverNotEverything(t *testing.T) {
	s, d := loaded(t)
	var seen []store.SeenGroup
	err := s.View(t.Context(), func(tx *store.Tx) (err error) {
		seen, err = tx.SeenGroups(t.Context())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	mapped := map[store.Sighting]bool{}
	for _, g := range d.Groups {
		for _, m := range g.Mappings {
			mapped[store.Sighting{Connection: m.ConnectionName, Group: m.GroupName}] = true
		}
	}
	var uncovered []string
	for _, g := range seen {
		if !mapped[g.Sighting] {
			uncovered = append(uncovered, g.Group)
		}
		delete(mapped, g.Sighting)
		if g.Last.After(reference) || g.First.Before(reference.AddDate(0, 0, -30)) {
			t.Errorf("%+v is not of the last month", g)
		}
	}
	if want := []string{"Sales-Emea", "print-users", "contractors-2026"}; !cmp.Equal(uncovered, want) {
		t.Errorf("uncovered: %q, want %q", uncovered, want)
	}
	for _, g := range d.Groups { // what people are directly in counts as if it were sent
		delete(mapped, store.Sighting{Connection: "google-workspace", Group: g.Name})
	}
	if len(mapped) != 2 {
		t.Errorf("never matched: %v", mapped)
	}
}

func TestLoadingTwiceChangesNothing(t *testing.T) {
	s, before := loaded(t)
	revision := revisionOf(t, s)
	if err := load(t, s, reference.AddDate(0, 1, 0)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, export(t, s), cmpopts.IgnoreUnexported(store.Group{}, store.Role{}, store.Mapping{})); diff != "" {
		t.Errorf("the second load changed:\n%s", diff)
	}
	if got := revisionOf(t, s); got != revision {
		t.Errorf("revision = %d, want %d", got, revision)
	}
}

func TestEveryLoadGivesTheSame(t *testing.T) {
	_, a := loaded(t)
	_, b := loaded(t)
	if diff := cmp.Diff(a, b, cmpopts.IgnoreUnexported(store.Group{}, store.Role{}, store.Mapping{})); diff != "" {
		t.Errorf("two loads differ:\n%s", diff)
	}
}

func TestATenantWithGroupsIsLeftAlone(t *testing.T) {
	s, err := store.Open(t.Context(), store.Config{URL: pgtest.Choose(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	own := store.Document{Groups: []store.Group{{ID: "0c0ffee0-0000-4000-8000-000000000000", Name: "Ours"}}}
	if err := s.Update(t.Context(), func(tx *store.Tx) error { return tx.Import(t.Context(), own) }); err != nil {
		t.Fatal(err)
	}
	if err := load(t, s, reference); err != nil {
		t.Fatal(err)
	}
	if d := export(t, s); len(d.Groups) != 1 || len(d.Users) != 0 {
		t.Errorf("%d groups and %d users, want 1 and 0", len(d.Groups), len(d.Users))
	}
}

func TestGroupsNestFiveDeep(t *testing.T) {
	_, d := loaded(t)
	groups := byName(d.Groups)
	names := map[string]string{}
	for _, g := range d.Groups {
		names[g.ID] = g.Name
	}
	parents := map[string]int{}
	var depth func(name string) int
	depth = func(name string) int {
		below := 0
		for _, id := range groups[name].Nested {
			below = max(below, depth(names[id]))
		}
		return below + 1
	}
	deepest := 0
	for name, g := range groups {
		deepest = max(deepest, depth(name))
		for _, id := range g.Nested {
			parents[names[id]]++
		}
	}
	if deepest < 5 {
		t.Errorf("depth = %d, want 5 or more", deepest)
	}
	for _, name := range []string{"SRE", "Escalations", "Treasury", "Payments Engineering"} {
		if parents[name] < 2 {
			t.Errorf("%s is in %d groups, want 2 or more", name, parents[name])
		}
	}
}

// What is odd in a grown organisation is odd in this one, on purpose.
func TestOddities(t *testing.T) {
	_, d := loaded(t)
	groups := byName(d.Groups)
	roleIDs := map[string]string{}
	for _, r := range d.Roles {
		roleIDs[r.Name] = r.ID
	}
	has := func(ids []string, id string) bool { return slices.Contains(ids, id) }

	t.Run("an empty group", func(t *testing.T) {
		if g := groups["Project Aurora"]; len(g.Members)+len(g.Nested)+len(g.Roles)+len(g.Mappings) != 0 {
			t.Errorf("%s has something: %+v", g.Name, g)
		}
	})
	t.Run("people who have not signed in yet", func(t *testing.T) {
		if got := groups["Contractors"].Pending; len(got) != 2 {
			t.Errorf("Contractors waits for %v", got)
		}
		if got := string(groups["Treasury"].Metadata); got != `{"approvals":2,"cost_center":"7300"}` {
			t.Errorf("Treasury has the metadata %s", got)
		}
	})
	t.Run("a redundant nesting", func(t *testing.T) {
		inner := groups["Developer Experience"].ID
		if !has(groups["Engineering"].Nested, inner) || !has(groups["Platform"].Nested, inner) ||
			!has(groups["Engineering"].Nested, groups["Platform"].ID) {
			t.Error("Developer Experience is not in Engineering both directly and through Platform")
		}
	})
	t.Run("a role granted twice", func(t *testing.T) {
		if !has(groups["Finance"].Nested, groups["Treasury"].ID) ||
			!has(groups["Finance"].Roles, roleIDs["Expense Reviewer"]) || !has(groups["Treasury"].Roles, roleIDs["Expense Reviewer"]) {
			t.Error("Treasury does not have Expense Reviewer both itself and from Finance")
		}
	})
	t.Run("a role that nobody holds", func(t *testing.T) {
		for _, r := range d.Roles {
			if r.Name == "Talent Reviewer" && len(r.Users) > 0 {
				t.Errorf("%v hold it", r.Users)
			}
		}
		for name, g := range groups {
			if has(g.Roles, roleIDs["Talent Reviewer"]) {
				t.Errorf("%s grants it", name)
			}
		}
	})
	t.Run("a mapping of a connection that is gone", func(t *testing.T) {
		name := groups["Contractors"].Mappings[0].ConnectionName
		if slices.ContainsFunc(d.Connections, func(c store.Connection) bool { return c.Name == name }) {
			t.Errorf("connection %s is there", name)
		}
	})
	t.Run("an API that does not check permissions", func(t *testing.T) {
		off := slices.DeleteFunc(slices.Clone(d.ResourceServers), func(s store.ResourceServer) bool { return s.EnforcePolicies })
		if len(off) != 1 || off[0].Name != "Warehouse API" {
			t.Errorf("RBAC is off for %v", off)
		}
	})
}

// Everything that a record names is there, and names of users are what people
// and their providers would write.
func TestReferencesHold(t *testing.T) {
	s, d := loaded(t)
	users := map[string]bool{}
	emails := map[string]bool{}
	for _, u := range d.Users {
		id, email := u["user_id"].(string), u["email"].(string)
		if users[id] || emails[email] {
			t.Errorf("%s, %s: there twice", id, email)
		}
		users[id], emails[email] = true, true
		local, domain, _ := strings.Cut(email, "@")
		if domain != "meridian.example" || strings.Trim(local, "abcdefghijklmnopqrstuvwxyz.-") != "" {
			t.Errorf("email = %s", email)
		}
	}
	for _, g := range d.Groups {
		for _, id := range g.Members {
			if !users[id] {
				t.Errorf("%s has the unknown member %q", g.Name, id)
			}
		}
	}
	for id, held := range d.UserPermissions {
		if !users[id] {
			t.Errorf("permissions of the unknown user %q", id)
		}
		for _, p := range held {
			api := resourceServer(t, s, p.API)
			if !api.Defines(p.Name) {
				t.Errorf("%s has no scope %s", api.Name, p.Name)
			}
		}
	}
}

func TestPeopleSignedInBeforeNow(t *testing.T) {
	_, d := loaded(t)
	never := 0
	for _, u := range d.Users {
		stamp, _ := u["last_login"].(string)
		if stamp == "" {
			never++
			continue
		}
		last, err := time.Parse(time.RFC3339, stamp)
		if err != nil {
			t.Fatal(err)
		}
		created, err := time.Parse(time.RFC3339, u["created_at"].(string))
		if err != nil {
			t.Fatal(err)
		}
		if last.After(reference) || last.Before(created) {
			t.Errorf("%s: created %v, signed in %v", u["name"], created, last)
		}
	}
	if never == 0 || never > 20 {
		t.Errorf("%d people never signed in, want a few", never)
	}
}

func TestOneAccountForEachRole(t *testing.T) {
	var roles []string
	for _, a := range demo.Accounts() {
		roles = append(roles, a.Role)
	}
	if want := []string{"administrator", "help-desk", "auditor"}; !slices.Equal(roles, want) {
		t.Errorf("roles = %v, want %v", roles, want)
	}
}

func byName(groups []store.Group) map[string]store.Group {
	out := map[string]store.Group{}
	for _, g := range groups {
		out[g.Name] = g
	}
	return out
}

func resourceServer(t *testing.T, s *store.Store, identifier string) (out store.ResourceServer) {
	t.Helper()
	view(t, s, func(ctx context.Context, tx *store.Tx) (err error) {
		out, err = tx.ResourceServer(ctx, identifier)
		return err
	})
	return out
}

func revisionOf(t *testing.T, s *store.Store) (n int64) {
	t.Helper()
	view(t, s, func(ctx context.Context, tx *store.Tx) (err error) {
		n, err = tx.Revision(ctx)
		return err
	})
	return n
}

func view(t *testing.T, s *store.Store, read func(context.Context, *store.Tx) error) {
	t.Helper()
	if err := s.View(t.Context(), func(tx *store.Tx) error { return read(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
}

// Somebody holds directly what a core role gives too, and somebody what none gives.
func TestCoreRolesMeetDirectPermissions(t *testing.T) {
	_, d := loaded(t)
	defined := map[store.UserPermission]bool{}
	for _, s := range d.ResourceServers {
		for _, sc := range s.Scopes {
			defined[store.UserPermission{API: s.Identifier, Name: sc.Value}] = true
		}
	}
	both, onlyByRole := 0, 0
	for _, o := range d.CoreRoles {
		for _, p := range o.Permissions {
			if !defined[p] {
				t.Errorf("%s gives %s, which no API defines", o.Name, p.Name)
			}
			for _, user := range o.Users {
				if slices.Contains(d.UserPermissions[user], p) {
					both++
				} else {
					onlyByRole++
				}
			}
		}
	}
	if both < 5 || onlyByRole < 5 {
		t.Errorf("%d permissions both ways and %d by a role alone, want some of each", both, onlyByRole)
	}
}
