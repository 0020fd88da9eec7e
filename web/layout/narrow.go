package layout

import (
	"cmp"
	"slices"
)

// narrow parts layers whose boxes would take more than widest into several, one
// below the other. What has more edges to above stays high in them and what has
// more to below goes low, so that edges stay short. Tall lists have rows of their own,
// in which those of like height stand: no edge passes them but at the end of the
// drawing, so that they may be wider. O(V log V + E).
func (p *proper) narrow(ties []Edge, gap, widest float64) {
	downwards := make([]int, len(p.vertices)) // how many more edges lead down than up
	for _, e := range ties {
		downwards[e.From]++
		downwards[e.To]--
	}
	layers, lists := make([][]int, len(p.layers)), make([][]int, len(p.layers))
	for i := range p.vertices {
		v := &p.vertices[i]
		if v.tall() {
			lists[v.layer] = append(lists[v.layer], i)
		} else {
			layers[v.layer] = append(layers[v.layer], i)
		}
	}
	next := 0
	for k, layer := range layers {
		slices.SortStableFunc(layer, func(a, b int) int { return cmp.Compare(downwards[a], downwards[b]) })
		slices.SortStableFunc(lists[k], func(a, b int) int { return cmp.Compare(p.vertices[a].height, p.vertices[b].height) })
		next = p.part(layer, next, gap, widest)
		next = p.part(lists[k], next, gap, 2*widest)
	}
	p.layers = make([][]int, next)
}

// part puts vertices into layers from next on, no wider than widest, and returns the
// layer after them.
func (p *proper) part(layer []int, next int, gap, widest float64) int {
	taken := 0.0
	for _, i := range layer {
		room := p.vertices[i].width + gap
		if taken > 0 && taken+room > widest {
			next, taken = next+1, 0
		}
		taken += room
		p.vertices[i].layer = next
	}
	return next + min(len(layer), 1)
}
