package access_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"trellis/web/access"
)

// A user has a role exactly when the user holds it directly or is a direct
// member of a group that GroupsWith names: the list of holders and the list of
// what a user has are one truth.
func TestHoldersAreThoseWhoHaveIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := anyTenant(t)
		e := access.NewEngine(x.groups, x.roles, x.permissions)
		has := e.Roles(x.held)
		for i, r := range x.roles {
			position, ok := e.Role(r.ID)
			if !ok || x.roles[position].ID != r.ID {
				t.Fatalf("role %s is at %d", r.ID, position)
			}
			want := slices.Contains(x.held.Roles, r.ID)
			for _, g := range e.GroupsWith([]int32{position}) {
				want = want || slices.Contains(x.held.Groups, x.groups[g].ID)
			}
			if got := slices.Contains(has, int32(i)); got != want {
				t.Fatalf("the user has %s: %t, but holders say %t", r.ID, got, want)
			}
		}
		for i, p := range x.permissions {
			gives := e.RolesWith(p.ID)
			want := slices.ContainsFunc(has, func(role int32) bool { return slices.Contains(gives, role) })
			if got := slices.Contains(e.Permissions(x.held), int32(i)); got != want {
				t.Fatalf("the user has %s: %t, but its roles say %t", p.ID, got, want)
			}
		}
	})
}

func TestNobodyHoldsWhatIsNot(t *testing.T) {
	e := access.NewEngine(company, nil, nil)
	if _, ok := e.Role("gone"); ok {
		t.Error("there is a role that is gone")
	}
	if got := e.GroupsWith(nil); len(got) != 0 {
		t.Errorf("no role is granted by %v", got)
	}
	if got := e.RolesWith("gone"); len(got) != 0 {
		t.Errorf("a permission that is gone is in %v", got)
	}
}
