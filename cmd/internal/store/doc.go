// Package store keeps the embedded tenant in a database: groups, roles,
// permissions, users, applications, accounts, what the OpenID provider must
// remember, and the journal of every change. It also reads and writes the tenant
// as one document (import.go, export.go), record by record.
//
// It owns the SQL, the migrations and the rules that only a transaction can
// hold: unique names (an import may bring namesakes), no lost update, no cycle, no change without a journal
// record. One text of SQL serves SQLite and PostgreSQL; what differs is in
// dialect.go and in the two folders of migrations.
//
// It does not know HTTP, scopes or tokens, and it words no message for people:
// its errors are values (errors.go) that the servers above it word.
package store
