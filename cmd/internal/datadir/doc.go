// Package datadir is the folder that Trellis keeps its files in: the SQLite
// database, the master key, and the lock of the one server that may run on them.
//
// It owns their names, who may read them, and the lock. What is in the files
// belongs to packages store and keys.
package datadir
