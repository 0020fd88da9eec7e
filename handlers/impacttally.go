package handlers

import (
	"cmp"
	"slices"
	"strings"

	"trellis/views"
	"trellis/web/authz"
)

// people words n persons.
func people(n int) string {
	if n == 1 {
		return "1 person"
	}
	return number(n) + " people"
}

// tally is how many groups, roles and permissions.
type tally struct{ groups, roles, permissions int }

func (t *tally) add(kind string) {
	switch kind {
	case groupKind:
		t.groups++
	case roleKind:
		t.roles++
	case permissionKind:
		t.permissions++
	}
}

// words is t as a list, such as "2 groups and 1 role".
func (t tally) words() string {
	var list []string
	for _, part := range []struct {
		n    int
		noun string
	}{{t.groups, "group"}, {t.roles, "role"}, {t.permissions, "permission"}} {
		if part.n > 0 {
			list = append(list, count(part.n, part.noun))
		}
	}
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:len(list)-1], ", ") + " and " + list[len(list)-1]
}

// sided is what is gained and what is lost.
type sided struct{ gained, lost tally }

func sides(shifts []authz.Shift) (s sided) {
	for _, shift := range shifts {
		if shift.Gained > 0 {
			s.gained.add(shift.Kind)
		}
		if shift.Lost > 0 {
			s.lost.add(shift.Kind)
		}
	}
	return s
}

// figures are the numbers of an impact on several people.
func (w impactWords) figures() []views.ImpactFigure {
	var out []views.ImpactFigure
	figure := func(n int, one, many string) {
		if n == 1 {
			many = one
		}
		if n > 0 {
			out = append(out, views.ImpactFigure{Number: number(n), Label: many})
		}
	}
	s := sides(w.Shifts)
	figure(w.Gaining, "person gains access", "people gain access")
	figure(s.gained.roles, "role gained", "roles gained")
	figure(s.gained.permissions, "permission gained", "permissions gained")
	figure(w.Losing, "person loses access", "people lose access")
	figure(s.lost.roles, "role lost", "roles lost")
	figure(s.lost.permissions, "permission lost", "permissions lost")
	return out
}

// shifts words what comes and goes of one kind, what most people are concerned by
// first.
func (w impactWords) shifts(kind, title string) views.ImpactShifts {
	all := slices.DeleteFunc(slices.Clone(w.Shifts), func(s authz.Shift) bool { return s.Kind != kind })
	slices.SortStableFunc(all, func(a, b authz.Shift) int {
		return cmp.Or(cmp.Compare(b.Gained+b.Lost, a.Gained+a.Lost), byName(a.Name, b.Name))
	})
	out := views.ImpactShifts{Title: title, Count: signedCount(sides(all), kind)}
	for i, s := range all {
		switch row := w.shift(s); {
		case i < w.shown || len(all) == w.shown+1: // one alone is not worth folding
			out.Rows = append(out.Rows, row)
		case i < w.shown+w.folded:
			out.More = append(out.More, row)
		}
	}
	out.Rest = andMore(len(all) - len(out.Rows) - len(out.More))
	return out
}

// signedCount is how many of a kind come and go.
func signedCount(s sided, kind string) string {
	of := func(t tally) int {
		return map[string]int{groupKind: t.groups, roleKind: t.roles, permissionKind: t.permissions}[kind]
	}
	var parts []string
	if n := of(s.gained); n > 0 {
		parts = append(parts, number(n)+" gained")
	}
	if n := of(s.lost); n > 0 {
		parts = append(parts, number(n)+" lost")
	}
	return strings.Join(parts, ", ")
}

func (w impactWords) shift(s authz.Shift) views.ImpactShift {
	row := shiftRow(s.Vertex)
	gained, lost := "+"+people(s.Gained), "−"+people(s.Lost)
	if w.Affected == 1 {
		gained, lost = "Gained", "Lost"
	}
	if s.Gained > 0 {
		row.Signs = append(row.Signs, views.ImpactSign{Kind: views.Good, Text: gained})
	}
	if s.Lost > 0 {
		row.Signs = append(row.Signs, views.ImpactSign{Kind: views.Bad, Text: lost})
	}
	return row
}

func shiftRow(v authz.Vertex) views.ImpactShift {
	link := vertexLink(v)
	return views.ImpactShift{Icon: v.Kind + "s", Name: link.Label, URL: link.URL}
}

// effectWords says in a few words what one person gains and loses.
func effectWords(e authz.Effect) string {
	var gained, lost tally
	for _, v := range e.Gained {
		gained.add(v.Kind)
	}
	for _, v := range e.Lost {
		lost.add(v.Kind)
	}
	var parts []string
	if words := gained.words(); words != "" {
		parts = append(parts, "gains "+words)
	}
	if words := lost.words(); words != "" {
		parts = append(parts, "loses "+words)
	}
	return strings.Join(parts, ", ")
}
