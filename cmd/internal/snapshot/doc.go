// Package snapshot keeps the graph of access in memory: the engine of package
// access, made of the tenant's groups, roles, permissions and mappings.
//
// It owns how old what is in memory may be: not at all. Each answer is for the
// version of the graph that the asking transaction sees, also when another
// process made it a moment ago. What users hold is not kept here; the database
// finds it by an index, in the same statement as the version.
package snapshot
