// Command bench measures what people and their programs wait for, in a large
// organisation, on SQLite and on PostgreSQL, and prints one table of it:
//
//	go run ./cmd/bench [-quick] [-browser] [-markdown FILE] [-cache DIR]
//
// Each thing is measured twice where it can be: through HTTP on loopback
// against the program itself, which runs as a process of its own, and within
// this process, straight through the handlers. A target that is missed is shown
// as missed.
//
// The organisation is the one of trellis demo-data. It is generated once and kept
// as a file, which each run imports: that is measured too.
//
// With -browser a person at a browser is measured instead: from a click on the
// sample organisation, and for the lists of the large one, to the picture. That is
// on SQLite, and needs what ./e2e/setup.sh puts in place.
//
// It owns the measuring and the table. What is measured is the program as it
// is built: nothing here is used by it. Parts of the program have Go benchmarks
// of their own, beside their tests: go test -run '^$' -bench . ./cmd/internal/...
package main
