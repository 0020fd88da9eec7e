package urls

// Search looks through everything at once.
const Search = "/search"

// ToSearch is what a search for query finds.
func ToSearch(query string) string { return with(Search, "q", query) }
