package authzapi

import (
	"context"

	"trellis/web/access"
)

// policyInput is what login code knows of a user who signs in.
type policyInput struct {
	ConnectionName string   `json:"connectionName"`
	Groups         []string `json:"groups"`
}

// policyAnswer is what an application is told of a user.
type policyAnswer struct {
	Groups      []string `json:"groups"`
	Roles       []string `json:"roles"`
	Permissions []string `json:"permissions"`
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
	return policyAnswer(p), nil
}
