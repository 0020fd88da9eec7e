package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Client is one application of the tenant. One with a SecretHash can ask for
// tokens of its own, with Scopes.
type Client struct {
	ID         string
	Name       string
	AppType    string
	SecretHash string // never the secret; "" is an application without one
	Scopes     []string
	Created    time.Time      // of the first PutClient, unless that said otherwise
	Document   map[string]any // what else the Management API gives of it
}

// notedClient is what the journal keeps of a client.
type notedClient struct {
	Name    string   `json:"name"`
	AppType string   `json:"app_type"`
	Scopes  []string `json:"scopes"`
	Secret  string   `json:"secret"` // "none", "kept" or "set"
}

// PutClient creates c, or replaces the client with that id.
func (tx *Tx) PutClient(ctx context.Context, c Client) error {
	document, err := encode(c.Document)
	if err != nil {
		return fmt.Errorf("client %q: %w", c.ID, err)
	}
	was, err := tx.clients(ctx, `where client_id = $1`, c.ID)
	if err != nil {
		return err
	}
	if c.Created.IsZero() {
		c.Created = tx.now()
	}
	_, err = tx.change(ctx, `insert into clients(client_id, name, app_type, secret_hash, scopes, created, document)
		values($1, $2, $3, $4, $5, $6, $7)
		on conflict(client_id) do update set name = excluded.name, app_type = excluded.app_type,
			secret_hash = excluded.secret_hash, scopes = excluded.scopes, document = excluded.document`,
		c.ID, c.Name, c.AppType, c.SecretHash, strings.Join(c.Scopes, " "), c.Created.UnixMilli(), document)
	if err != nil {
		return fmt.Errorf("saving client %q: %w", c.ID, err)
	}
	if len(was) == 0 {
		return tx.record(ctx, "client.create", "client", c.ID, nil, noteClient(c, ""))
	}
	return tx.record(ctx, "client.update", "client", c.ID, noteClient(was[0], was[0].SecretHash), noteClient(c, was[0].SecretHash))
}

// Clients is every client, in the order of their making.
func (tx *Tx) Clients(ctx context.Context) ([]Client, error) {
	return tx.clients(ctx, `order by seq`)
}

// Client is the client with id.
func (tx *Tx) Client(ctx context.Context, id string) (Client, error) {
	found, err := tx.clients(ctx, `where client_id = $1`, id)
	if err != nil {
		return Client{}, err
	}
	if len(found) == 0 {
		return Client{}, &NotFoundError{Kind: Clients, ID: id}
	}
	return found[0], nil
}

// DeleteClient deletes the client with id.
func (tx *Tx) DeleteClient(ctx context.Context, id string) error {
	was, err := tx.Client(ctx, id)
	if err != nil {
		return err
	}
	if _, err := tx.change(ctx, `delete from clients where client_id = $1`, id); err != nil {
		return fmt.Errorf("deleting client %q: %w", id, err)
	}
	return tx.record(ctx, "client.delete", "client", id, noteClient(was, was.SecretHash), nil)
}

func (tx *Tx) clients(ctx context.Context, rest string, args ...any) ([]Client, error) {
	var out []Client
	err := tx.rows(ctx, func(r *sql.Rows) (err error) {
		var c Client
		var scopes, document string
		var created int64
		if err = r.Scan(&c.ID, &c.Name, &c.AppType, &c.SecretHash, &scopes, &created, &document); err != nil {
			return err
		}
		c.Scopes, c.Created = strings.Fields(scopes), time.UnixMilli(created).UTC()
		c.Document, err = decode(document)
		out = append(out, c)
		return err
	}, `select client_id, name, app_type, secret_hash, scopes, created, document from clients `+rest, args...)
	if err != nil {
		return nil, fmt.Errorf("reading clients: %w", err)
	}
	return out, nil
}

// noteClient words c for the journal. hash is the secret's hash before.
func noteClient(c Client, hash string) notedClient {
	secret := "set"
	switch c.SecretHash {
	case "":
		secret = "none"
	case hash:
		secret = "kept"
	}
	return notedClient{Name: c.Name, AppType: c.AppType, Scopes: c.Scopes, Secret: secret}
}

// GrantedAPI names an API in a scope of a client that is for this API alone.
type GrantedAPI string

// The APIs of a tenant.
const (
	AuthorizationAPI GrantedAPI = "authorization"
	ManagementAPI    GrantedAPI = "management"
)

// Scope is scope for this API alone, as a client's Scopes spell it. Without an API
// a scope is good for every one that knows it.
func (a GrantedAPI) Scope(scope string) string { return string(a) + "#" + scope }

// GrantedFor is the scopes of api that c was granted, of those that api knows.
func (c Client) GrantedFor(api GrantedAPI, known []string) []string {
	out := []string{}
	for _, s := range c.Scopes {
		of, scope, qualified := strings.Cut(s, "#")
		if !qualified {
			of, scope = string(api), s
		}
		if of == string(api) && slices.Contains(known, scope) && !slices.Contains(out, scope) {
			out = append(out, scope)
		}
	}
	return out
}
