package urls

// Patterns of the pages about the mappings of all groups.
const (
	MappingTest = "/mappings/test"
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
