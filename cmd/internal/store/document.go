package store

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"
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
	CoreRoles       []DocumentCoreRole          `json:"core_roles,omitzero"`
}

// extensionKeys is the collections that the Authorization Extension knows.
func extensionKeys() []string {
	return []string{"configuration", "groups", "roles", "permissions", "applications", "rules"}
}

// directoryKeys is the collections of the tenant's directory.
func directoryKeys() []string {
	return []string{"users", "connections", "clients", "resource_servers", "user_permissions", "core_roles"}
}

// about is a key whose text says what a document is for. It is kept nowhere.
const about = "about"

// Import makes the tenant what d says, as ImportFrom does with d as JSON.
func (tx *Tx) Import(ctx context.Context, d Document) error {
	b, err := plainJSON(d)
	if err != nil {
		return err
	}
	_, err = tx.ImportFrom(ctx, Bytes(b), ImportOptions{Machines: true})
	return err
}

// Export is the whole tenant, but for the key for the policy call. Who only
// passes it on uses ExportTo.
func (tx *Tx) Export(ctx context.Context) (Document, error) {
	var b bytes.Buffer
	var d Document
	if err := tx.ExportTo(ctx, &b, ExportOptions{Directory: true, Machines: true}); err != nil {
		return d, err
	}
	if err := json.Unmarshal(b.Bytes(), &d); err != nil {
		return d, fmt.Errorf("export: %w", err)
	}
	return d, nil
}

// Source opens a document from its start, each time it is called.
type Source func() (io.ReadCloser, error)

// Bytes is a document in memory.
func Bytes(b []byte) Source {
	return func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }
}

// DocumentClient is a Client in a Document: an object as the Management API has
// it, with three fields of its own. Its secret cannot be told from the hash.
type DocumentClient Client

// documentClient is the fields of a DocumentClient that are not in its Document.
type documentClient struct {
	ID         string    `json:"client_id"`
	Name       string    `json:"name"`
	AppType    string    `json:"app_type"`
	SecretHash string    `json:"secret_hash,omitempty"`
	Scopes     []string  `json:"scopes,omitempty"`
	Created    time.Time `json:"created,omitzero"`
}

// MarshalJSON writes c as one flat object.
func (c DocumentClient) MarshalJSON() ([]byte, error) {
	return flat(documentClient{c.ID, c.Name, c.AppType, c.SecretHash, c.Scopes, c.Created}, c.Document)
}

// UnmarshalJSON reads what MarshalJSON writes, and a client of an Auth0 tenant.
func (c *DocumentClient) UnmarshalJSON(b []byte) error {
	var own documentClient
	rest, err := unflat(b, &own)
	*c = DocumentClient{own.ID, own.Name, own.AppType, own.SecretHash, own.Scopes, own.Created, rest}
	return err
}

// flat is own as JSON, followed by what else document has.
func flat[T any](own T, document map[string]any) ([]byte, error) {
	b, err := plainJSON(own)
	if err != nil {
		return nil, err
	}
	all, err := fields(b)
	if err != nil {
		return nil, err
	}
	var w objectWriter
	for _, f := range all {
		w.add(f.name, f.raw)
	}
	for _, name := range slices.Sorted(maps.Keys(document)) {
		if slices.Contains(fieldNames[T](), name) {
			continue
		}
		value, err := plainJSON(document[name])
		if err != nil {
			return nil, err
		}
		w.add(name, value)
	}
	return w.end(), nil
}

// unflat reads own out of b, and returns what else is there.
func unflat[T any](b []byte, own *T) (map[string]any, error) {
	all, err := fields(b)
	if err != nil {
		return nil, err
	}
	names := fieldNames[T]()
	if err := json.Unmarshal(known(all, names), own); err != nil {
		return nil, err
	}
	var rest map[string]any
	for _, f := range all {
		if slices.Contains(names, f.name) {
			continue
		}
		if rest == nil {
			rest = map[string]any{}
		}
		var v any
		if err := json.Unmarshal(f.raw, &v); err != nil {
			return nil, err
		}
		rest[f.name] = v
	}
	return rest, nil
}
