package authzapi

import "trellis/web/access"

// step is a change that would give an access, and how much else it would give.
type step struct {
	Hop         hop `json:"hop"`
	Groups      int `json:"groups"`
	Roles       int `json:"roles"`
	Permissions int `json:"permissions"`
}

// whyNot is what would give a missing access: the first steps, and how many there are.
type whyNot struct {
	Total int    `json:"total"`
	Steps []step `json:"steps"`
}

// whyNot is steps in words.
func (w wording) whyNot(found access.Steps) *whyNot {
	out := &whyNot{Total: found.Total, Steps: make([]step, len(found.Steps))}
	for i, s := range found.Steps {
		out.Steps[i] = step{w.hops([]access.Hop{s.Hop})[0], s.Groups, s.Roles, s.Permissions}
	}
	return out
}
