package authzapi

import (
	"context"

	"trellis/cmd/internal/snapshot"
	"trellis/cmd/internal/store"
	"trellis/web/access"
)

// policy is what login code asks at each sign-in, so it costs one statement and
// a walk in memory. A user, an application or a connection that nobody knows has
// empty lists.
func (s *Server) policy(ctx context.Context, c *call) (any, error) {
	in := signInOf(c.body)
	s.Seen.Note(in.Connection, in.Groups)
	if isTrue(c.query, "metadata") {
		return s.policyWithMetadata(ctx, c, in)
	}
	held, graph, err := s.holdings(ctx, c)
	if err != nil {
		return nil, err
	}
	p := graph.Policy(held, in, c.path["client"])
	return s.policyAnswer(graph, p), nil
}

// policyWithMetadata is the answer with the metadata of the groups that have any,
// by their names. It reads two things, so it takes a transaction for both.
func (s *Server) policyWithMetadata(ctx context.Context, c *call, in access.SignIn) (answer any, err error) {
	err = s.Store.View(ctx, func(tx *store.Tx) error {
		held, graph, err := s.holdingsIn(ctx, tx, c.id)
		if err != nil {
			return err
		}
		p := graph.Policy(held, in, c.path["client"])
		ids := make([]string, len(p.Groups))
		for i, at := range p.Groups {
			ids[i] = graph.GroupList[at].ID
		}
		all, err := tx.Metadata(ctx, ids)
		if err != nil {
			return err
		}
		metadata, err := encode(all)
		answer = s.writing(func(b []byte) []byte {
			b = append(appendPolicy(b, graph, p), `,"metadata":`...)
			return append(append(b, metadata...), '}')
		})
		return err
	})
	return answer, err
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
func (s *Server) policyAnswer(graph *snapshot.Snapshot, p access.Policy) *written {
	return s.writing(func(b []byte) []byte { return append(appendPolicy(b, graph, p), '}') })
}

// appendPolicy appends all of the answer but its closing brace.
func appendPolicy(b []byte, graph *snapshot.Snapshot, p access.Policy) []byte {
	b = graph.GroupNames.AppendList(append(b, `{"groups":`...), p.Groups)
	b = graph.RoleNames.AppendList(append(b, `,"roles":`...), p.Roles)
	return graph.PermissionNames.AppendList(append(b, `,"permissions":`...), p.Permissions)
}
