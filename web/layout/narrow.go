package layout

import (
	"cmp"
	"slices"
)

// narrow parts layers whose boxes would take more than widest into several, one
// below the other. What has more edges to above stays high in them and what has
// more to below goes low, so that edges stay short. O(V log V + E).
func (p *proper) narrow(ties []Edge, gap, widest float64) {
	downwards := make([]int, len(p.vertices)) // how many more edges lead down than up
	for _, e := range ties {
		downwards[e.From]++
		downwards[e.To]--
	}
	layers := make([][]int, len(p.layers))
	for i := range p.vertices {
		layers[p.vertices[i].layer] = append(layers[p.vertices[i].layer], i)
	}
	next := 0
	for _, layer := range layers {
		slices.SortStableFunc(layer, func(a, b int) int { return cmp.Compare(downwards[a], downwards[b]) })
		taken := 0.0
		for _, i := range layer {
			if room := p.vertices[i].width + gap; taken > 0 && taken+room > widest {
				next, taken = next+1, room
			} else {
				taken += room
			}
			p.vertices[i].layer = next
		}
		next++
	}
	p.layers = make([][]int, next)
}
