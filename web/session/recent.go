package session

import "slices"

// Recent is something that the person looked at, with the name that it had then.
type Recent struct{ Kind, ID, Name string }

const (
	mostRecent = 8   // things that a session remembers
	longestID  = 512 // of one; longer ones are not remembered
	longName   = 200 // letters of one
)

// is reports whether r and other are the same thing, whatever its name.
func (r Recent) is(other Recent) bool { return r.Kind == other.Kind && r.ID == other.ID }

// Visit notes that the person looks at r. It is theirs alone: it stands in the
// row of their session, and goes with it.
func (d *Data) Visit(r Recent) {
	if len(r.ID) > longestID {
		return
	}
	if runes := []rune(r.Name); len(runes) > longName {
		r.Name = string(runes[:longName])
	}
	if len(d.Recent) == 0 || d.Recent[0] != r {
		d.visited = &r
	}
}

// Forget takes what kind and id name out of what the person looked at, as it is
// gone.
func (d *Data) Forget(kind, id string) {
	if gone := (Recent{Kind: kind, ID: id}); slices.ContainsFunc(d.Recent, gone.is) {
		d.forgotten = &gone
	}
}

// recently is what the person looked at, the newest first, after this request.
func (d *Data) recently(before []Recent) []Recent {
	after := slices.Clone(before)
	for _, r := range []*Recent{d.visited, d.forgotten} {
		if r != nil {
			after = slices.DeleteFunc(after, r.is)
		}
	}
	if d.visited != nil {
		after = slices.Insert(after, 0, *d.visited)
	}
	return after[:min(len(after), mostRecent)]
}
