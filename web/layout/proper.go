package layout

// vertex is what takes room in a layer: a node, a list, or a dummy where a long
// edge passes.
type vertex struct {
	node  int    // -1 for what is no node
	block *block // of a list
	layer int
	// up and down are the neighbours one layer away.
	up, down []int
	width    float64
	height   float64
	port     float64 // where edges meet it, from its middle
	at       int     // its place in its layer
	x        float64 // its middle
}

func (v *vertex) dummy() bool { return v.node < 0 && v.block == nil }

// proper is a graph in which every edge leads to the next layer.
type proper struct {
	vertices []vertex
	layers   [][]int // vertices, in order
	of       []int   // by node: its vertex, or that of its list
	chains   [][]int // by edge: the vertices that it runs over, from above to below; none in a list
	hosts    [][]int // by list: the vertices from the upper end to the lower one
	hung     hung
	crossed  int
}

// newProper gives everything a layer. O(V+E) for the layers, and O(E L) for the
// dummies of edges over L layers.
func newProper(g Graph, o Options, back []bool, h hung, widest float64) *proper {
	p := &proper{of: make([]int, len(g.Nodes)), chains: make([][]int, len(g.Edges)), hosts: make([][]int, len(h.lists)), hung: h}
	for i, n := range g.Nodes {
		if h.host[i] < 0 {
			p.of[i] = len(p.vertices)
			p.vertices = append(p.vertices, vertex{node: i, width: n.Width, height: n.Height})
		}
	}
	var ties []Edge // between vertices
	into := h.entering(g)
	for i, l := range h.lists {
		b, at := blockOf(g, o, l, into), len(p.vertices)
		p.vertices = append(p.vertices, vertex{node: -1, block: b, width: b.width, height: b.height, port: b.port()})
		for _, node := range b.nodes {
			p.of[node] = at
		}
		p.hosts[i] = []int{p.of[l.host], at}
		if l.side == above {
			p.hosts[i] = []int{at, p.of[l.host]}
		}
		ties = append(ties, Edge{p.hosts[i][0], p.hosts[i][1]})
	}
	for i, e := range g.Edges {
		if e.From == e.To || !h.enters(e) && (h.host[e.From] >= 0 || h.host[e.To] >= 0) {
			continue
		}
		p.chains[i] = []int{p.of[e.From], p.of[e.To]}
		if back[i] {
			p.chains[i] = []int{p.of[e.To], p.of[e.From]}
		}
		ties = append(ties, Edge{p.chains[i][0], p.chains[i][1]})
	}
	p.assign(ties)
	if widest > 0 {
		p.narrow(ties, o.NodeGap, widest)
	}
	for i := range p.chains {
		p.lengthen(o, &p.chains[i])
	}
	for i := range p.hosts {
		p.lengthen(o, &p.hosts[i])
	}
	return p
}

// lengthen puts dummies between the ends of a chain.
func (p *proper) lengthen(o Options, chain *[]int) {
	if len(*chain) == 0 {
		return
	}
	from, to := (*chain)[0], (*chain)[1]
	out, last := []int{from}, from
	for layer := p.vertices[from].layer + 1; layer < p.vertices[to].layer; layer++ {
		p.vertices = append(p.vertices, vertex{node: -1, layer: layer, width: o.EdgeGap})
		p.tie(last, len(p.vertices)-1)
		last = len(p.vertices) - 1
		out = append(out, last)
	}
	p.tie(last, to)
	*chain = append(out, to)
}

func (p *proper) tie(from, to int) {
	p.vertices[from].down = append(p.vertices[from].down, to)
	p.vertices[to].up = append(p.vertices[to].up, from)
}
