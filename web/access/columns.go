package access

import "math/bits"

// columns is the accesses that may come or go, each with a column of its own.
type columns struct {
	nodes []Node
	at    map[Node]int32
	words int
}

func columnsOf(groups, roles, permissions marks) columns {
	c := columns{at: map[Node]int32{}}
	for _, part := range []struct {
		kind Kind
		set  marks
	}{{KindGroup, groups}, {KindRole, roles}, {KindPermission, permissions}} {
		for _, i := range part.set.appendTo(nil) {
			n := Node{part.kind, i}
			c.at[n] = int32(len(c.nodes)) //nolint:gosec // as in indexOf
			c.nodes = append(c.nodes, n)
		}
	}
	c.words = (len(c.nodes) + 63) / 64
	return c
}

// only is the accesses in one row and not in the other.
func (c columns) only(row, other []uint64) Access {
	var out Access
	for at, word := range row {
		for word &^= other[at]; word != 0; word &= word - 1 {
			n := c.nodes[at<<6|bits.TrailingZeros64(word)]
			list := map[Kind]*[]int32{KindGroup: &out.Groups, KindRole: &out.Roles, KindPermission: &out.Permissions}[n.Kind]
			*list = append(*list, n.Position)
		}
	}
	return out
}
