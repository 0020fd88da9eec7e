package layout

import (
	"cmp"
	"math"
	"slices"
)

const (
	far      = 220 // aside, from where on a curve is too flat to be told from its neighbours
	busy     = 3   // flat curves between two layers that can be told from each other
	trackGap = 9
)

// sway is the part of an edge between two layers, where it runs aside.
type sway struct {
	edge, at int // the edge, and the point of it from which it runs aside
	from, to float64
	track    int
}

// tracks gives edges that run far aside between two layers a level of their own, where
// there would be many flat curves one over the other: they run down, aside and down.
// Those that come out of one point share a level, as branches of one line. Room for
// the levels is made between the layers. O(S²) for S such edges of a gap.
func (d *Drawing) tracks(bands []band) {
	for k := len(bands) - 2; k >= 0; k-- { // from below, as what is below moves down
		sways := d.sways(bands[k].bottom, bands[k+1].top)
		levels := assignTracks(sways)
		if levels <= busy {
			continue
		}
		d.lower(bands[k+1].top, float64(levels-busy)*trackGap)
		gap := bands[k+1].top - bands[k].bottom
		for _, s := range sways {
			y := bands[k].bottom + (gap-busy*trackGap)/2 + float64(s.track)*trackGap
			d.Edges[s.edge].Points = slices.Insert(d.Edges[s.edge].Points, s.at+1, Point{s.from, y}, Point{s.to, y})
		}
	}
}

// sways finds what runs far aside between two heights, and upwards for no edge.
func (d *Drawing) sways(top, bottom float64) (out []sway) {
	for i, e := range d.Edges {
		for k := range max(len(e.Points)-1, 0) {
			a, b := e.Points[k], e.Points[k+1]
			if a.Y == top && b.Y == bottom && math.Abs(a.X-b.X) > far {
				out = append(out, sway{edge: i, at: k, from: a.X, to: b.X})
			}
		}
	}
	return out
}

// assignTracks gives every sway the highest level on which it runs over no other, in
// an order in which those of one direction do not cross, and returns how many there are.
func assignTracks(sways []sway) int {
	slices.SortStableFunc(sways, func(a, b sway) int {
		return cmp.Or(cmp.Compare(a.direction(), b.direction()), -a.direction()*cmp.Compare(a.from, b.from))
	})
	levels := 0
	for i := range sways {
		s := &sways[i]
		for slices.ContainsFunc(sways[:i], func(o sway) bool { return o.track == s.track && s.meets(o) }) {
			s.track++
		}
		levels = max(levels, s.track+1)
	}
	return levels
}

// direction is 1 to the right, and -1 to the left.
func (s sway) direction() int { return cmp.Compare(s.to, s.from) }

// meets reports whether two sways on one level would be taken for one line. Those out
// of one point are.
func (s sway) meets(o sway) bool {
	return s.from != o.from && min(s.from, s.to) < max(o.from, o.to)+2*trackGap && min(o.from, o.to) < max(s.from, s.to)+2*trackGap
}

// lower moves down by a distance what is at y or below.
func (d *Drawing) lower(y, by float64) {
	d.Height += by
	for i := range d.Nodes {
		if d.Nodes[i].Y >= y {
			d.Nodes[i].Y += by
		}
	}
	for _, e := range d.Edges {
		for k := range e.Points {
			if e.Points[k].Y >= y {
				e.Points[k].Y += by
			}
		}
	}
}
