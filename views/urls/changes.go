package urls

import "strconv"

// ChangeList is a state of the list of changes.
type ChangeList struct {
	Kind         string // of what was changed
	Object       string // the id of what was changed
	Who          string // a part of who made it
	Since, Until string // days, such as 2026-11-23
	Before       int64  // the entry that the part ends before; 0 is the newest
}

// To is the list in this state.
func (l ChangeList) To() string {
	before := ""
	if l.Before > 0 {
		before = strconv.FormatInt(l.Before, 10)
	}
	return with(Changes, "kind", l.Kind, "object", l.Object, "who", l.Who, "since", l.Since, "until", l.Until, "before", before)
}

// ToChangesOf is the list of the changes of one thing.
func ToChangesOf(kind, id string) string { return ChangeList{Kind: kind, Object: id}.To() }
