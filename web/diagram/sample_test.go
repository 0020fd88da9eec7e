package diagram_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"trellis/web/diagram"
)

// sample is a company of so many groups: divisions of departments of teams, in
// which every tenth group is also in another one, and roles on some of them.
func sample(groups int) diagram.Diagram {
	r := rand.New(rand.NewPCG(7, uint64(groups))) //nolint:gosec // the same picture each time
	parts := []string{"Sales", "Legal", "Platform", "Mobile", "Payments", "Ledger", "Identity", "Warehouse", "Benefits", "Analytics", "Growth", "Partner", "Recruiting", "Tax"}
	places := []string{"", " EMEA", " APAC", " Americas", " Operations", " Tools", " On-call", " Contractors", " Leads"}
	d := diagram.Diagram{Nodes: []diagram.Node{{Kind: diagram.Group, Name: "All staff", Meta: "4,812", Focus: true}}}
	children := make([]int, groups)
	for i := 1; i < groups; i++ {
		name := parts[r.IntN(len(parts))] + places[r.IntN(len(places))]
		d.Nodes = append(d.Nodes, diagram.Node{Kind: diagram.Group, Name: fmt.Sprint(name, " ", i), Meta: fmt.Sprint(1 + r.IntN(300))})
		parent := r.IntN(min(i, 1+i/4+i%3))
		if children[parent] > 9 {
			parent = r.IntN(i)
		}
		children[parent]++
		d.Edges = append(d.Edges, diagram.Edge{From: parent, To: i})
		if other := r.IntN(i); i%10 == 0 && other != parent {
			d.Edges = append(d.Edges, diagram.Edge{From: other, To: i})
		}
	}
	for i := range groups / 12 {
		d.Nodes = append(d.Nodes, diagram.Node{Kind: diagram.Role, Name: fmt.Sprint(parts[i%len(parts)], " Reader")})
		d.Edges = append(d.Edges, diagram.Edge{From: len(d.Nodes) - 1, To: r.IntN(groups)})
	}
	return d
}

func BenchmarkDraw(b *testing.B) {
	for _, groups := range []int{40, 150, 300} {
		d := sample(groups)
		b.Run(fmt.Sprint(groups), func(b *testing.B) {
			for b.Loop() {
				d.Draw()
			}
		})
	}
}
