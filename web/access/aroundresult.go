package access

import (
	"cmp"
	"slices"
)

// name is what a vertex is sorted by. Users have none here.
func (a *around) name(n Node) string {
	switch n.Kind {
	case KindGroup:
		return a.Engine.groups[n.Position].Name
	case KindRole:
		return a.roles[n.Position].Name
	case KindPermission:
		return a.permissions[n.Position].Name
	}
	return ""
}

// fold leaves out what stands beside one vertex alone, where there is too much of it.
func (a *around) fold() {
	if a.view.Rows == 0 {
		return
	}
	ties, tied := map[Node]Fold{}, map[Node]int{} // to which vertex, and to how many
	for _, n := range a.order {
		a.gives(n, func(h Hop) {
			if _, in := a.level[h.To]; in && h.To != n {
				ties[n], ties[h.To] = Fold{Of: h.To, Kind: n.Kind}, Fold{Of: n, Kind: h.To.Kind, Above: true}
				tied[n]++
				tied[h.To]++
			}
		})
	}
	beside := map[Fold][]Node{}
	for _, n := range a.order[1:] {
		if tied[n] == 1 && !a.view.Unfolded[ties[n].Of] {
			beside[ties[n]] = append(beside[ties[n]], n)
		}
	}
	for f, nodes := range beside {
		if len(nodes) <= a.view.Rows {
			continue
		}
		slices.SortStableFunc(nodes, func(x, y Node) int { return cmp.Compare(a.name(x), a.name(y)) })
		f.Count = len(nodes) - a.view.Rows + 1 // a row is for the note
		for _, n := range nodes[a.view.Rows-1:] {
			a.folded[n] = f
		}
	}
}

// result is the view within its limit. What would stand there without an edge to
// anything nearer is left out.
func (a *around) result() Around {
	var out Around
	for _, n := range a.order {
		out.Totals[n.Kind]++
		if _, folded := a.folded[n]; !folded && len(out.Nodes) < a.view.Limit && (len(out.Nodes) == 0 || a.connected(n)) {
			a.drawn[n] = len(out.Nodes)
			out.Nodes = append(out.Nodes, Seen{Node: n, Level: a.level[n]})
		}
	}
	known := map[Fold]bool{}
	for _, n := range a.order {
		if f, folded := a.folded[n]; folded && !known[f] && a.isDrawn(f.Of) {
			known[f] = true
			out.Folds = append(out.Folds, f)
		}
	}
	for i := range out.Nodes {
		a.count(&out.Nodes[i], &out)
	}
	return out
}

func (a *around) isDrawn(n Node) bool {
	_, in := a.drawn[n]
	return in
}

// connected reports whether a vertex is beside one that is drawn.
func (a *around) connected(n Node) bool {
	found := false
	a.gives(n, func(h Hop) { found = found || a.isDrawn(h.To) })
	a.has(n, func(from Node) { found = found || a.isDrawn(from) })
	return found
}

// count adds the hops from a vertex, and counts what is beside it and left out.
func (a *around) count(s *Seen, out *Around) {
	seen := map[Node]bool{}
	hidden := func(n Node) int {
		f, folded := a.folded[n]
		if seen[n] || !a.wants(n.Kind) || a.isDrawn(n) || folded && f.Of == s.Node {
			return 0
		}
		seen[n] = true
		return 1
	}
	a.gives(s.Node, func(h Hop) {
		if a.isDrawn(h.To) {
			out.Hops = append(out.Hops, h)
		}
		s.Above += hidden(h.To)
	})
	a.has(s.Node, func(n Node) { s.Below += hidden(n) })
	if s.Kind == KindGroup {
		s.Members = len(a.people.Members(s.Position))
	}
}
