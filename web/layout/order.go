package layout

import (
	"cmp"
	"slices"
)

const (
	mostSweeps = 24 // through all layers
	patience   = 6  // sweeps without a better order
)

// order puts each layer in an order with few crossings: from one in which what is
// below a vertex stands together, by the barycentre method, with exchanges of
// neighbours. The best order met is kept.
func (p *proper) order() {
	p.depthFirst()
	p.number()
	best, kept := p.crossings(), p.copied()
	for sweep, stale := 0, 0; sweep < mostSweeps && best > 0 && stale < patience; sweep++ {
		p.sweep(sweep%2 == 0)
		p.exchange()
		if now := p.crossings(); now < best {
			best, kept, stale = now, p.copied(), 0
		} else {
			stale++
		}
	}
	p.layers, p.crossed = kept, best
	p.number()
}

// depthFirst is the first order: a search from the vertices with nothing above them.
func (p *proper) depthFirst() {
	seen := make([]bool, len(p.vertices))
	var visit func(int)
	visit = func(i int) {
		if seen[i] {
			return
		}
		seen[i] = true
		v := &p.vertices[i]
		p.layers[v.layer] = append(p.layers[v.layer], i)
		for _, to := range v.down {
			visit(to)
		}
	}
	for i := range p.vertices {
		if len(p.vertices[i].up) == 0 {
			visit(i)
		}
	}
}

func (p *proper) number() {
	for _, layer := range p.layers {
		for at, i := range layer {
			p.vertices[i].at = at
		}
	}
}

func (p *proper) copied() [][]int {
	out := make([][]int, len(p.layers))
	for i, layer := range p.layers {
		out[i] = slices.Clone(layer)
	}
	return out
}

// sweep goes through the layers and puts each vertex where its neighbours in the
// layer before stand on average.
func (p *proper) sweep(downwards bool) {
	for k := range p.layers {
		if downwards {
			p.barycentre(p.layers[k], func(v *vertex) []int { return v.up })
		} else {
			p.barycentre(p.layers[len(p.layers)-1-k], func(v *vertex) []int { return v.down })
		}
	}
}

// barycentre sorts a layer by the mean place of each vertex's neighbours. Those
// without neighbours stay where they are.
func (p *proper) barycentre(layer []int, neighbours func(*vertex) []int) {
	type movable struct {
		vertex int
		mean   float64
	}
	var moving []movable
	var slots []int
	for at, i := range layer {
		if near := neighbours(&p.vertices[i]); len(near) > 0 {
			sum := 0
			for _, n := range near {
				sum += p.vertices[n].at
			}
			moving, slots = append(moving, movable{i, float64(sum) / float64(len(near))}), append(slots, at)
		}
	}
	slices.SortStableFunc(moving, func(a, b movable) int { return cmp.Compare(a.mean, b.mean) })
	for k, at := range slots {
		layer[at] = moving[k].vertex
	}
	for at, i := range layer {
		p.vertices[i].at = at
	}
}

// exchange swaps neighbours in a layer for as long as that has fewer crossings,
// three times at most.
func (p *proper) exchange() {
	for better, round := true, 0; better && round < 3; round++ {
		better = false
		for _, layer := range p.layers {
			for at := 0; at+1 < len(layer); at++ {
				a, b := &p.vertices[layer[at]], &p.vertices[layer[at+1]]
				if p.pair(a, b) > p.pair(b, a) {
					layer[at], layer[at+1] = layer[at+1], layer[at]
					a.at, b.at = b.at, a.at
					better = true
				}
			}
		}
	}
}
