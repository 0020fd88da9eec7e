package urls

import "net/url"

// Patterns of what changes would do, before they are made.
const (
	Impact       = "/impact"
	ImpactExport = "/impact.csv"
)

// ImpactView is a state of the page of what changes would do. The changes are
// in its address, so that it can be passed on.
type ImpactView struct {
	Changes []string // each in its spelling for addresses
	Page    int      // from 1
}

// longestAddress is how many bytes an address may have: more does not pass every
// proxy.
const longestAddress = 6000

// Fits reports whether the changes fit in an address. Others are posted.
func (v ImpactView) Fits() bool { return len(v.To()) <= longestAddress }

// To is the page in this state.
func (v ImpactView) To() string { return Impact + "?" + v.query() }

// ToExport is the list in this state as a file, all pages of it.
func (v ImpactView) ToExport() string {
	v.Page = 0
	return ImpactExport + "?" + v.query()
}

func (v ImpactView) query() string {
	q := url.Values{"change": v.Changes}
	if n := page(v.Page); n != "" {
		q.Set("page", n)
	}
	return q.Encode()
}
