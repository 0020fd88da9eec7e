package e2e

import (
	"fmt"
	"net/http"
	"testing"

	"trellis/e2e/page"
)

// family is a group with two parents and more children than a picture shows, one of
// which is also in another child.
func family(t *testing.T) (root, mother, father, child string, id string) {
	t.Helper()
	root, mother, father, child = prepared.name("Graph Top"), prepared.name("Graph Mother"), prepared.name("Graph Father"), prepared.name("Graph Child")
	id = prepared.group(t, child)
	var children []string
	for i := range 15 {
		children = append(children, prepared.group(t, prepared.name(fmt.Sprintf("Graph Leaf %02d", i))))
	}
	nest := func(outer string, inner ...string) string {
		group := outer
		prepared.authz(t, http.MethodPatch, "/groups/"+group+"/nested", inner, nil)
		return group
	}
	nest(id, children...)
	m, f := nest(prepared.group(t, mother), id), nest(prepared.group(t, father), id)
	nest(prepared.group(t, root), m, f)
	prepared.grant(t, m, prepared.findRole(t, "Incident Responder"))
	return root, mother, father, child, id
}

// Somebody looks at what is around a group, with the keyboard and with a mouse.
func TestGraph(t *testing.T) {
	root, mother, father, child, id := family(t)
	tab := visitAs(t, administrator, look{})
	page.OpenGroup(tab, id)
	g := page.OpenGraph(tab)
	g.Headed("Around " + child)
	g.Shows(child+", group, in focus. Above: ", mother+", group, 1 level above. Above: "+root+". Below: "+child, root+", group, 2 levels above", "4 groups more beside "+child+", folded")

	g.Enter(child)
	g.Press("ArrowUp")
	g.Press("ArrowUp")
	g.On(root)
	g.Press("ArrowDown")
	g.Press("ArrowRight")
	g.Press("ArrowLeft")
	g.Press("ArrowDown")
	g.On(child)
	before := g.Size()
	g.Press("+")
	g.Resizes(before)

	g.Point(mother)
	g.Lit(child, true)
	g.Lit(root, true)
	g.Lit(father, false)
	g.LitOnTop()

	g.Unfold("4 groups more")
	g.Lacks("4 groups more")
	g.Layer("Roles")
	g.Shows("Incident Responder, role, 1 level above. Below: " + mother)
	for language, file := range map[string]string{"SVG": "graph.svg", "DOT": "graph.dot", "PNG": "graph.png"} {
		if got := g.Download(language); got != file {
			t.Errorf("%s is saved as %s", language, got)
		}
	}
	g.Layer("Hide names")
	g.Shows("G1, group, in focus")
	g.Lacks(child + ", group")
	g.Enter("G1, group")
	g.Press("Enter")
	g.Headed(child)
}

func TestGraphWithoutJavaScript(t *testing.T) {
	_, mother, _, _, id := family(t)
	tab := visitAs(t, administrator, look{noScript: true})
	page.OpenGroup(tab, id)
	g := page.OpenGraph(tab)
	g.Layer("Roles")
	g.Shows("Incident Responder, role")
	g.Unfold("4 groups more")
	g.Lacks("4 groups more")
	g.Follow(mother)
	g.Headed(mother)
}
