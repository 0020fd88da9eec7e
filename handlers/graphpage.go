package handlers

import (
	"slices"
	"strconv"
	"strings"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/diagram"
)

// mostNeighbours is how many of what is beside a box its label names.
const mostNeighbours = 6

// page words d as a page in the state v.
func (d sketch) page(v urls.GraphView) views.GraphOf {
	picture := d.diagram.Draw()
	focus := d.name(0)
	page := views.GraphOf{
		Head:    views.PageHead{Crumbs: []views.Link{{Label: focus, URL: toThing(d.things[0].Kind, d.things[0].ID)}, {Label: "Graph"}}, Title: "Around " + focus},
		Form:    graphForm(v),
		Notes:   d.notes,
		Picture: d.picture(v, picture),
		Outline: d.outline(v),
		Ways:    d.ways,
	}
	if d.ways {
		page.Head.Title = "Ways from " + focus + " to " + d.target()
	}
	if note := circles(picture); note != "" {
		page.Notes = append(page.Notes, note)
	}
	for _, f := range []struct{ label, format string }{{"SVG", "svg"}, {"Mermaid", "mermaid"}, {"DOT", "dot"}, {"Text", "text"}} {
		page.Files = append(page.Files, views.Link{Label: f.label, URL: v.ToFile(f.format)})
	}
	return page
}

// name is what box i is called here.
func (d sketch) name(i int) string { return d.diagram.Nodes[i].Name }

// target is the other thing that ways are between.
func (d sketch) target() string {
	for i := len(d.things) - 1; i > 0; i-- {
		if d.diagram.Nodes[i].Focus {
			return d.name(i)
		}
	}
	return d.name(0)
}

// graphForm is the questions beside the picture, as v answers them.
func graphForm(v urls.GraphView) views.GraphForm {
	f := views.GraphForm{
		Action: urls.Graph, Mask: v.Mask,
		Up: depths(v.Up, "all"), Down: depths(v.Down, strconv.Itoa(graphDown)),
	}
	for _, h := range []views.Hidden{{Name: "focus", Value: v.Focus}, {Name: "from", Value: v.From}, {Name: "to", Value: v.To}, {Name: "connection", Value: v.Connection}, {Name: "groups", Value: strings.Join(v.Groups, "\n")}} {
		if h.Value != "" {
			f.Hidden = append(f.Hidden, h)
		}
	}
	for _, box := range v.Unfold {
		f.Hidden = append(f.Hidden, views.Hidden{Name: "unfold", Value: box})
	}
	for _, l := range []struct{ value, label string }{{authz.RolesLayer, "Roles"}, {authz.PermissionsLayer, "Permissions"}, {authz.UsersLayer, "Members"}} {
		f.Layers = append(f.Layers, views.Option{Value: l.value, Label: l.label, Chosen: slices.Contains(v.Layers, l.value)})
	}
	return f
}

// depths are the numbers of levels to choose from.
func depths(asked, usual string) []views.Option {
	if asked == "" {
		asked = usual
	}
	list := []views.Option{}
	known := false
	for _, n := range []string{"0", "1", "2", "3", "4", "6", "10"} {
		list = append(list, views.Option{Value: n, Label: n, Chosen: n == asked})
		known = known || n == asked
	}
	if !known && asked != "all" {
		list = append(list, views.Option{Value: asked, Label: asked, Chosen: true})
	}
	return append(list, views.Option{Value: "all", Label: "All", Chosen: asked == "all"})
}

// picture words what Draw placed.
func (d sketch) picture(v urls.GraphView, p diagram.Picture) views.GraphPicture {
	above, below := make([][]int, len(p.Boxes)), make([][]int, len(p.Boxes))
	out := views.GraphPicture{Width: diagram.Number(p.Width), Height: diagram.Number(p.Height), Name: d.label(), Sheets: sheets(p)}
	for i, e := range d.diagram.Edges {
		above[e.To], below[e.From] = append(above[e.To], e.From), append(below[e.From], e.To)
		out.Lines = append(out.Lines, views.GraphLine{Class: d.diagram.LineClass(i, p.Lines[i]), Path: p.Lines[i].Path, From: boxID(e.From), To: boxID(e.To)})
	}
	for i, box := range p.Boxes {
		n := d.diagram.Nodes[i]
		b := views.GraphBox{
			ID: boxID(i), Class: n.Class(), At: "translate(" + diagram.Number(box.X) + " " + diagram.Number(box.Y) + ")",
			Width: diagram.Number(box.Width), Height: diagram.Number(box.Height), Corner: strconv.Itoa(n.Corner()), Mark: n.Mark(),
			TextX: strconv.Itoa(n.TextX()), TextY: strconv.Itoa(diagram.TextY), Label: box.Label,
			Meta: n.Meta, MetaX: diagram.Number(box.X + box.Width - 10), MetaY: diagram.Number(box.Y + diagram.TextY),
			Title: n.Name, Above: boxIDs(above[i]), Below: boxIDs(below[i]), First: i == 0,
		}
		if strings.HasSuffix(b.Label, "…") { // cut by the edge of the box, so that it still says the whole name
			b.Label, b.Meta, b.Clip = diagram.Plain(n.Name), strings.TrimSpace("… "+n.Meta), diagram.Number(float64(n.TextX())+diagram.MostText-diagram.TextSize)
		}
		b.Name, b.URL = d.words(i, above[i], below[i]), d.link(v, i)
		out.Boxes = append(out.Boxes, b)
	}
	return out
}

