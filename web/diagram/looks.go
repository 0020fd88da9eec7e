package diagram

import "strconv"

// TextY is where the text of a box stands.
const TextY = 18

// Class is the classes of a box: its kind, and whether it is in focus.
func (n Node) Class() string {
	if n.Focus {
		return string(n.Kind) + " focus"
	}
	return string(n.Kind)
}

// Corner is how round a box is: kinds differ in form too, and not in colour alone.
func (n Node) Corner() int {
	switch n.Kind {
	case Role, Fold:
		return BoxHeight / 2
	case Permission:
		return 0
	}
	return 6
}

// Mark is the path of a small sign at the left of a box: a head and shoulders for a
// user, a key for a permission.
func (n Node) Mark() string {
	switch n.Kind {
	case User:
		return "M9 19.5c0-5 8-5 8 0M10.5 11a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0"
	case Permission:
		return "M8 16a2.7 2.7 0 1 0 5.4 0a2.7 2.7 0 1 0-5.4 0M12.7 14.2L17 9.9M15.4 11.5l1.8 1.8"
	}
	return ""
}

// TextX is where the text of a box begins.
func (n Node) TextX() int {
	if n.Mark() != "" {
		return 2*boxPadding - 1
	}
	return boxPadding
}

// tints is how many colours there are for edges.
const tints = 5

// LineClass is the classes of an edge. Edges of one box have one tint, so that those
// of its neighbours can be told from them.
func (d Diagram) LineClass(i int, l Line) string {
	if l.Back {
		return "e back"
	}
	return "e t" + strconv.Itoa(d.Edges[i].From%tints)
}
