// Package keys derives every secret key of the process from one master key.
//
// It owns the file of the master key: how it is made, who may read it, and
// which files are refused. What a derived key is used for belongs to the
// package that asks for it; two purposes never get the same key.
package keys
