package authzapi

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"trellis/cmd/internal/snapshot"
	"trellis/cmd/internal/store"
	"trellis/web/access"
)

// What of mappings and of a provider's groups can be asked for.
const (
	showNever     = "never"
	showTroubled  = "troubled"
	showUncovered = "uncovered"
)

// laidMapping is a mapping of a group, and what is known of it.
type laidMapping struct {
	ID              string `json:"_id"`
	Group           vertex `json:"group"`
	ConnectionName  string `json:"connectionName"`
	GroupName       string `json:"groupName"`
	ConnectionKnown bool   `json:"connection_known"`
	Duplicate       bool   `json:"duplicate"`
	ByName          bool   `json:"by_name"`
	LastSeen        string `json:"last_seen,omitempty"`
	Days            int    `json:"days"`
}

// never reports whether nothing is known to have matched m, nor can have unseen.
func (m laidMapping) never() bool { return m.Days == 0 && !m.ByName }

// troubled reports whether something about m cannot be meant.
func (m laidMapping) troubled() bool { return !m.ConnectionKnown || m.Duplicate }

// seenGroup is a group that a provider sent, and how many mappings cover it.
type seenGroup struct {
	ConnectionName string `json:"connectionName"`
	GroupName      string `json:"groupName"`
	FirstSeen      string `json:"first_seen"`
	LastSeen       string `json:"last_seen"`
	Days           int    `json:"days"`
	Mappings       int    `json:"mappings"`
}

// coverage is everything that is known of mappings and of what providers sent.
type coverage struct {
	mappings []laidMapping
	seen     []seenGroup
	since    string // the first day that anything is known of; empty while nothing is
}

// coverageCounts is how much of each there is, whatever is asked for.
type coverageCounts struct {
	Mappings  int `json:"mappings"`
	Never     int `json:"never"`
	Troubled  int `json:"troubled"`
	Seen      int `json:"seen"`
	Uncovered int `json:"uncovered"`
}

// coveragePage is a page of mappings, or of what providers sent.
type coveragePage struct {
	Start    int            `json:"start"`
	Limit    int            `json:"limit"`
	Total    int            `json:"total"`
	Since    string         `json:"since,omitempty"`
	Counts   coverageCounts `json:"counts"`
	Mappings []laidMapping  `json:"mappings,omitzero"`
	Groups   []seenGroup    `json:"groups,omitzero"`
}

// readMappings is the mappings of all groups, with when each was last matched.
func (s *Server) readMappings(ctx context.Context, c *call) (any, error) {
	all, err := s.coverage(ctx, c.tx)
	if err != nil {
		return nil, err
	}
	found := slices.DeleteFunc(slices.Clone(all.mappings), func(m laidMapping) bool {
		show := c.query.Get("show")
		return show == showNever && !m.never() || show == showTroubled && !m.troubled() || !asksFor(c, m.ConnectionName, m.GroupName, m.Group.Name)
	})
	out := all.page(c, len(found))
	out.Mappings = orEmpty(found[out.Start:min(out.Start+out.Limit, len(found))])
	return out, nil
}

// readSentGroups is the groups that providers sent, those sent last first.
func (s *Server) readSentGroups(ctx context.Context, c *call) (any, error) {
	all, err := s.coverage(ctx, c.tx)
	if err != nil {
		return nil, err
	}
	found := slices.DeleteFunc(slices.Clone(all.seen), func(g seenGroup) bool {
		return c.query.Get("show") == showUncovered && g.Mappings > 0 || !asksFor(c, g.ConnectionName, g.GroupName)
	})
	slices.SortStableFunc(found, func(a, b seenGroup) int { return cmp.Compare(b.LastSeen, a.LastSeen) })
	out := all.page(c, len(found))
	out.Groups = orEmpty(found[out.Start:min(out.Start+out.Limit, len(found))])
	return out, nil
}

// asksFor reports whether the query asks for something of a connection with names.
func asksFor(c *call, connection string, names ...string) bool {
	if c.query.Has("connection") && c.query.Get("connection") != connection {
		return false
	}
	q := strings.ToLower(c.query.Get("q"))
	return slices.ContainsFunc(append(names, connection), func(name string) bool { return strings.Contains(strings.ToLower(name), q) })
}

// page is the frame of the page that the query asks for, of total that were found.
func (all coverage) page(c *call, total int) coveragePage {
	out := coveragePage{Limit: numberOr(c.query, "per_page", perPage), Total: total, Since: all.since}
	out.Start = min(numberOr(c.query, "page", 0)*out.Limit, total)
	out.Counts = coverageCounts{Mappings: len(all.mappings), Seen: len(all.seen)}
	for _, m := range all.mappings {
		if m.never() {
			out.Counts.Never++
		}
		if m.troubled() {
			out.Counts.Troubled++
		}
	}
	for _, g := range all.seen {
		if g.Mappings == 0 {
			out.Counts.Uncovered++
		}
	}
	return out
}

// coverage brings together what tx knows of mappings, connections and sign-ins.
func (s *Server) coverage(ctx context.Context, tx *store.Tx) (coverage, error) {
	graph, err := s.Access.Of(ctx, tx)
	if err != nil {
		return coverage{}, err
	}
	seen, err := tx.SeenGroups(ctx)
	if err != nil {
		return coverage{}, err
	}
	connections, err := tx.Connections(ctx)
	if err != nil {
		return coverage{}, err
	}
	known := make(map[string]bool, len(connections))
	for _, c := range connections {
		known[c.Name] = true
	}
	return covering(graph, seen, known), nil
}

// covering says of each mapping when it was matched, and of each group that was sent
// how many mappings cover it. O(m+n) for m mappings and n groups.
func covering(graph *snapshot.Snapshot, seen []store.SeenGroup, known map[string]bool) coverage {
	sent := make(map[access.Mapping]store.SeenGroup, len(seen))
	for _, g := range seen {
		sent[access.Mapping{Connection: g.Connection, Group: g.Group}] = g
	}
	var out coverage
	covered := map[access.Mapping]int{}
	for _, laid := range graph.Mappings() {
		group := &graph.GroupList[laid.Group]
		m := laidMapping{
			ID: group.Mappings[laid.At].ID, Group: vertex{"group", group.ID, group.Name},
			ConnectionName: laid.Mapping.Connection, GroupName: laid.Mapping.Group,
			ConnectionKnown: known[laid.Mapping.Connection], Duplicate: laid.Twice, ByName: laid.ByName,
		}
		if g, ok := sent[laid.Mapping]; ok {
			m.LastSeen, m.Days = g.Last.Format(time.DateOnly), g.Days
		}
		covered[laid.Mapping]++
		out.mappings = append(out.mappings, m)
	}
	for _, g := range seen {
		first := g.First.Format(time.DateOnly)
		if out.since == "" || first < out.since {
			out.since = first
		}
		out.seen = append(out.seen, seenGroup{
			g.Connection, g.Group, first, g.Last.Format(time.DateOnly), g.Days, covered[access.Mapping{Connection: g.Connection, Group: g.Group}],
		})
	}
	return out
}
