package access

import "math/bits"

// counters counts in how many rows each column is set, for all columns of a word at
// once: bit-sliced counters, where the bits of equal weight of 64 counts stand in one
// word. A row is added as one binary number is to another, by carrying, until nothing
// is carried.
type counters struct {
	slices []uint64 // of each word, from the lowest weight up
	height int      // how many slices a word has
}

// newCounters counts up to so many rows of so many words.
func newCounters(words, rows int) counters {
	height := bits.Len(uint(rows)) //nolint:gosec // nothing has less than no rows
	return counters{make([]uint64, words*height), height}
}

// add counts a row. O(w) for its words, on average.
func (c counters) add(row []uint64) {
	for at, carry := range row {
		for weight := at * c.height; carry != 0; weight++ {
			carry, c.slices[weight] = c.slices[weight]&carry, c.slices[weight]^carry
		}
	}
}

// of is in how many rows a column was set.
func (c counters) of(column int) int {
	n, begin := 0, column>>6*c.height
	for weight := range c.height {
		n |= int(c.slices[begin+weight]>>(column&63)&1) << weight //nolint:gosec // a single bit
	}
	return n
}
