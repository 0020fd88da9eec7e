package access_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"trellis/web/access"
)

// What a hop gives is what the group and the groups above it have, and what its name
// is mapped to; never what stands below or beside it.
func TestWhatAHopConfers(t *testing.T) {
	groups := []access.Group{
		{ID: "all", Name: "Everyone", Nested: []string{"team"}, Roles: []string{"reader"}},
		{ID: "team", Name: "Team", Nested: []string{"oncall"}, Roles: []string{"writer", "gone"}},
		{ID: "oncall", Name: "On call", Roles: []string{"responder"}},
		{ID: "staff", Name: "Staff"},
		{ID: "hq", Name: "HQ", Nested: []string{"guards"}, Roles: []string{"reader"}},
		{ID: "guards", Name: "Guards", Roles: []string{"keys"}, Mappings: []access.Mapping{{Connection: "corp", Group: "Staff"}}},
		{ID: "empty", Name: "Empty"},
		{ID: "a", Name: "A", Nested: []string{"b"}, Roles: []string{"reader"}},
		{ID: "b", Name: "B", Nested: []string{"a"}, Roles: []string{"keys"}},
	}
	e := access.NewEngine(groups, []access.Role{{ID: "reader"}, {ID: "writer"}, {ID: "responder"}, {ID: "keys"}}, []access.Permission{{ID: "p"}})
	to := func(kind access.HopKind, id string) access.Hop {
		at := slices.IndexFunc(groups, func(g access.Group) bool { return g.ID == id })
		return access.Hop{Kind: kind, To: access.Node{Kind: access.KindGroup, Position: int32(at)}}
	}
	role := func(kind access.HopKind, at int32) access.Hop {
		return access.Hop{Kind: kind, To: access.Node{Kind: access.KindRole, Position: at}}
	}
	for _, tt := range []struct {
		name string
		hop  access.Hop
		want []int32
	}{
		{"a member of the lowest", to(access.Membership, "oncall"), []int32{0, 1, 2}},
		{"a member of the highest", to(access.Membership, "all"), []int32{0}},
		{"a member of what a mapping names", to(access.Membership, "staff"), []int32{0, 3}},
		{"nested in what a mapping names", to(access.Nesting, "staff"), nil},
		{"nested", to(access.Nesting, "team"), []int32{0, 1}},
		{"mapped", to(access.Mapped, "guards"), []int32{0, 3}},
		{"nothing", to(access.Membership, "empty"), nil},
		{"a cycle", to(access.Nesting, "b"), []int32{0, 3}},
		{"a role to a group", role(access.GroupRole, 1), []int32{1}},
		{"a role to a user", role(access.DirectRole, 2), []int32{2}},
		{"a permission to a role", access.Hop{Kind: access.Inclusion, To: access.Node{Kind: access.KindPermission}}, nil},
	} {
		if got := e.Confers(tt.hop); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
	if got := e.ConfersByName("Staff"); !slices.Equal(got, []int32{0, 3}) {
		t.Errorf("by the name: %v", got)
	}
	if got := e.ConfersByName("Nobody"); got != nil {
		t.Errorf("by another name: %v", got)
	}
}

// A membership gives what somebody has who is in that group and nowhere else, over
// any connection: no more, and no less.
func TestAMembershipConfersWhatAMemberHas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := anyTenant(t)
		e := access.NewEngine(x.groups, x.roles, x.permissions)
		for i, g := range x.groups {
			var want []int32
			for _, connection := range []string{"ad", "saml"} {
				alone := x
				alone.held, alone.in = access.Held{Groups: []string{g.ID}}, access.SignIn{Connection: connection}
				for _, s := range alone.roleSources(true) {
					want = append(want, s.Position)
				}
			}
			slices.Sort(want)
			want = slices.Compact(want)
			got := e.Confers(access.Hop{Kind: access.Membership, To: access.Node{Kind: access.KindGroup, Position: int32(i)}})
			if !slices.Equal(got, want) {
				t.Fatalf("a member of %s gets %v, want %v", g.ID, got, want)
			}
		}
	})
}
