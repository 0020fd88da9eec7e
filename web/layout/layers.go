package layout

// tallList is from what height on a list goes to the end of the drawing: in a
// layer amid others it would keep those far apart.
const tallList = 180

// assign gives every vertex a layer below those that ties lead from. First the
// longest way from above decides; then each moves to where its edges are shorter.
func (p *proper) assign(ties []Edge) {
	n := len(p.vertices)
	up, down := make([][]int, n), make([][]int, n)
	for _, e := range ties {
		down[e.From] = append(down[e.From], e.To)
		up[e.To] = append(up[e.To], e.From)
	}
	order := topological(n, func(i int) []int { return down[i] })
	for _, i := range order {
		for _, to := range down[i] {
			p.vertices[to].layer = max(p.vertices[to].layer, p.vertices[i].layer+1)
		}
	}
	for moved, pass := true, 0; moved && pass < 8; pass++ {
		moved = false
		for k := len(order) - 1; k >= 0; k-- {
			i := order[k]
			if layer := p.better(up[i], down[i], p.vertices[i].layer); layer != p.vertices[i].layer {
				p.vertices[i].layer, moved = layer, true
			}
		}
	}
	first, last := p.span()
	for i := range p.vertices {
		if b := p.vertices[i].block; p.vertices[i].tall() {
			p.vertices[i].layer = last
			if b.side == above {
				p.vertices[i].layer = first
			}
		}
	}
	p.compact()
}

// tall reports whether v is a list that goes to the end of the drawing.
func (v *vertex) tall() bool { return v.block != nil && v.block.height > tallList }

// better is the layer in which a vertex has the shortest edges: next to what is
// above it or next to what is below, wherever there is more.
func (p *proper) better(up, down []int, layer int) int {
	switch {
	case len(down) > len(up):
		nearest := p.vertices[down[0]].layer
		for _, i := range down {
			nearest = min(nearest, p.vertices[i].layer)
		}
		return nearest - 1
	case len(up) > len(down):
		nearest := p.vertices[up[0]].layer + 1
		for _, i := range up {
			nearest = max(nearest, p.vertices[i].layer+1)
		}
		return nearest
	}
	return layer
}

// span is the first and the last layer.
func (p *proper) span() (first, last int) {
	for i := range p.vertices {
		first, last = min(first, p.vertices[i].layer), max(last, p.vertices[i].layer)
	}
	return first, last
}

// compact counts layers from 0, without empty ones.
func (p *proper) compact() {
	low, high := p.span()
	number := make([]int, high-low+1)
	for i := range p.vertices {
		number[p.vertices[i].layer-low] = 1
	}
	next := 0
	for layer, used := range number {
		number[layer] = next
		next += used
	}
	for i := range p.vertices {
		p.vertices[i].layer = number[p.vertices[i].layer-low]
	}
	p.layers = make([][]int, next)
}
