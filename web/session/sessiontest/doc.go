// Package sessiontest owns the checks that a database must pass to keep the
// dashboard's sessions: every statement of web/session, run once. The package's
// own tests say what a session promises; this says that a database can keep it.
package sessiontest
