package urls

// Patterns of the pages of those whom a group waits for.
const (
	GroupPending       = "/groups/:id/pending"
	GroupPendingAdd    = "/groups/:id/pending/add"
	GroupPendingRemove = "/groups/:id/pending/remove"
)

// PendingList is a state of the list of those whom a group waits for.
type PendingList struct {
	Group  string
	Search string
	Sort   string // a field, with "-" before it for the other way round
	Page   int    // from 1
}

// To is the list in this state.
func (l PendingList) To() string { return with(of(GroupPending, l.Group), l.pairs()...) }

// ToAdd is the form for more of them, and comes back to the list in this state.
func (l PendingList) ToAdd() string { return with(of(GroupPendingAdd, l.Group), l.pairs()...) }

// ToRemove asks whether the group shall wait for email no longer, and comes back to
// the list in this state.
func (l PendingList) ToRemove(email string) string {
	return with(of(GroupPendingRemove, l.Group), append(l.pairs(), "email", email)...)
}

func (l PendingList) pairs() []string {
	return []string{"q", l.Search, "sort", l.Sort, "page", page(l.Page)}
}
