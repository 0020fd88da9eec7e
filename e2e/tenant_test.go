package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// tenant prepares what a test works on, through the APIs, as a program of the
// customer would: the client is made with the command line.
type tenant struct {
	mu      sync.Mutex
	machine *machine
	tokens  map[string]string // by audience
	made    int
}

var prepared tenant

// name is a name that no other test uses.
func (n *tenant) name(what string) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.made++
	return fmt.Sprintf("%s %03d", what, n.made)
}

// group makes a group and returns its id.
func (n *tenant) group(t *testing.T, name string) string {
	t.Helper()
	var made struct {
		ID string `json:"_id"`
	}
	n.authz(t, http.MethodPost, "/groups", map[string]string{"name": name, "description": "Made for a test"}, &made)
	return made.ID
}

// find is the id of the group called name.
func (n *tenant) find(t *testing.T, name string) string {
	t.Helper()
	var found struct {
		Groups []struct {
			ID   string `json:"_id"`
			Name string `json:"name"`
		} `json:"groups"`
	}
	n.authz(t, http.MethodGet, "/groups", nil, &found)
	for _, g := range found.Groups {
		if g.Name == name {
			return g.ID
		}
	}
	t.Fatalf("there is no group %s", name)
	return ""
}

// rename gives a group another name and description.
func (n *tenant) rename(t *testing.T, id, name, description string) {
	t.Helper()
	n.authz(t, http.MethodPut, "/groups/"+id, map[string]string{"name": name, "description": description}, nil)
}

// members puts users into a group.
func (n *tenant) members(t *testing.T, group string, users ...string) {
	t.Helper()
	n.authz(t, http.MethodPatch, "/groups/"+group+"/members", users, nil)
}

// nested puts groups into a group.
func (n *tenant) nested(t *testing.T, group string, groups ...string) {
	t.Helper()
	n.authz(t, http.MethodPatch, "/groups/"+group+"/nested", groups, nil)
}

// user makes a user and returns the id.
func (n *tenant) user(t *testing.T, name string) string {
	t.Helper()
	var made struct {
		ID string `json:"user_id"`
	}
	email := regexp.MustCompile("[^a-z0-9]+").ReplaceAllString(strings.ToLower(name), ".") + "@test.example"
	n.mgmt(t, http.MethodPost, "/users", map[string]any{
		"connection": "google-workspace", "name": name, "email": strings.Trim(email, "."),
	}, &made)
	return made.ID
}

// The APIs of the sample organisation that tests use: one with RBAC, one where
// a test may switch it.
const (
	ledger    = "https://api.meridian.example/ledger"
	warehouse = "urn:meridian:warehouse"
)

// permit gives a user permissions of an API.
func (n *tenant) permit(t *testing.T, user, api string, permissions ...string) {
	t.Helper()
	n.mgmt(t, http.MethodPost, "/users/"+escape(user)+"/permissions", refs(api, permissions), nil)
}

// role makes a role that gives permissions of an API, and gives it to users.
func (n *tenant) role(t *testing.T, name, api string, permissions []string, users ...string) {
	t.Helper()
	var made struct {
		ID string `json:"id"`
	}
	n.mgmt(t, http.MethodPost, "/roles", map[string]string{"name": name}, &made)
	n.mgmt(t, http.MethodPost, "/roles/"+made.ID+"/permissions", refs(api, permissions), nil)
	n.mgmt(t, http.MethodPost, "/roles/"+made.ID+"/users", map[string][]string{"users": users}, nil)
}

// application is the id of the application called name.
func (n *tenant) application(t *testing.T, name string) string {
	t.Helper()
	var found []struct {
		ID   string `json:"client_id"`
		Name string `json:"name"`
	}
	n.authz(t, http.MethodGet, "/applications", nil, &found)
	for _, a := range found {
		if a.Name == name {
			return a.ID
		}
	}
	t.Fatalf("there is no application %s", name)
	return ""
}

// permission makes a permission of an application and returns its id.
func (n *tenant) permission(t *testing.T, application, name string) string {
	t.Helper()
	return n.ofApplication(t, "/permissions", application, name, nil)
}

// appRole makes a role of an application, with permissions, and returns its id.
func (n *tenant) appRole(t *testing.T, application, name string, permissions ...string) string {
	t.Helper()
	return n.ofApplication(t, "/roles", application, name, map[string]any{"permissions": append([]string{}, permissions...)})
}

func (n *tenant) ofApplication(t *testing.T, path, application, name string, more map[string]any) string {
	t.Helper()
	in := map[string]any{
		"name": name, "description": "Made for a test", "applicationType": "client", "applicationId": n.application(t, application),
	}
	for key, value := range more {
		in[key] = value
	}
	var made struct {
		ID string `json:"_id"`
	}
	n.authz(t, http.MethodPost, path, in, &made)
	return made.ID
}

