package authzapi

import "trellis/cmd/internal/snapshot"

// appendList appends the JSON of a list to b: item i of n is what part says.
func appendList(b []byte, n int, part func(i int) []byte) []byte {
	b = append(b, '[')
	for i := range n {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, part(i)...)
	}
	return append(b, ']')
}

// listOf is the JSON list of n parts.
func listOf(n int, part func(i int) []byte) written {
	return appendList(make([]byte, 0, listSize(n, part)), n, part)
}

// listSize is how many bytes such a list has at most.
func listSize(n int, part func(i int) []byte) int {
	size := 2 + n
	for i := range n {
		size += len(part(i))
	}
	return size
}

func groupsAt(graph *snapshot.Snapshot, positions []int32) written {
	return listOf(len(positions), func(i int) []byte { return graph.GroupList[positions[i]].Record })
}

func heldRolesAt(graph *snapshot.Snapshot, positions []int32) written {
	return listOf(len(positions), func(i int) []byte { return graph.RoleList[positions[i]].Record })
}
