package layout

import "math"

// straightness is how much more the line of a long edge counts than other edges:
// what bends least is followed most easily.
const straightness = 8

// place finds the X of every vertex. Each layer in turn is pulled to the mean of
// its neighbours, as far as order and room let it: least squares under order,
// solved exactly by pooling adjacent violators. O(V+E) for each round.
func (p *proper) place(o Options) {
	for _, layer := range p.layers {
		for at, i := range layer {
			if at > 0 {
				p.vertices[i].x = p.vertices[layer[at-1]].x + p.room(layer[at-1], i, o)
			}
		}
	}
	for round := range 12 {
		for k := len(p.layers) - 2; k >= 0; k-- {
			p.pull(p.layers[k], o, false, true)
		}
		for k := 1; k < len(p.layers); k++ {
			p.pull(p.layers[k], o, true, round > 3)
		}
	}
	for range 4 {
		for _, layer := range p.layers {
			p.pull(layer, o, true, true)
		}
	}
	for range 6 {
		for _, chains := range [][][]int{p.hosts, p.chains} {
			for _, chain := range chains {
				p.straighten(chain, o)
			}
		}
	}
}

// straighten puts the dummies of a long edge in as few upright lines as there is room
// for: from above, each line goes as far down as it can.
func (p *proper) straighten(chain []int, o Options) {
	if len(chain) < 4 {
		return
	}
	for dummies := chain[1 : len(chain)-1]; len(dummies) > 0; {
		left, right := p.freedom(dummies[0], o)
		sum, run := p.vertices[dummies[0]].x, 1
		for _, i := range dummies[1:] {
			l, r := p.freedom(i, o)
			if max(l, left) > min(r, right) {
				break
			}
			left, right, sum, run = max(l, left), min(r, right), sum+p.vertices[i].x, run+1
		}
		for _, i := range dummies[:run] {
			if left <= right {
				p.vertices[i].x = min(max(sum/float64(run), left), right)
			}
		}
		dummies = dummies[run:]
	}
}

// freedom is how far a vertex can be moved between its neighbours.
func (p *proper) freedom(i int, o Options) (left, right float64) {
	left, right = math.Inf(-1), math.Inf(1)
	v := &p.vertices[i]
	layer := p.layers[v.layer]
	if v.at > 0 {
		left = p.vertices[layer[v.at-1]].x + p.room(layer[v.at-1], i, o)
	}
	if v.at+1 < len(layer) {
		right = p.vertices[layer[v.at+1]].x - p.room(i, layer[v.at+1], o)
	}
	return left, right
}

// room is how far the middles of two neighbours are apart at least.
func (p *proper) room(left, right int, o Options) float64 {
	a, b := &p.vertices[left], &p.vertices[right]
	gap := o.NodeGap
	if a.dummy() && b.dummy() {
		gap = 0
	}
	return (a.width+b.width)/2 + gap
}

// pooled is vertices side by side that want to be at the same place, and how much.
type pooled struct {
	sum, weight float64
	vertices    int
}

func (b pooled) mean() float64 { return b.sum / b.weight }

func (p *proper) pull(layer []int, o Options, up, down bool) {
	offsets := make([]float64, len(layer))
	var pools []pooled
	for at, i := range layer {
		if at > 0 {
			offsets[at] = offsets[at-1] + p.room(layer[at-1], i, o)
		}
		want, weight := p.wanted(i, up, down)
		b := pooled{(want - offsets[at]) * weight, weight, 1}
		for len(pools) > 0 && pools[len(pools)-1].mean() > b.mean() {
			a := pools[len(pools)-1]
			b, pools = pooled{a.sum + b.sum, a.weight + b.weight, a.vertices + b.vertices}, pools[:len(pools)-1]
		}
		pools = append(pools, b)
	}
	at := 0
	for _, b := range pools {
		for range b.vertices {
			p.vertices[layer[at]].x = b.mean() + offsets[at]
			at++
		}
	}
}

// wanted is where the neighbours of a vertex would have it.
func (p *proper) wanted(i int, up, down bool) (at, weight float64) {
	v := &p.vertices[i]
	add := func(neighbours []int) {
		for _, n := range neighbours {
			w := 1.0
			if v.dummy() && p.vertices[n].dummy() {
				w = straightness
			}
			at += w * (p.vertices[n].x + p.vertices[n].port - v.port)
			weight += w
		}
	}
	if up {
		add(v.up)
	}
	if down {
		add(v.down)
	}
	if weight == 0 {
		const stay = .05
		return v.x, stay
	}
	return at / weight, weight
}
