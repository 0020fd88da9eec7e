// Command trellis is the dashboard, and the tenant that it can bring along.
//
// It owns the command line, what each command prints, and the wiring: which
// part gets which address, key and database. Everything that a part does is in
// the part.
package main
