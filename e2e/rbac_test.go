package e2e

import (
	"net/http"
	"testing"
)

// console and books are applications of the sample organisation.
const (
	console = "Deploy Console"
	books   = "Ledger"
)

// rebundle replaces what a role is.
func (n *tenant) rebundle(t *testing.T, id, name, application string, permissions ...string) {
	t.Helper()
	n.authz(t, http.MethodPut, "/roles/"+id, map[string]any{
		"name": name, "description": "Made for a test", "applicationType": "client",
		"applicationId": n.application(t, application), "permissions": append([]string{}, permissions...),
	}, nil)
}

// hold gives a role to users directly.
func (n *tenant) hold(t *testing.T, role string, users ...string) {
	t.Helper()
	n.authz(t, http.MethodPatch, "/roles/"+role+"/users", users, nil)
}

// findRole is the id of the role called name.
func (n *tenant) findRole(t *testing.T, name string) string {
	t.Helper()
	var found struct {
		Roles []struct {
			ID   string `json:"_id"`
			Name string `json:"name"`
		} `json:"roles"`
	}
	n.authz(t, http.MethodGet, "/roles?fields=_id,name", nil, &found)
	for _, r := range found.Roles {
		if r.Name == name {
			return r.ID
		}
	}
	t.Fatalf("there is no role %s", name)
	return ""
}

// findPermission is the id of a permission called name.
func (n *tenant) findPermission(t *testing.T, name string) string {
	t.Helper()
	var found struct {
		Permissions []struct {
			ID   string `json:"_id"`
			Name string `json:"name"`
		} `json:"permissions"`
	}
	n.authz(t, http.MethodGet, "/permissions?fields=_id,name", nil, &found)
	for _, p := range found.Permissions {
		if p.Name == name {
			return p.ID
		}
	}
	t.Fatalf("there is no permission %s", name)
	return ""
}

// nameOfRole is what the role with id is called.
func (n *tenant) nameOfRole(t *testing.T, id string) string {
	t.Helper()
	var found struct {
		Name string `json:"name"`
	}
	n.authz(t, http.MethodGet, "/roles/"+id, nil, &found)
	return found.Name
}
