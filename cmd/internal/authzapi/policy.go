package authzapi

import (
	"context"

	"trellis/cmd/internal/snapshot"
	"trellis/web/access"
)

// policy is what login code asks at each sign-in, so it costs one statement and
// a walk in memory. A user, an application or a connection that nobody knows has
// empty lists.
func (s *Server) policy(ctx context.Context, c *call) (any, error) {
	in := signInOf(c.body)
	held, graph, err := s.holdings(ctx, c)
	if err != nil {
		return nil, err
	}
	p := graph.Policy(held, in, c.path["client"])
	return policyAnswer(graph, p), nil
}

// signInOf is what login code knows of a user who signs in, which the document
// has shaped.
func signInOf(body any) access.SignIn {
	fields, _ := body.(map[string]any)
	var in access.SignIn
	in.Connection, _ = fields["connectionName"].(string)
	sent, _ := fields["groups"].([]any)
	for _, g := range sent {
		name, _ := g.(string)
		in.Groups = append(in.Groups, name)
	}
	return in
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
