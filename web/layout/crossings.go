package layout

import "slices"

// pair is how many edges of left and right cross when they stand in that order.
func (p *proper) pair(left, right *vertex) int {
	return p.inversions(left.up, right.up) + p.inversions(left.down, right.down)
}

// inversions is how many pairs of neighbours stand the other way round. O(d²) for
// d of them: few vertices have many.
func (p *proper) inversions(left, right []int) int {
	n := 0
	for _, a := range left {
		for _, b := range right {
			if p.vertices[a].at > p.vertices[b].at {
				n++
			}
		}
	}
	return n
}

// crossings is how many edges cross between all layers, counted with a Fenwick
// tree of the ends met so far. O(E log V).
func (p *proper) crossings() int {
	total := 0
	for k := 0; k+1 < len(p.layers); k++ {
		ends := make([]int, len(p.layers[k+1])+1)
		met := 0
		for _, i := range p.layers[k] {
			places := make([]int, len(p.vertices[i].down))
			for n, to := range p.vertices[i].down {
				places[n] = p.vertices[to].at + 1
			}
			slices.Sort(places)
			for _, at := range places {
				total += met
				for ; at > 0; at -= at & -at {
					total -= ends[at]
				}
			}
			for _, at := range places {
				for ; at < len(ends); at += at & -at {
					ends[at]++
				}
				met++
			}
		}
	}
	return total
}
