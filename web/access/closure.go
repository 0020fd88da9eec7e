package access

// closure is what a member of one group has by way of it: the group and those
// that contain it, and the roles of them all.
type closure struct{ groups, roles set }

// closureMemory is how many bytes of closures an engine keeps. Without those
// that find no room a question takes longer, and has the same answer.
const closureMemory = 64 << 20

// closure is the closure of a group, found once and then kept. O(V+E+r), and
// later O(1).
func (e *Engine) closure(group int32) *closure {
	if c := e.closures[group].Load(); c != nil {
		return c
	}
	w := e.walk()
	defer e.walks.Put(w)
	above, roles := w.reach(e.above, group), newMarks(len(e.roles))
	for _, g := range above {
		for _, role := range e.granted.of(g) {
			roles.add(role)
		}
	}
	c := &closure{setOf(above, len(e.groups)), setOf(roles.appendTo(nil), len(e.roles))}
	if e.closed.Add(c.size()) <= closureMemory {
		e.closures[group].Store(c)
	}
	return c
}

func (c *closure) size() int64 {
	const own = 96 // four slices
	return own + c.groups.size() + c.roles.size()
}

// set is a set of small integers that is never changed. A few stand by themselves;
// of more a bit for each is put together faster, and longer by four times at most.
type set struct {
	few  []int32
	many []uint64 // as marks
}

// setOf is the set of elements, which are less than n.
func setOf(elements []int32, n int) set {
	if len(elements) <= n/128 {
		return set{few: append([]int32(nil), elements...)}
	}
	m := newMarks(n)
	for _, i := range elements {
		m.add(i)
	}
	return set{many: m.words}
}

func (s set) size() int64 { return 4*int64(len(s.few)) + 8*int64(len(s.many)) }

// addAll puts what is in s into the set.
func (m *marks) addAll(s set) {
	for _, i := range s.few {
		m.words[uint32(i)>>6] |= 1 << (uint32(i) & 63) //nolint:gosec // no position is negative
	}
	for i, word := range s.many {
		m.words[i] |= word
	}
}
