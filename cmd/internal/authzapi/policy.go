package authzapi

import (
	"context"

	"trellis/cmd/internal/snapshot"
	"trellis/web/access"
)

// policyInput is what login code knows of a user who signs in.
type policyInput struct {
	ConnectionName string   `json:"connectionName"`
	Groups         []string `json:"groups"`
}

// policy is what login code asks at each sign-in, so it costs one statement and
// a walk in memory. A user, an application or a connection that nobody knows has
// empty lists.
func (s *Server) policy(ctx context.Context, c *call) (any, error) {
	var in policyInput
	if err := c.into(&in); err != nil {
		return nil, err
	}
	held, graph, err := s.holdings(ctx, c)
	if err != nil {
		return nil, err
	}
	p := graph.Policy(held, access.SignIn{Connection: in.ConnectionName, Groups: in.Groups}, c.path["client"])
	return policyAnswer(graph, p), nil
}

// policyAnswer is the names of a policy as JSON.
func policyAnswer(graph *snapshot.Snapshot, p access.Policy) *written {
	return writing(func(b []byte) []byte {
		b = graph.GroupNames.AppendList(append(b, `{"groups":`...), p.Groups)
		b = graph.RoleNames.AppendList(append(b, `,"roles":`...), p.Roles)
		b = graph.PermissionNames.AppendList(append(b, `,"permissions":`...), p.Permissions)
		return append(b, '}')
	})
}
