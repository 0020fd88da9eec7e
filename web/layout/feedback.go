package layout

import "slices"

// feedback tells which edges close a cycle: those that lead back to a node from
// which a depth-first search is on its way. Without them no cycle is left. O(V+E).
func feedback(g Graph) []bool {
	out, in := make([][]int, len(g.Nodes)), make([]int, len(g.Nodes))
	for i, e := range g.Edges {
		out[e.From] = append(out[e.From], i)
		if e.From != e.To {
			in[e.To]++
		}
	}
	const unseen, open, done = 0, 1, 2
	state, back := make([]int, len(g.Nodes)), make([]bool, len(g.Edges))
	visit := func(root int) {
		state[root] = open
		for stack := []int{root}; len(stack) > 0; {
			at := stack[len(stack)-1]
			if len(out[at]) == 0 {
				state[at], stack = done, stack[:len(stack)-1]
				continue
			}
			edge := out[at][0]
			out[at] = out[at][1:]
			switch to := g.Edges[edge].To; state[to] {
			case unseen:
				state[to], stack = open, append(stack, to)
			case open:
				back[edge] = true
			}
		}
	}
	for pass := range 2 { // from the roots first: a cycle is then cut where it leads back up
		for i := range g.Nodes {
			if state[i] == unseen && (pass == 1 || in[i] == 0) {
				visit(i)
			}
		}
	}
	return back
}

// topological is an order of n vertices in which each stands before those that
// next leads to, which has no cycle. O(V+E).
func topological(n int, next func(int) []int) []int {
	in := make([]int, n)
	for i := range n {
		for _, to := range next(i) {
			in[to]++
		}
	}
	order := make([]int, 0, n)
	for i := range n {
		if in[i] == 0 {
			order = append(order, i)
		}
	}
	for at := 0; at < len(order); at++ {
		for _, to := range next(order[at]) {
			if in[to]--; in[to] == 0 {
				order = append(order, to)
			}
		}
	}
	return slices.Clip(order)
}
