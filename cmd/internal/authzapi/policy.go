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
	if isTrue(c.query, "metadata") {
		return policyWithMetadata(ctx, c, graph, p)
	}
	return policyAnswer(graph, p), nil
}

// policyWithMetadata is the answer with the metadata of the groups that have any,
// by their names.
func policyWithMetadata(ctx context.Context, c *call, graph *snapshot.Snapshot, p access.Policy) (any, error) {
	ids := make([]string, len(p.Groups))
	for i, at := range p.Groups {
		ids[i] = graph.GroupList[at].ID
	}
	all, err := c.tx.Metadata(ctx, ids)
	if err != nil {
		return nil, err
	}
	shown, err := encode(all)
	if err != nil {
		return nil, err
	}
	b := policyAnswer(graph, p)
	b = append(b[:len(b)-1], `,"metadata":`...)
	return append(append(b, shown...), '}'), nil
}

// policyAnswer is the names of a policy as JSON.
func policyAnswer(graph *snapshot.Snapshot, p access.Policy) written {
	groups := func(i int) []byte { return graph.GroupList[p.Groups[i]].Quoted }
	roles := func(i int) []byte { return graph.RoleList[p.Roles[i]].Quoted }
	permissions := func(i int) []byte { return graph.PermissionList[p.Permissions[i]].Quoted }
	size := 64 + listSize(len(p.Groups), groups) + listSize(len(p.Roles), roles) + listSize(len(p.Permissions), permissions)
	b := append(make([]byte, 0, size), `{"groups":`...)
	b = appendList(b, len(p.Groups), groups)
	b = append(b, `,"roles":`...)
	b = appendList(b, len(p.Roles), roles)
	b = append(b, `,"permissions":`...)
	b = appendList(b, len(p.Permissions), permissions)
	return append(b, '}')
}
