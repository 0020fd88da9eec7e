package authzapi

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"trellis/cmd/internal/snapshot"
	"trellis/web/access"
)

// grantError is the kind of a refusal to give what the caller may not give.
const grantError = "GrantError"

// giving is the scopes of which one lets a caller give roles to users directly.
// Whoever has none of them gives no role by another way either.
func giving() []string { return []string{"update:roles", "update:users"} }

// mayNotGive refuses what a caller is doing because of what it gives, of a kind of
// thing that takes one of scopes.
func mayNotGive(doing, gives, kind string, scopes []string) *failure {
	f := insufficient(scopes)
	f.Kind = grantError
	f.Message = fmt.Sprintf("You may not %s: that gives %s, and giving %s needs %s.", doing, gives, kind, strings.Join(scopes, " or "))
	return f
}

// guarded reports whether it is to be asked what c gives.
func (s *Server) guarded(c *call) bool {
	return !s.IndirectGrants && !slices.ContainsFunc(giving(), c.who.Can)
}

// mayGive refuses roles that c would give by doing something, unless there are none.
func (s *Server) mayGive(graph *snapshot.Snapshot, roles []int32, doing string) error {
	if len(roles) == 0 {
		return nil
	}
	gives := "the role " + graph.RoleList[roles[0]].Name
	if more := len(roles) - 1; more == 1 {
		gives += " and another one"
	} else if more > 1 {
		gives += fmt.Sprintf(" and %d others", more)
	}
	return mayNotGive(doing, gives, "roles", giving())
}

// mayAddMembers refuses new members of a group that gives roles. Who is a member
// already gets nothing.
func (s *Server) mayAddMembers(ctx context.Context, c *call, group string, users []string) error {
	return s.mayEnter(ctx, c, group, access.Membership, "add members to", func(*snapshot.Snapshot) (bool, error) {
		members, err := c.tx.MembersOf(ctx, []string{group})
		return hasNew(users, members[group]), err
	})
}

// mayAddNested refuses to nest further groups in one that gives roles.
func (s *Server) mayAddNested(ctx context.Context, c *call, group string, inner []string) error {
	return s.mayEnter(ctx, c, group, access.Nesting, "nest groups in", func(graph *snapshot.Snapshot) (bool, error) {
		at, _ := graph.Group(group)
		return hasNew(inner, append([]string{group}, graph.GroupList[at].Nested...)), nil
	})
}

// mayAddMappings refuses mappings to a group that gives roles.
func (s *Server) mayAddMappings(ctx context.Context, c *call, group string) error {
	return s.mayEnter(ctx, c, group, access.Mapped, "add mappings to", func(*snapshot.Snapshot) (bool, error) { return true, nil })
}

// mayEnter refuses a way into a group that gives roles, where anew says that somebody
// would come in who was not there. Whether the group exists is for others to say.
func (s *Server) mayEnter(ctx context.Context, c *call, group string, by access.HopKind, doing string, anew func(*snapshot.Snapshot) (bool, error)) error {
	if !s.guarded(c) {
		return nil
	}
	graph, err := s.Access.Of(ctx, c.tx)
	if err != nil {
		return err
	}
	at, ok := graph.Group(group)
	if !ok {
		return nil
	}
	err = s.mayGive(graph, graph.Confers(access.Hop{Kind: by, To: access.Node{Kind: access.KindGroup, Position: at}}), doing+" "+graph.Name(group))
	if err == nil {
		return nil
	}
	if some, failed := anew(graph); failed != nil || !some {
		return failed
	}
	return err
}

// mayAddRoles refuses further roles of a group; of one that is new, group is "".
func (s *Server) mayAddRoles(ctx context.Context, c *call, group string, roles []string) error {
	if !s.guarded(c) {
		return nil
	}
	graph, err := s.Access.Of(ctx, c.tx)
	if err != nil {
		return err
	}
	doing := "put roles into a new group"
	if group != "" {
		doing = "give roles to " + graph.Name(group)
		if !graph.Has(group) {
			return nil // others say so
		}
	}
	var given []int32
	for _, id := range roles {
		at, ok := graph.Role(id)
		if ok && !slices.Contains(graph.GrantedTo(group), id) && !slices.Contains(given, at) {
			given = append(given, at)
		}
	}
	return s.mayGive(graph, given, doing)
}

// mayName refuses a name for a group that mappings match, where that gives roles to its
// members which they have not got by the group already. A new group is "".
func (s *Server) mayName(ctx context.Context, c *call, group, name string) error {
	if !s.guarded(c) {
		return nil
	}
	graph, err := s.Access.Of(ctx, c.tx)
	if err != nil || graph.Name(group) == name {
		return err
	}
	var had []int32
	if at, ok := graph.Group(group); ok {
		had = graph.Confers(access.Hop{Kind: access.Membership, To: access.Node{Kind: access.KindGroup, Position: at}})
	}
	given := slices.DeleteFunc(graph.ConfersByName(name), func(role int32) bool { return slices.Contains(had, role) })
	return s.mayGive(graph, given, "call a group "+name)
}

// mayFill refuses a new group that gives roles from the start, by what is put into it
// or by its name. Nothing contains it yet, so its members get no more than that.
func (s *Server) mayFill(ctx context.Context, c *call, in newGroup) error {
	if in.Initial == nil {
		return nil
	}
	if err := s.mayAddRoles(ctx, c, "", in.Initial.Roles); err != nil {
		return err
	}
	if len(in.Initial.Members)+len(in.Initial.Pending) == 0 {
		return nil
	}
	return s.mayName(ctx, c, "", in.Name)
}

// mayMove refuses to hand on the groups of a user to whoever may not put users into
// groups. Roles take no more than the operation itself does.
func (s *Server) mayMove(ctx context.Context, c *call) error {
	if s.IndirectGrants || c.who.Can(updateGroups) {
		return nil
	}
	groups, err := c.tx.UserGroups(ctx, c.id)
	if err != nil || len(groups) == 0 {
		return err
	}
	return mayNotGive("hand on what "+c.id+" has", "a membership of "+groups[0].Name, "memberships", []string{updateGroups})
}

// hasNew reports whether some of ids are not among those that are there.
func hasNew(ids, there []string) bool {
	return slices.ContainsFunc(ids, func(id string) bool { return !slices.Contains(there, id) })
}
