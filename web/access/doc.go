// Package access answers questions about nested groups: what lies below a
// group, what contains it, who is a member through which group, and whether a
// new nesting would close a cycle.
//
// It is pure: it does no I/O, knows no API and no database, and what it is
// given it leaves alone. Groups that name groups which do not exist, and groups
// that contain themselves, are data like any other; every walk ends.
//
// In the words of graph theory: groups are vertices, and an edge leads from a
// group to each group nested in it. V and E in the comments are how many there are.
package access
