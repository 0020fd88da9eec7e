package authzapi

import (
	"context"

	"trellis/cmd/internal/snapshot"
	"trellis/web/access"
)

// attempt is a sign-in that a caller wants to try out.
type attempt struct {
	ConnectionName string   `json:"connectionName"`
	Groups         []string `json:"groups"`
	UserID         string   `json:"user_id"`
	ApplicationID  *string  `json:"applicationId"`
}

// matched is a mapping, and the group that has it.
type matched struct {
	Group          vertex `json:"group"`
	ConnectionName string `json:"connectionName"`
	GroupName      string `json:"groupName"`
}

// nearMiss is a mapping that nearly matches, and in what it differs.
type nearMiss struct {
	matched

	Differs []string `json:"differs"`
}

// sentGroup is a name that a provider sends, and what it matches.
type sentGroup struct {
	Name     string     `json:"name"`
	Mappings []matched  `json:"mappings"`
	Near     []nearMiss `json:"near"`
}

// reached is something that the attempt leads to, and why.
type reached struct {
	vertex

	ApplicationID string `json:"applicationId,omitempty"`
	Path          []hop  `json:"path"`
	Entries       int    `json:"entries"`
}

// trial is what an attempt comes to. Roles and permissions are nil where the caller
// may not read them.
type trial struct {
	Sent        []sentGroup `json:"sent"`
	ByName      []hop       `json:"by_name"`
	Groups      []reached   `json:"groups"`
	Roles       []reached   `json:"roles,omitzero"`
	Permissions []reached   `json:"permissions,omitzero"`
}

// testMappings is what the names of a provider's groups lead to. Nothing is kept of
// them: they are not among those that the tenant remembers of sign-ins.
func (s *Server) testMappings(ctx context.Context, c *call) (any, error) {
	var in attempt
	if err := c.into(&in); err != nil {
		return nil, err
	}
	if in.UserID != "" && !c.who.Can("read:users") {
		return nil, insufficient([]string{"read:users"})
	}
	held, graph, err := s.holdingsIn(ctx, c.tx, in.UserID)
	if err != nil {
		return nil, err
	}
	found := graph.Try(access.Attempt{Held: held, Groups: in.Groups, Connection: in.ConnectionName, Application: in.ApplicationID})
	shown := wording{engine: graph.Engine, users: []string{in.UserID}}
	out := trial{Sent: shown.sent(found.Names), ByName: shown.hops(found.ByName), Groups: shown.reached(graph, found.Groups)}
	if c.who.Can("read:roles") {
		out.Roles = shown.reached(graph, found.Roles)
		if c.who.Can("read:permissions") {
			out.Permissions = shown.reached(graph, found.Permissions)
		}
	}
	return out, nil
}

// sent is names with what they match, in words.
func (w wording) sent(names []access.Sent) []sentGroup {
	out := make([]sentGroup, len(names))
	for i, n := range names {
		out[i] = sentGroup{n.Name, make([]matched, len(n.Matches)), make([]nearMiss, len(n.Near))}
		for j, m := range n.Matches {
			out[i].Mappings[j] = w.matched(m)
		}
		for j, near := range n.Near {
			out[i].Near[j] = nearMiss{w.matched(near.Match), differences(near)}
		}
	}
	return out
}

func (w wording) matched(m access.Match) matched {
	return matched{w.vertex(access.Node{Kind: access.KindGroup, Position: m.Group}), m.Mapping.Connection, m.Mapping.Group}
}

// differences is in what a near miss differs, as the document names it.
func differences(n access.NearMiss) []string {
	out := []string{}
	for _, d := range []struct {
		name    string
		differs bool
	}{{"connection", n.Connection}, {"spelling", n.Spelling}, {"part", n.Part}} {
		if d.differs {
			out = append(out, d.name)
		}
	}
	return out
}

// reached is what was reached, in words. A path begins with what the user has, not
// with the user, when nobody is named.
func (w wording) reached(graph *snapshot.Snapshot, found []access.Outcome) []reached {
	out := make([]reached, len(found))
	for i, r := range found {
		out[i] = reached{vertex: w.vertex(r.Node), Path: w.hops(r.Path), Entries: r.Entries}
		if r.Node.Kind == access.KindRole {
			out[i].ApplicationID = graph.RoleList[r.Node.Position].ApplicationID
		}
		if w.users[0] == "" && len(out[i].Path) > 0 {
			out[i].Path[0].From = nil
		}
	}
	return out
}
