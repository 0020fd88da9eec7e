package layout

import (
	"cmp"
	"math"
	"slices"
)

// band is the room of a layer from its top to its bottom.
type band struct{ top, bottom float64 }

// drawing is what p comes to.
func (p *proper) drawing(g Graph, o Options, back []bool) Drawing {
	d := Drawing{Nodes: make([]Point, len(g.Nodes)), Edges: make([]Route, len(g.Edges)), Crossings: p.crossed}
	p.shift(o)
	bands := p.bands(o)
	for i := range p.vertices {
		p.put(&d, &p.vertices[i], bands)
	}
	for i, n := range g.Nodes {
		d.Width = max(d.Width, d.Nodes[i].X+n.Width+o.Margin)
		d.Height = max(d.Height, d.Nodes[i].Y+n.Height+o.Margin)
	}
	entries := p.entries(g, back)
	for i, e := range g.Edges {
		d.Edges[i] = Route{Feedback: back[i]}
		switch {
		case e.From == e.To:
			d.Edges[i].Points = loop(g.Nodes[e.From], d.Nodes[e.From])
		case p.hung.enters(e):
			d.Edges[i].Points = p.intoList(g, d, i, bands)
		case len(p.chains[i]) > 0:
			d.Edges[i].Points = p.along(g, d, p.chains[i], bands, entries[i])
			if back[i] {
				slices.Reverse(d.Edges[i].Points)
			}
		default:
			d.Edges[i].Points = p.inList(g, d, e, bands)
		}
		for _, at := range d.Edges[i].Points {
			d.Width = max(d.Width, at.X+o.Margin)
		}
	}
	d.tracks(bands)
	return d
}

// shift moves everything so that it begins at the margin.
func (p *proper) shift(o Options) {
	left := math.Inf(1)
	for i := range p.vertices {
		left = min(left, p.vertices[i].x-p.vertices[i].width/2)
	}
	for i := range p.vertices {
		p.vertices[i].x += o.Margin - left
	}
}

// bands is the room of each layer. The further edges run aside between two layers,
// the further those are apart: a flat line is hard to follow.
func (p *proper) bands(o Options) []band {
	out, y := make([]band, len(p.layers)), o.Margin
	for k, layer := range p.layers {
		height, aside := 0.0, 0.0
		for _, i := range layer {
			height = max(height, p.vertices[i].height)
			for _, to := range p.vertices[i].down {
				aside = max(aside, math.Abs(p.vertices[to].x-p.vertices[i].x))
			}
		}
		out[k] = band{y, y + height}
		y += height + o.LayerGap + min(aside/10, o.LayerGap)
	}
	return out
}

// put places the nodes of a vertex. A list stands at the edge of its layer that is
// nearer to its host, and so does a node beside it.
func (p *proper) put(d *Drawing, v *vertex, bands []band) {
	b, left := bands[v.layer], v.x-v.width/2
	top := b.top
	if v.block == nil && p.standsLow(v.layer) || v.block != nil && v.block.side == above {
		top = b.bottom - v.height
	}
	if v.node >= 0 {
		d.Nodes[v.node] = Point{left, top}
	}
	if v.block == nil {
		return
	}
	for i, node := range v.block.nodes {
		d.Nodes[node] = Point{left + v.block.places[i].X, top + v.block.places[i].Y}
	}
}

// standsLow reports whether the nodes of a layer stand at its bottom: there is a
// list above its host beside them.
func (p *proper) standsLow(layer int) bool {
	return slices.ContainsFunc(p.layers[layer], func(i int) bool {
		return p.vertices[i].block != nil && p.vertices[i].block.side == above
	})
}

// entries is, for each edge, how far from the middle of the lower node it ends:
// edges of several parents come in side by side, in the order in which they come.
func (p *proper) entries(g Graph, back []bool) []float64 {
	const apart = 14
	into := make([][]int, len(g.Nodes))
	for i, e := range g.Edges {
		if len(p.chains[i]) > 0 {
			lower := e.To
			if back[i] {
				lower = e.From
			}
			into[lower] = append(into[lower], i)
		}
	}
	out := make([]float64, len(g.Edges))
	for node, edges := range into {
		before := func(edge int) float64 { c := p.chains[edge]; return p.vertices[c[len(c)-2]].x }
		slices.SortStableFunc(edges, func(a, b int) int { return cmp.Compare(before(a), before(b)) })
		step := min(apart, (g.Nodes[node].Width-16)/float64(max(len(edges), 1)))
		for k, edge := range edges {
			out[edge] = (float64(k) - float64(len(edges)-1)/2) * step
		}
	}
	return out
}

// along is the way over a chain of vertices, from the bottom of the first node to
// the top of the last one.
func (p *proper) along(g Graph, d Drawing, chain []int, bands []band, entry float64) []Point {
	var out []Point
	for k, i := range chain {
		v := &p.vertices[i]
		b, x := bands[v.layer], v.x+v.port
		switch {
		case k == 0 && v.node >= 0:
			out = append(out, Point{x, d.Nodes[v.node].Y + g.Nodes[v.node].Height}, Point{x, b.bottom})
		case k == len(chain)-1 && v.node >= 0:
			out = append(out, Point{x + entry, b.top}, Point{x + entry, d.Nodes[v.node].Y})
		case v.block == nil:
			out = append(out, Point{x, b.top}, Point{x, b.bottom})
		}
	}
	return slices.Compact(out)
}

// inList is the way between two nodes of which one hangs in a list at least.
func (p *proper) inList(g Graph, d Drawing, e Edge, bands []band) []Point {
	hanging := e.To
	l := p.hung.host[e.To]
	crown := l >= 0 && p.hung.lists[l].side == below && p.hung.host[e.From] == l && p.hung.ties.crown[e.From]
	if l < 0 || p.hung.lists[l].side == above || crown {
		hanging, l = e.From, p.hung.host[e.From]
	}
	v := &p.vertices[p.of[hanging]]
	left, top := v.x-v.width/2, bands[v.layer].top
	if v.block.side == above {
		top = bands[v.layer].bottom - v.height
	}
	var way []Point
	for _, at := range v.block.routes[hanging] {
		way = append(way, Point{left + at.X, top + at.Y})
	}
	if v.block.side == below && !crown && e.From == v.block.host {
		return slices.Compact(append(p.along(g, d, p.hosts[l], bands, 0), way...))
	}
	if v.block.side == above && e.To == v.block.host {
		slices.Reverse(way)
		return slices.Compact(append(way, p.along(g, d, p.hosts[l], bands, 0)...))
	}
	if v.block.side == above {
		slices.Reverse(way)
	}
	return way
}

// intoList is the way of an edge that enters a list from elsewhere.
func (p *proper) intoList(g Graph, d Drawing, edge int, bands []band) []Point {
	v := &p.vertices[p.of[g.Edges[edge].To]]
	way := p.along(g, d, p.chains[edge], bands, 0)
	for _, at := range v.block.entries[edge] {
		way = append(way, Point{v.x - v.width/2 + at.X, bands[v.layer].top + at.Y})
	}
	return slices.Compact(way)
}

// loop is the way from a node to itself, at its right side.
func loop(n Node, at Point) []Point {
	const out = 11
	right, middle := at.X+n.Width, at.Y+n.Height/2
	return []Point{{right, middle - 6}, {right + out, middle - 6}, {right + out, middle + 6}, {right, middle + 6}}
}
