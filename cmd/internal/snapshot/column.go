package snapshot

// Column is one JSON text for each record of a list, all in one piece of memory:
// an answer of thousands of them neither encodes nor looks for them one by one.
type Column struct {
	all  []byte   // each text, with a comma behind it
	from []uint32 // where each begins in all, and where the last one ends
}

// column puts a text of each of items into one piece of memory, and makes the
// items' own texts parts of it.
func column[T any](items []T, text func(*T) *[]byte) Column {
	size := 0
	for i := range items {
		size += len(*text(&items[i])) + 1
	}
	c := Column{all: make([]byte, 0, size), from: make([]uint32, 1, len(items)+1)}
	for i := range items {
		own := text(&items[i])
		begin := len(c.all)
		c.all = append(append(c.all, *own...), ',')
		c.from = append(c.from, uint32(len(c.all))) //nolint:gosec // a tenant's names have not four thousand million letters
		*own = c.all[begin : len(c.all)-1 : len(c.all)-1]
	}
	return c
}

// AppendList appends the JSON list of the texts at positions to b.
func (c Column) AppendList(b []byte, positions []int32) []byte {
	b = append(b, '[')
	for _, i := range positions {
		b = append(b, c.all[c.from[i]:c.from[i+1]]...)
	}
	if len(positions) > 0 {
		b = b[:len(b)-1] // the comma behind the last one
	}
	return append(b, ']')
}