func boxID(i int) string { return "v" + strconv.Itoa(i) }

func boxIDs(list []int) string {
	out := make([]string, len(list))
	for k, i := range list {
		out[k] = boxID(i)
	}
	return strings.Join(out, " ")
}

// label names the whole picture.
func (d sketch) label() string {
	shown := map[string]int{}
	for _, n := range d.things {
		shown[n.Kind]++
	}
	var parts []string
	for _, kind := range []string{groupKind, roleKind, permissionKind, userKind} {
		if shown[kind] > 0 {
			parts = append(parts, count(shown[kind], kind))
		}
	}
	return "Graph of " + d.name(0) + ": " + strings.Join(parts, ", ") + ", " + count(len(d.diagram.Edges), "link")
}

// words is what a screen reader says of a box.
func (d sketch) words(i int, above, below []int) string {
	n := d.diagram.Nodes[i]
	if n.Kind == diagram.Fold {
		fold := d.folds[i-len(d.things)]
		return count(fold.Count, fold.Kind) + " more beside " + d.name(fold.Of) + ", folded. Show them"
	}
	t := d.things[i]
	parts := []string{n.Name + ", " + t.Kind + levelWords(t, n.Focus, d.ways)}
	if t.Members > 0 {
		parts = append(parts, count(t.Members, "direct member"))
	}
	if s := d.neighbours("Above", above, t.Above); s != "" {
		parts = append(parts, s)
	}
	if s := d.neighbours("Below", below, t.Below); s != "" {
		parts = append(parts, s)
	}
	return strings.Join(parts, ". ")
}

func levelWords(t authz.GraphNode, focus, ways bool) string {
	switch {
	case focus:
		return ", in focus"
	case ways:
		return ""
	case t.Level < 0:
		return ", " + count(-t.Level, "level") + " above"
	case t.Level > 0:
		return ", " + count(t.Level, "level") + " below"
	}
	return ", at the focus"
}

// neighbours names some of what is beside a box.
func (d sketch) neighbours(where string, list []int, hidden int) string {
	var names []string
	for _, i := range list[:min(len(list), mostNeighbours)] {
		names = append(names, strings.TrimPrefix(d.name(i), "+ "))
	}
	if rest := len(list) - len(names); rest > 0 {
		names = append(names, number(rest)+" more")
	}
	if hidden > 0 {
		names = append(names, number(hidden)+" not shown")
	}
	if len(names) == 0 {
		return ""
	}
	return where + ": " + strings.Join(names, ", ")
}

// link is where a box leads: to the thing, or to what a fold hides.
func (d sketch) link(v urls.GraphView, i int) string {
	if i < len(d.things) {
		return toThing(d.things[i].Kind, d.things[i].ID)
	}
	of := d.things[d.folds[i-len(d.things)].Of]
	return v.Unfolded(of.Kind + ":" + of.ID)
}

// outline is the picture in words.
func (d sketch) outline(v urls.GraphView) []views.GraphEntry {
	var out []views.GraphEntry
	for _, e := range d.diagram.Outline() {
		n := d.diagram.Nodes[e.Node]
		entry := views.GraphEntry{Depth: e.Depth, Name: n.Name, URL: d.link(v, e.Node), Focus: n.Focus}
		if n.Kind != diagram.Group && n.Kind != diagram.Fold {
			entry.Kind = string(n.Kind)
		}
		switch {
		case e.Circle:
			entry.Note = "contains itself"
		case e.Again:
			entry.Note = "see above"
		}
		if e.Node < len(d.things) && !e.Again && !e.Circle {
			entry.Note, entry.Around = hiddenWords(d.things[e.Node]), v.On(d.things[e.Node].Kind+":"+d.things[e.Node].ID)
		}
		out = append(out, entry)
	}
	return out
}

// hiddenWords is what is beside a thing and not shown.
func hiddenWords(n authz.GraphNode) string {
	var parts []string
	if n.Above > 0 {
		parts = append(parts, number(n.Above)+" above")
	}
	if n.Below > 0 {
		parts = append(parts, number(n.Below)+" below")
	}
	if len(parts) == 0 {
		return ""
	}
	return strings.Join(parts, ", ") + " not shown"
}
