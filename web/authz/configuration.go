package authz

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"trellis/web/upstream"
)

// Scopes is the scopes of the Authorization Extension, in its order. This API has
// one more, update:users, which the extension only documents.
func Scopes() []string {
	out := []string{"read:users", "read:applications", "read:connections", "read:configuration", "update:configuration"}
	for _, what := range []string{"groups", "roles", "permissions", "resource-server"} {
		for _, verb := range []string{"read", "create", "update", "delete"} {
			out = append(out, verb+":"+what)
		}
	}
	return out
}

// Configuration is what a sign-in puts into tokens and profiles. A nil switch
// was never set, or is left as it is by an update.
type Configuration struct {
	GroupsInToken          *bool `json:"groupsInToken,omitempty"`
	RolesInToken           *bool `json:"rolesInToken,omitempty"`
	PermissionsInToken     *bool `json:"permissionsInToken,omitempty"`
	PersistGroups          *bool `json:"persistGroups,omitempty"`
	PersistRoles           *bool `json:"persistRoles,omitempty"`
	PersistPermissions     *bool `json:"persistPermissions,omitempty"`
	GroupsPassthrough      *bool `json:"groupsPassthrough,omitempty"`
	RolesPassthrough       *bool `json:"rolesPassthrough,omitempty"`
	PermissionsPassthrough *bool `json:"permissionsPassthrough,omitempty"`

	// APIKey is not empty when there is a key for the policy call. It is never
	// the key.
	APIKey string `json:"apikey,omitempty"`
	// ETag is the version, for UpdateConfiguration; "" while nothing was set.
	ETag string `json:"-"`
}

// Configuration returns what was set.
func (c *Client) Configuration(ctx context.Context) (Configuration, error) {
	var out Configuration
	header, err := c.api.Call(ctx, upstream.Request{Method: http.MethodGet, Path: []string{"configuration"}}, &out)
	if err != nil {
		return Configuration{}, fmt.Errorf("reading the configuration: %w", err)
	}
	out.ETag = header.Get("ETag")
	return out, nil
}

// UpdateConfiguration sets the switches of in that are not nil. When ifMatch is
// not empty and the configuration has changed since, nothing happens and the
// error is a 412.
func (c *Client) UpdateConfiguration(ctx context.Context, in Configuration, ifMatch string) (Configuration, error) {
	in.APIKey = ""
	var out Configuration
	_, err := c.api.Call(ctx, upstream.Request{
		Method: http.MethodPatch, Path: []string{"configuration"}, Body: in, IfMatch: ifMatch,
	}, &out)
	if err != nil {
		return Configuration{}, fmt.Errorf("updating the configuration: %w", err)
	}
	return out, nil
}

// Status says whether sign-ins are configured, and how large the database is.
type Status struct {
	Rule struct {
		Exists  bool `json:"exists"`
		Enabled bool `json:"enabled"`
	} `json:"rule"`
	Database struct {
		Size int64  `json:"size"`
		Type string `json:"type"`
	} `json:"database"`
}

// Status returns the state of the tenant.
func (c *Client) Status(ctx context.Context) (Status, error) {
	var out Status
	if err := c.get(ctx, []string{"configuration", "status"}, nil, &out); err != nil {
		return Status{}, fmt.Errorf("reading the status: %w", err)
	}
	return out, nil
}

// RotateAPIKey makes a new key for the policy call and returns it. From then on
// only an export tells it, and the old one opens nothing any more.
func (c *Client) RotateAPIKey(ctx context.Context) (string, error) {
	var out struct {
		Hash string `json:"hash"`
	}
	_, err := c.api.Call(ctx, upstream.Request{Method: http.MethodPatch, Path: []string{"configuration", "rotate-apikey"}}, &out)
	if err != nil {
		return "", fmt.Errorf("rotating the API key: %w", err)
	}
	return out.Hash, nil
}

// Export returns the tenant as one JSON document, as the API writes it, with
// its directory when that is asked for. Who may update the configuration gets the
// key for the policy call too: the document is a secret then.
func (c *Client) Export(ctx context.Context, directory bool) (json.RawMessage, error) {
	query := url.Values{}
	if directory {
		query.Set("directory", "true")
	}
	var out exported
	_, err := c.api.Call(ctx, upstream.Request{
		Method: http.MethodGet, Path: []string{"configuration", "export"}, Query: query, Tenant: true,
	}, &out)
	if err == nil && len(out) == 0 {
		err = &upstream.Error{Status: http.StatusBadGateway, Code: upstream.CodeNonsense}
	}
	if err != nil {
		return nil, fmt.Errorf("exporting: %w", err)
	}
	return json.RawMessage(out), nil
}

// exported is a tenant as it was sent. Somebody will rely on the file, so anything
// that is no tenant is found now.
type exported json.RawMessage

// UnmarshalJSON keeps text, which has to be an object.
func (e *exported) UnmarshalJSON(text []byte) error {
	if len(text) == 0 || text[0] != '{' {
		return errors.New("an export is no object")
	}
	*e = append((*e)[:0], text...)
	return nil
}

// ImportMode says what an import does with records that are there.
type ImportMode string

// The modes of an import.
const (
	Replace ImportMode = "replace" // what the document does not have goes
	Merge   ImportMode = "merge"   // nothing goes
)

