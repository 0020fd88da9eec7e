package urls

// Patterns of the pages about the mappings of all groups.
const (
	MappingTest     = "/mappings/test"
	MappingCoverage = "/mappings/coverage"
	CoverageExport  = "/mappings/coverage.csv"
)

// MappingAttempt is what the mapping tester can begin with. What a provider sends is
// no part of it: that is never in an address.
type MappingAttempt struct {
	Connection, User, Application string
}

// To is the tester, begun so.
func (a MappingAttempt) To() string {
	return with(MappingTest, "connection", a.Connection, "user", a.User, "application", a.Application)
}

// CoverageList is a state of the page about what mappings cover.
type CoverageList struct {
	Show, Search, Connection string

	Page int // from 1
}

// To is the page in this state.
func (l CoverageList) To() string { return with(MappingCoverage, l.pairs()...) }

// ToExport is the list in this state as a file, all pages of it.
func (l CoverageList) ToExport() string {
	l.Page = 1
	return with(CoverageExport, l.pairs()...)
}

func (l CoverageList) pairs() []string {
	return []string{"show", l.Show, "q", l.Search, "connection", l.Connection, "page", page(l.Page)}
}
