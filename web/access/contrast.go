package access

// Contrasted is a vertex that one of two leads to, or both: By of each, as Reached
// has it, and nil of the one that does not lead there.
type Contrasted struct {
	Node

	Left, Right []Node
}

// Contrast puts what two lead to beside each other: the union of two sets, with what
// is in which. Both are in order, as Reach gives them, and so is what comes out.
// O(n) for n in both: one merge.
func Contrast(left, right []Reached) []Contrasted {
	out := make([]Contrasted, 0, max(len(left), len(right)))
	for len(left) > 0 || len(right) > 0 {
		switch order := first(left, right); {
		case order < 0:
			out, left = append(out, Contrasted{Node: left[0].Node, Left: left[0].By}), left[1:]
		case order > 0:
			out, right = append(out, Contrasted{Node: right[0].Node, Right: right[0].By}), right[1:]
		default:
			out = append(out, Contrasted{left[0].Node, left[0].By, right[0].By})
			left, right = left[1:], right[1:]
		}
	}
	return out
}

// first is less than 0 when the next vertex is one of left, more than 0 when it is
// one of right, and 0 when it is one of both.
func first(left, right []Reached) int {
	switch {
	case len(left) == 0:
		return 1
	case len(right) == 0:
		return -1
	default:
		return inOrderOf(left[0].Node, right[0].Node)
	}
}

// Directly is those of reached that an edge leads to without a detour, by that edge
// alone. O(s) for all the edges that lead to them.
func Directly(reached []Reached) []Reached {
	var out []Reached
	for _, r := range reached {
		if r.Direct() {
			out = append(out, Reached{r.Node, []Node{r.Node}})
		}
	}
	return out
}

// Having is who is in a group or has a role, in order: in effect, or directly only.
// O(V+E+g+m) for g grants and the m memberships and roles of those who have it.
func (e *Engine) Having(n Node, people *Population, directly bool) []int32 {
	users := newMarks(people.Users())
	groups := []int32{n.Position}
	if n.Kind == KindRole {
		users.addEach(people.Holders(n.Position))
		groups = nil
	}
	w := e.walk()
	defer e.walks.Put(w)
	switch {
	case directly:
	case n.Kind == KindRole:
		groups = e.GroupsWith([]int32{n.Position})
	default:
		groups = w.reach(e.below, groups...)
	}
	for _, group := range groups {
		users.addEach(people.Members(group))
	}
	return users.appendTo(nil)
}

// Parts is two sets: what is in one of them alone, and what is in both.
type Parts[T any] struct{ OnlyLeft, Both, OnlyRight []T }

// Apart is two sets in parts. Sets are lists in order, each element once. O(n) for n
// in both.
func Apart(left, right []int32) Parts[int32] {
	var out Parts[int32]
	for len(left) > 0 && len(right) > 0 {
		switch {
		case left[0] < right[0]:
			out.OnlyLeft, left = append(out.OnlyLeft, left[0]), left[1:]
		case left[0] > right[0]:
			out.OnlyRight, right = append(out.OnlyRight, right[0]), right[1:]
		default:
			out.Both = append(out.Both, left[0])
			left, right = left[1:], right[1:]
		}
	}
	out.OnlyLeft, out.OnlyRight = append(out.OnlyLeft, left...), append(out.OnlyRight, right...)
	return out
}