// ImportPlan is what an import would do.
type ImportPlan struct {
	Mode       ImportMode       `json:"mode"`
	Valid      bool             `json:"valid"` // there is no problem
	Created    map[string]Tally `json:"created"`
	Changed    map[string]Tally `json:"changed"`
	Deleted    map[string]Tally `json:"deleted"`
	Unresolved Findings         `json:"unresolved"` // references that would lead nowhere
	Problems   Findings         `json:"problems"`   // why the document cannot be imported
	Warnings   Findings         `json:"warnings"`
	Impact     *Impact          `json:"impact"` // what it would do to people; nil when that is not told
}

// Tally is how many records of a kind, and the first of them.
type Tally struct {
	Total   int         `json:"total"`
	Records []NamedItem `json:"records"`
}

// NamedItem is a record as people know it.
type NamedItem struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Findings is how much was found, and the first of it.
type Findings struct {
	Total   int       `json:"total"`
	Records []Finding `json:"records"`
}

// Finding is something about a document, and where in it.
type Finding struct {
	Where   string `json:"where"`
	Message string `json:"message"`
}

// PlanImport tells what Import would do with document. It changes nothing.
func (c *Client) PlanImport(ctx context.Context, document json.RawMessage, mode ImportMode) (ImportPlan, error) {
	return c.planImport(ctx, document, mode, url.Values{})
}

// ImportImpact tells what Import would do to people: with a page of those concerned
// that counts from 0. It is nil when the API does not tell.
func (c *Client) ImportImpact(ctx context.Context, document json.RawMessage, mode ImportMode, page, perPage int) (*Impact, error) {
	plan, err := c.planImport(ctx, document, mode, ListQuery{Page: page, PerPage: perPage}.values())
	return plan.Impact, err
}

func (c *Client) planImport(ctx context.Context, document json.RawMessage, mode ImportMode, query url.Values) (ImportPlan, error) {
	var plan ImportPlan
	if err := c.send(ctx, document, mode, true, query, &plan); err != nil {
		return ImportPlan{}, fmt.Errorf("planning an import: %w", err)
	}
	return plan, nil
}

// Import makes the tenant what document says, wholly or not at all. What was
// there is kept as a snapshot.
func (c *Client) Import(ctx context.Context, document json.RawMessage, mode ImportMode) error {
	if err := c.send(ctx, document, mode, false, url.Values{}, nil); err != nil {
		return fmt.Errorf("importing: %w", err)
	}
	return nil
}

func (c *Client) send(ctx context.Context, document json.RawMessage, mode ImportMode, dry bool, query url.Values, out any) error {
	query.Set("mode", string(mode))
	query.Set("dry_run", strconv.FormatBool(dry))
	_, err := c.api.Call(ctx, upstream.Request{
		Method: http.MethodPost, Path: []string{"configuration", "import"}, Query: query, Body: document, Tenant: true,
	}, out)
	return err
}

// ResourceServer says whether machines get tokens for this API, and for how many
// seconds; 0 leaves that to the provider.
type ResourceServer struct {
	APIAccess     bool `json:"apiAccess"`
	TokenLifetime int  `json:"token_lifetime,omitempty"`

	// ETag is the version, for UpdateResourceServer. Filled by ResourceServer.
	ETag string `json:"-"`
}

// ResourceServer returns whether machines get tokens for this API.
func (c *Client) ResourceServer(ctx context.Context) (ResourceServer, error) {
	var out ResourceServer
	header, err := c.api.Call(ctx, upstream.Request{Method: http.MethodGet, Path: []string{"configuration", "resource-server"}}, &out)
	if err != nil {
		return ResourceServer{}, fmt.Errorf("reading the access to the API: %w", err)
	}
	out.ETag = header.Get("ETag")
	return out, nil
}

// UpdateResourceServer lets machines have tokens for this API, or not. When
// ifMatch is not empty and somebody has changed that since, nothing happens and
// the error is a 412.
func (c *Client) UpdateResourceServer(ctx context.Context, in ResourceServer, ifMatch string) error {
	_, err := c.api.Call(ctx, upstream.Request{
		Method: http.MethodPatch, Path: []string{"configuration", "resource-server"}, Body: in, IfMatch: ifMatch,
	}, nil)
	if err != nil {
		return fmt.Errorf("updating the access to the API: %w", err)
	}
	return nil
}

// Application is something that people sign in to.
type Application struct {
	ClientID  string   `json:"client_id"`
	Name      string   `json:"name"`
	AppType   string   `json:"app_type"`
	Callbacks []string `json:"callbacks"`
}

// Applications returns what people sign in to, by name.
func (c *Client) Applications(ctx context.Context) ([]Application, error) {
	var out []Application
	if err := c.get(ctx, []string{"applications"}, nil, &out); err != nil {
		return nil, fmt.Errorf("listing applications: %w", err)
	}
	return out, nil
}

// Application returns the application with that id, also one that nobody signs
// in to.
func (c *Client) Application(ctx context.Context, id string) (Application, error) {
	var out Application
	if err := c.get(ctx, []string{"applications", id}, nil, &out); err != nil {
		return Application{}, fmt.Errorf("reading application %q: %w", id, err)
	}
	return out, nil
}

// Connection is one source of users.
type Connection struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Strategy string `json:"strategy"`
}

// Connections returns the sources of users, by name.
func (c *Client) Connections(ctx context.Context) ([]Connection, error) {
	var out []Connection
	if err := c.get(ctx, []string{"connections"}, nil, &out); err != nil {
		return nil, fmt.Errorf("listing connections: %w", err)
	}
	return out, nil
}
