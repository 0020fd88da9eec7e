// Package server puts the parts of Trellis behind one address and runs them
// until they are told to stop.
//
// It owns the limits of a connection, which path belongs to which part, the
// two health pages, periodic work, and the order of a shutdown. It knows the
// parts as handlers only.
package server
