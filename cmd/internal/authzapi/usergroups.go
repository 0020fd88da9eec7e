package authzapi

import (
	"context"
	"encoding/json"
	"strings"

	"trellis/cmd/internal/snapshot"
	"trellis/cmd/internal/store"
	"trellis/web/access"
)

// expandedUser is what a user has by way of groups.
type expandedUser struct {
	Groups json.RawMessage `json:"groups"`
	Roles  []expandedRole  `json:"roles"`
}

// listUserGroups is the groups that a user is a direct member of. Expanded it is
// also those that contain them, and the roles of all.
func (s *Server) listUserGroups(ctx context.Context, c *call) (any, error) {
	if expand := c.query.Get("expand"); expand == "" || strings.EqualFold(expand, "false") {
		groups, err := c.tx.UserGroups(ctx, c.id)
		out := make([]named, len(groups))
		for i, g := range groups {
			out[i] = nameOf(g)
		}
		if err != nil {
			return nil, err
		}
		return listing(c, "groups", out)
	}
	held, graph, err := s.holdings(ctx, c)
	if err != nil {
		return nil, err
	}
	held.Roles, held.RolesAt = nil, nil // those that no group grants are not asked for
	return expandedUser{graph.GroupRecords.AppendList(nil, graph.Groups(held)), rolesAt(graph, graph.Roles(held))}, nil
}

// calculateGroups is the groups that a user is in, directly or through others.
func (s *Server) calculateGroups(ctx context.Context, c *call) (any, error) {
	held, graph, err := s.holdings(ctx, c)
	if err != nil {
		return nil, err
	}
	groups := graph.Groups(held)
	if !asksForPart(c.query) {
		return s.writing(func(b []byte) []byte { return graph.GroupRecords.AppendList(b, groups) }), nil
	}
	out := make([]named, len(groups))
	for i, at := range groups {
		g := &graph.GroupList[at]
		out[i] = named{g.ID, g.Name, g.Description}
	}
	return listing(c, "groups", out)
}

// holdings is what the call's user holds directly, and the graph to walk from
// there. Alone, it asks the database whether what is in memory is still so, else
// what the user holds, and takes a transaction only when the graph of that version
// is not in memory yet.
func (s *Server) holdings(ctx context.Context, c *call) (h access.Held, graph *snapshot.Snapshot, err error) {
	if c.tx != nil {
		return s.holdingsIn(ctx, c.tx, c.id)
	}
	now, err := s.People.Now(ctx)
	if err != nil {
		return h, nil, err
	}
	if now != nil {
		return now.Held(c.id), now.Graph, nil
	}
	held, err := s.Store.Held(ctx, c.id)
	if err != nil {
		return h, nil, err
	}
	if graph := s.Access.Known(held.GraphVersion); graph != nil {
		return access.Held{Groups: held.Groups, Roles: held.Roles}, graph, nil
	}
	err = s.Store.View(ctx, func(tx *store.Tx) error {
		h, graph, err = s.holdingsIn(ctx, tx, c.id)
		return err
	})
	return h, graph, err
}

func (s *Server) holdingsIn(ctx context.Context, tx *store.Tx, user string) (access.Held, *snapshot.Snapshot, error) {
	held, err := tx.Held(ctx, user)
	if err != nil {
		return access.Held{}, nil, err
	}
	graph, err := s.Access.At(ctx, tx, held.GraphVersion)
	return access.Held{Groups: held.Groups, Roles: held.Roles}, graph, err
}

func (s *Server) addUserGroups(ctx context.Context, c *call) (any, error) {
	return nil, c.withRefs(ctx, c.tx.GroupsNamed, func(ids []string) error {
		for _, group := range ids {
			if err := s.mayAddMembers(ctx, c, group, []string{c.id}); err != nil {
				return err
			}
		}
		return c.tx.AddUserGroups(ctx, c.id, ids)
	})
}

func removeUserGroups(ctx context.Context, c *call) (any, error) {
	return nil, c.withRefs(ctx, c.tx.GroupsNamed, func(ids []string) error { return c.tx.RemoveUserGroups(ctx, c.id, ids) })
}

// withRefs hands the ids that the body means to do. The first entry decides: when
// it looks like an id all are ids, and otherwise all are names, which named knows.
func (c *call) withRefs(ctx context.Context, named func(context.Context, []string) ([]string, error), do func(ids []string) error) error {
	return c.withIDs(func(refs []string) error {
		if guid.MatchString(refs[0]) {
			return do(refs)
		}
		ids, err := named(ctx, refs)
		if err != nil {
			return err
		}
		return do(ids)
	})
}
