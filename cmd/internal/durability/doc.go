// Package durability holds the tests of one promise: a change that Trellis has
// acknowledged is there, whatever happens next. They run the program itself and
// kill it, cut its power, fill its disk and take its database away.
//
// It owns these tests and what they need to hurt a program: the load that
// remembers what it was told, the tracing of what reaches the disk, the
// injection of errors. It holds nothing that the program uses.
package durability
