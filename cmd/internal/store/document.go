package store

import (
	"context"
	"encoding/json"
	"fmt"
)

// Document is a tenant as one JSON document: the export of the Authorization
// Extension, and beside it the tenant's directory, which the extension's has
// not. A key that is absent is nil.
type Document struct {
	Configuration []json.RawMessage `json:"configuration,omitzero"`
	Groups        []Group           `json:"groups,omitzero"`
	Roles         []Role            `json:"roles,omitzero"`
	Permissions   []Permission      `json:"permissions,omitzero"`
	Applications  []json.RawMessage `json:"applications,omitzero"`
	Rules         []json.RawMessage `json:"rules,omitzero"`

	Users           []map[string]any            `json:"users,omitzero"`
	Connections     []Connection                `json:"connections,omitzero"`
	Clients         []DocumentClient            `json:"clients,omitzero"`
	ResourceServers []ResourceServer            `json:"resource_servers,omitzero"`
	UserPermissions map[string][]UserPermission `json:"user_permissions,omitzero"` // by user id
}

// Counts is how many records of each kind d holds, for the journal and for who
// imported it.
func (d Document) Counts() map[string]int {
	held := 0
	for _, permissions := range d.UserPermissions {
		held += len(permissions)
	}
	counts := map[string]int{
		"configuration": len(d.Configuration), "groups": len(d.Groups), "roles": len(d.Roles),
		"permissions": len(d.Permissions), "applications": len(d.Applications), "rules": len(d.Rules),
		"users": len(d.Users), "connections": len(d.Connections), "clients": len(d.Clients),
		"resource_servers": len(d.ResourceServers), "user_permissions": held,
	}
	for kind, n := range counts {
		if n == 0 {
			delete(counts, kind)
		}
	}
	return counts
}

// Import makes the tenant what d says. Groups, roles and permissions are
// replaced, as are configuration, applications and rules; of the directory only
// what d has a key for. References to what does not exist are kept. It is one
// entry of the journal, with how many records of each kind there are.
func (tx *Tx) Import(ctx context.Context, d Document) error {
	if err := d.check(); err != nil {
		return err
	}
	before, err := tx.Export(ctx)
	if err != nil {
		return err
	}
	tx.quiet = true
	defer func() { tx.quiet = false }()
	for _, part := range []func(context.Context, Document) error{
		tx.clear, tx.importRaw, tx.importPermissions, tx.importRoles, tx.importGroups, tx.importDirectory,
	} {
		if err := part(ctx, d); err != nil {
			return fmt.Errorf("import: %w", err)
		}
	}
	tx.quiet = false
	return tx.record(ctx, "import", "tenant", "", before.Counts(), d.Counts())
}
