package access

import (
	"cmp"
	"slices"
	"strings"
)

// NearMiss is a mapping that a name does not match and nearly does, and in what the
// two differ: they are of different connections, they are spelt differently, or one
// of them is the last part of the other, such as of a distinguished name.
type NearMiss struct {
	Match

	Connection, Spelling, Part bool
}

// mostNear is how many near misses are told of one name.
const mostNear = 3

// far is how much a near miss differs.
func (n NearMiss) far() int {
	far := 0
	for i, differs := range []bool{n.Spelling, n.Connection, n.Part} {
		if differs {
			far += 1 << i
		}
	}
	return far
}

// nearMisses finds what the names that match nothing nearly match; connection is
// the one that is tried, or "". O(m) and O(c log c) for a name with c candidates.
func (e *Engine) nearMisses(names []Sent, connection string) {
	alike, ending := map[string][]Match{}, map[string][]Match{}
	e.eachMapping(func(m Match) {
		name := m.Mapping.Group
		alike[spelling(name)] = append(alike[spelling(name)], m)
		if part := lastPart(name); part != name {
			ending[spelling(part)] = append(ending[spelling(part)], m)
		}
	})
	for i := range names {
		sent := &names[i]
		if len(sent.Matches) > 0 {
			continue
		}
		part := lastPart(sent.Name)
		sent.add(alike[spelling(sent.Name)], connection, false)
		sent.add(ending[spelling(part)], connection, true)
		if part != sent.Name {
			sent.add(alike[spelling(part)], connection, true)
		}
		slices.SortStableFunc(sent.Near, func(a, b NearMiss) int { return cmp.Compare(a.far(), b.far()) })
		sent.Near = sent.Near[:min(len(sent.Near), mostNear)]
	}
}

// add adds candidates to the near misses of s, each once.
func (s *Sent) add(candidates []Match, connection string, part bool) {
	for _, m := range candidates {
		if slices.ContainsFunc(s.Near, func(n NearMiss) bool { return n.Match == m }) {
			continue
		}
		s.Near = append(s.Near, NearMiss{
			Match: m, Part: part, Spelling: !part && m.Mapping.Group != s.Name,
			Connection: connection != "" && m.Mapping.Connection != connection,
		})
	}
}

// spelling is what is left of a name when case, blanks, hyphens and underscores do
// not count.
func spelling(name string) string {
	return strings.ToLower(strings.Join(strings.FieldsFunc(name, func(r rune) bool {
		return r == ' ' || r == '\t' || r == '\u00a0' || r == '-' || r == '_'
	}), ""))
}

// lastPart is the name of a group alone, where name is a distinguished name
// ("CN=Staff,OU=Groups"), a path ("/company/staff") or has a domain ("CORP\staff").
func lastPart(name string) string {
	if attribute, rest, ok := strings.Cut(name, "="); ok && len(attribute) > 0 && len(attribute) <= 16 {
		value, _, _ := strings.Cut(rest, ",")
		return value
	}
	return name[strings.LastIndexAny(name, `/\`)+1:]
}
