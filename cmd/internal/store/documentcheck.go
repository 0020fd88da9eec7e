package store

import (
	"fmt"

	"github.com/google/uuid"
)

// DocumentError says what is wrong about a document, and where in it.
type DocumentError struct {
	Where   string // such as "groups[3]"
	Problem string
}

func (e *DocumentError) Error() string { return e.Where + ": " + e.Problem }

// check refuses a document that the tenant could not hold: it needs an id and a
// name to speak of a record, and names that people can tell apart.
func (d Document) check() error {
	groups := newNames("groups")
	for _, g := range d.Groups {
		if err := groups.add(g.ID, g.Name, ""); err != nil {
			return err
		}
	}
	roles := newNames("roles")
	for _, o := range d.Roles {
		if err := roles.add(o.ID, o.Name, o.ApplicationID); err != nil {
			return err
		}
	}
	permissions := newNames("permissions")
	for _, p := range d.Permissions {
		if err := permissions.add(p.ID, p.Name, p.ApplicationID); err != nil {
			return err
		}
	}
	return nil
}

// names is the ids and names of the records of one kind seen so far.
type names struct {
	kind   string
	n      int
	ids    map[string]int
	byName map[[2]string]int
}

func newNames(kind string) *names {
	return &names{kind: kind, ids: map[string]int{}, byName: map[[2]string]int{}}
}

// add takes the next record in, or says why it cannot be held.
func (s *names) add(id, name, application string) error {
	where := fmt.Sprintf("%s[%d]", s.kind, s.n)
	key := [2]string{application, fold(name)}
	switch other, sameID := s.ids[id]; {
	case id == "":
		return &DocumentError{where, "has no _id"}
	case name == "":
		return &DocumentError{where, "has no name"}
	case sameID:
		return &DocumentError{where, fmt.Sprintf("has the _id %q of %s[%d]", id, s.kind, other)}
	}
	if other, ok := s.byName[key]; ok {
		return &DocumentError{where, fmt.Sprintf("has the name %q of %s[%d]; give one of them another name", name, s.kind, other)}
	}
	s.ids[id], s.byName[key] = s.n, s.n
	s.n++
	return nil
}

// identified is mappings with an id each: an old export may lack one, or repeat it.
func identified(mappings []Mapping, seen map[string]bool) []Mapping {
	out := make([]Mapping, len(mappings))
	for i, m := range mappings {
		if m.ID == "" || seen[m.ID] {
			m.ID = uuid.NewString()
		}
		seen[m.ID] = true
		out[i] = m
	}
	return out
}
