// Package snapshot keeps in memory what answers are made of: the graph of access,
// which is the engine of package access made of the tenant's groups, roles,
// permissions and mappings, beside it who holds what, and what users are found and
// sorted by.
//
// It owns how old what is in memory may be: not at all. Each answer is for the
// version of the graph and the entry of the journal that the asking transaction
// sees, also when another process made them a moment ago. Who holds what takes
// long to read, so nobody who can ask the database waits for it.
package snapshot
