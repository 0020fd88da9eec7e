package store

import (
	"maps"
	"slices"
)

// nesting is the ids of the groups nested in each group.
type nesting map[string][]string

// circles is one way round for every group at which a walk downwards comes back:
// its first and last id are the same. A nesting without cycles has none. O(V+E).
func (n nesting) circles() [][]string {
	const walking, done = 1, 2
	state := map[string]int{}
	var out [][]string
	for _, start := range slices.Sorted(maps.Keys(n)) {
		way, next := []string{}, []int{}
		enter := func(id string) {
			state[id] = walking
			way, next = append(way, id), append(next, 0)
		}
		if state[start] == 0 {
			enter(start)
		}
		for len(way) > 0 {
			at := len(way) - 1
			if next[at] == len(n[way[at]]) {
				state[way[at]] = done
				way, next = way[:at], next[:at]
				continue
			}
			id := n[way[at]][next[at]]
			next[at]++
			switch state[id] {
			case 0:
				enter(id)
			case walking:
				out = append(out, append(slices.Clone(way[slices.Index(way, id):]), id))
			}
		}
	}
	return out
}
