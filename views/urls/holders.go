package urls

// HolderView is how a list of those who have something is narrowed and sorted.
type HolderView struct {
	Source string // a kind of source; empty for all
	Only   bool   // those alone who have it by no other kind
	Sort   string // a field, with "-" before it for the other way round
}

func (v HolderView) pairs() []string {
	only := ""
	if v.Only {
		only = "1"
	}
	return []string{"source", v.Source, "only", only, "sort", v.Sort}
}