// grant gives roles to a group.
func (n *tenant) grant(t *testing.T, group string, roles ...string) {
	t.Helper()
	n.authz(t, http.MethodPatch, "/groups/"+group+"/roles", roles, nil)
}

// give gives roles to a user.
func (n *tenant) give(t *testing.T, user string, roles ...string) {
	t.Helper()
	n.authz(t, http.MethodPatch, "/users/"+escape(user)+"/roles", roles, nil)
}

// mapping makes a group of a connection fill a group.
func (n *tenant) mapping(t *testing.T, group, connection, theirs string) {
	t.Helper()
	n.authz(t, http.MethodPatch, "/groups/"+group+"/mappings", []map[string]string{{"connectionName": connection, "groupName": theirs}}, nil)
}

// forbid takes permissions of an API from a user.
func (n *tenant) forbid(t *testing.T, user, api string, permissions ...string) {
	t.Helper()
	n.mgmt(t, http.MethodDelete, "/users/"+escape(user)+"/permissions", refs(api, permissions), nil)
}

// holds is the permissions that a user holds.
func (n *tenant) holds(t *testing.T, user string) []string {
	t.Helper()
	var held []struct {
		Name string `json:"permission_name"`
	}
	n.mgmt(t, http.MethodGet, "/users/"+escape(user)+"/permissions", nil, &held)
	var names []string
	for _, h := range held {
		names = append(names, h.Name)
	}
	return names
}

// rbac switches an API's RBAC on or off.
func (n *tenant) rbac(t *testing.T, api string, on bool) {
	t.Helper()
	n.mgmt(t, http.MethodPatch, "/resource-servers/"+escape(api), map[string]bool{"enforce_policies": on}, nil)
}

// escape is text as one segment of a path.
func escape(text string) string { return url.PathEscape(text) }

func refs(api string, permissions []string) map[string]any {
	var out []map[string]string
	for _, p := range permissions {
		out = append(out, map[string]string{"resource_server_identifier": api, "permission_name": p})
	}
	return map[string]any{"permissions": out}
}

// snapshot is the id of what was there before the newest import.
func (n *tenant) snapshot(t *testing.T) string {
	t.Helper()
	var out struct{ Snapshots []struct{ ID string } }
	n.authz(t, http.MethodGet, "/configuration/snapshots", nil, &out)
	if len(out.Snapshots) == 0 {
		t.Fatal("no import kept what was there before")
	}
	return out.Snapshots[0].ID
}

func (n *tenant) authz(t *testing.T, method, path string, in, out any) {
	t.Helper()
	n.call(t, "urn:auth0-authz-api", method, trellis.base+"/api"+path, in, out)
}

func (n *tenant) mgmt(t *testing.T, method, path string, in, out any) {
	t.Helper()
	n.call(t, trellis.base+"/api/v2/", method, trellis.base+"/api/v2"+path, in, out)
}

func (n *tenant) call(t *testing.T, audience, method, address string, in, out any) {
	t.Helper()
	send(t, "Bearer "+n.token(t, audience), method, address, in, out)
}

// token is an access token for audience, asked for once.
func (n *tenant) token(t *testing.T, audience string) string {
	t.Helper()
	n.mu.Lock()
	defer n.mu.Unlock()
	if token := n.tokens[audience]; token != "" {
		return token
	}
	if n.machine == nil {
		m, err := trellis.machine("Browser tests")
		if err != nil {
			t.Fatal(err)
		}
		n.machine, n.tokens = &m, map[string]string{}
	}
	var answer struct {
		Token string `json:"access_token"`
	}
	send(t, "", http.MethodPost, trellis.base+"/oauth/token", map[string]string{
		"grant_type": "client_credentials", "client_id": n.machine.ID, "client_secret": n.machine.Secret, "audience": audience,
	}, &answer)
	n.tokens[audience] = answer.Token
	return answer.Token
}

// send does one request with JSON, and fails t unless it succeeds.
func send(t *testing.T, authorization, method, address string, in, out any) {
	t.Helper()
	var body io.Reader
	if in != nil {
		encoded, err := json.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		body = bytes.NewReader(encoded)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, address, body)
	if err != nil {
		t.Fatal(err)
	}
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if authorization != "" {
		req.Header.Set("Authorization", authorization)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode/100 != 2 {
		t.Fatalf("%s %s: %d %s", method, address, res.StatusCode, answer)
	}
	if out == nil {
		return
	}
	if err := json.Unmarshal(answer, out); err != nil {
		t.Fatalf("%s %s answered %s: %v", method, address, answer, err)
	}
}

// twin makes a user with the e-mail of another, at another connection.
func (n *tenant) twin(t *testing.T, of, name string) string {
	t.Helper()
	var first, made struct {
		ID    string `json:"user_id"`
		Email string `json:"email"`
	}
	n.mgmt(t, http.MethodGet, "/users/"+escape(of), nil, &first)
	n.mgmt(t, http.MethodPost, "/users", map[string]any{"connection": "entra-id", "name": name, "email": first.Email}, &made)
	return made.ID
}
