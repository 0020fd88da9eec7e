package handlers

import (
	"slices"
	"strings"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/session"
)

// hit is one thing that a search found.
type hit struct {
	id, name    string
	also        string // another name of it
	detail, end string
	of          string // the application or API that it belongs to
	url         string
	rank        int
}

// section is what was found of one kind.
type section struct {
	kind  string
	hits  []hit
	total int
	all   string // the list of everything that matches
	err   error
}

func (s *section) add(q searchQuery, found hit) {
	found.rank = rank(q.text, found.name, found.also)
	s.hits = append(s.hits, found)
}

// kindWords is how the kinds are called and drawn, in the order of equals.
var kindWords = []struct{ kind, label, icon, noun string }{
	{userKind, "Users", "user", "user"},
	{groupKind, "Groups", "groups", "group"},
	{roleKind, "Roles", "roles", "role"},
	{permissionKind, "Permissions", "permissions", "permission"},
}

// worded puts sections and what is in them in the order of how well they match.
func worded(sections []*section, q searchQuery, apps catalogue) []views.SearchSection {
	for _, s := range sections {
		slices.SortStableFunc(s.hits, func(a, b hit) int { return a.rank - b.rank })
	}
	slices.SortStableFunc(sections, func(a, b *section) int {
		if best := a.best() - b.best(); best != 0 {
			return best
		}
		return placeOf(a.kind) - placeOf(b.kind)
	})
	most := fewHits
	if q.kind != "" {
		most = manyHits
	}
	var out []views.SearchSection
	for _, s := range sections {
		out = append(out, s.worded(q, apps, most))
	}
	return out
}

// best is the rank of the best hit.
func (s *section) best() int {
	if len(s.hits) == 0 {
		return matchesElsewhere + 1
	}
	return s.hits[0].rank
}

func placeOf(kind string) int {
	for i, w := range kindWords {
		if w.kind == kind {
			return i
		}
	}
	return len(kindWords)
}

// worded words s, with at most so many hits.
func (s *section) worded(q searchQuery, apps catalogue, most int) views.SearchSection {
	w := kindWords[placeOf(s.kind)]
	out := views.SearchSection{ID: w.kind, Label: w.label, Problem: wentWrong(s.err)}
	if s.err != nil {
		return out
	}
	for _, found := range s.hits[:min(most, len(s.hits))] {
		end := found.end
		if found.of != "" && apps.names[found.of] != "" {
			end = apps.name(found.of)
		}
		detail := found.detail
		if detail == found.name {
			detail = ""
		}
		out.Hits = append(out.Hits, views.Hit{
			Icon: w.icon, Person: s.kind == userKind, Mono: s.kind == permissionKind,
			Name: marked(found.name, q.text), Detail: detail, End: end, URL: found.url,
		})
	}
	if s.total > len(out.Hits) {
		out.All = views.Link{URL: s.all, Label: allWords(s.total, w.noun, q.text)}
	}
	return out
}

// allWords is the link to everything that matches.
func allWords(n int, noun, text string) string {
	words := "All " + count(n, noun)
	if text != "" {
		words += " that match"
	}
	return words
}

// recently is what the person looked at.
func recently(d *session.Data) views.SearchSection {
	out := views.SearchSection{ID: "recent", Label: "Recent"}
	for _, r := range d.Recent {
		at := placeOf(r.Kind)
		if at == len(kindWords) {
			continue // of another version of Trellis
		}
		w := kindWords[at]
		out.Hits = append(out.Hits, views.Hit{
			Icon: w.icon, Person: r.Kind == userKind, Mono: r.Kind == permissionKind,
			Name: views.Marked{Before: r.Name}, End: strings.TrimSuffix(w.label, "s"), URL: addressOf(r),
		})
	}
	return out
}

// addressOf is the page of something that the person looked at.
func addressOf(r session.Recent) string {
	switch r.Kind {
	case groupKind:
		return urls.ToGroup(r.ID)
	case userKind:
		return urls.ToUser(r.ID)
	case roleKind:
		return urls.ToRole(r.ID)
	default:
		return urls.ToPermission(r.ID)
	}
}
