package urls

import "strings"

// Patterns of the pages of paths: why somebody has something, or has it not.
const (
	Paths   = "/paths"
	PathEnd = "/paths/choose"
)

// End names one end of a path: a "user", a "group", a "role" or a "permission".
func End(kind, id string) string { return kind + ":" + id }

// PathSearch is a question about the paths from a user or a group to a group, a
// role or a permission. Either end may be missing.
type PathSearch struct {
	From, Target string   // as End words them
	Connection   string   // that the user signs in over; empty is the user's own
	Groups       []string // that the provider sends then
	Page         int      // of the paths, from 1
}

// ToPaths asks for the paths between two ends, as End words them.
func ToPaths(from, to string) string { return PathSearch{From: from, Target: to}.To() }

// To asks the question.
func (s PathSearch) To() string { return with(Paths, s.pairs()...) }

// ToChoose offers what one end can be, "from" or "to", among those of a kind.
func (s PathSearch) ToChoose(end, kind string) string {
	s.Page = 1
	return with(PathEnd, append(s.pairs(), "end", end, "kind", kind)...)
}

func (s PathSearch) pairs() []string {
	return []string{
		"from", s.From, "to", s.Target, "connection", s.Connection, "groups", strings.Join(s.Groups, "\n"), "page", page(s.Page),
	}
}
