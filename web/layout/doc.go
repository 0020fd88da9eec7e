// Package layout draws a directed graph in layers, from above to below: where each
// box goes, and how each edge runs. It is pure: it knows sizes and no names, and the
// same graph is drawn the same way each time.
//
// The method is Sugiyama's: edges of cycles are turned round for as long as it
// takes (feedback.go), every node gets a layer (layers.go), a layer that is too wide
// is parted into several (narrow.go), long edges get a dummy vertex in each layer that
// they pass (proper.go), layers are ordered so that few edges cross (order.go,
// crossings.go), coordinates are found under that order (place.go), and edges are
// routed (route.go), far aside on levels of their own (tracks.go). Trees of nodes to
// which little else is tied are hung below their parent as a list (hang.go, columns.go)
// where the drawing would be too wide without: a list of boxes is read more easily than
// a fan of them, and an edge that comes from elsewhere enters it at its right.
//
// V and E in the comments are how many nodes and edges there are.
package layout
