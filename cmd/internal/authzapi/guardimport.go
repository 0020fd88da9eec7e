package authzapi

import (
	"encoding/json"
	"slices"
)

// handedOut is what a document to import gives to somebody. It is read loosely: what
// is wrong about the document is for the import to say.
type handedOut struct {
	Groups []struct {
		Name                                      string
		Members, Pending, Nested, Roles, Mappings []json.RawMessage
	}
	Roles []struct {
		Name  string
		Users []json.RawMessage
	}
	Permissions     []struct{ Name string }
	UserPermissions map[string]json.RawMessage `json:"user_permissions"`
	CoreRoles       []struct{ Name string }    `json:"core_roles"`
}

// mayImport refuses a document that holds what c could not give by itself. It looks
// at the document alone: what a tenant has already must not be found out by trying.
func (s *Server) mayImport(c *call) error {
	if s.mayRestore(c) == nil {
		return nil
	}
	var in handedOut
	if err := json.Unmarshal(c.raw, &in); err != nil {
		if err = c.into(&in); err != nil {
			return nil //nolint:nilerr // the import says what is wrong
		}
	}
	for _, given := range in.gives() {
		if !slices.ContainsFunc(given.scopes, c.who.Can) {
			return mayNotGive("import this", given.what, given.kind, given.scopes)
		}
	}
	return nil
}

// mayRestore refuses what a tenant was to whoever could not give all that may have
// been in it.
func (s *Server) mayRestore(c *call) error {
	for _, scope := range []string{updateGroups, "update:roles", "update:users"} {
		if !s.IndirectGrants && !c.who.Can(scope) {
			return mayNotGive("restore this", "what users and groups had then", "it", []string{scope})
		}
	}
	return nil
}

// given is something that a document gives, and the scopes of which one lets a caller
// give it.
type given struct {
	what, kind string
	scopes     []string
}

// gives is the first of each kind of thing that the document gives.
func (in handedOut) gives() []given {
	var out []given
	for _, g := range in.Groups {
		if len(g.Members)+len(g.Pending)+len(g.Nested)+len(g.Mappings) > 0 {
			out = append(out, given{"a membership of " + g.Name, "memberships", []string{updateGroups}})
		}
		if len(g.Roles) > 0 {
			out = append(out, given{"roles to " + g.Name, "roles", giving()})
		}
	}
	for _, r := range in.Roles {
		if len(r.Users) > 0 {
			out = append(out, given{"the role " + r.Name, "roles", giving()})
		}
		out = append(out, given{"the permissions of the role " + r.Name, "permissions to roles", []string{"update:roles"}})
	}
	for _, p := range in.Permissions { // roles have it by its id, also one that is gone at present
		out = append(out, given{"the permission " + p.Name + " to roles that have it", "permissions to roles", []string{"update:roles"}})
	}
	for _, r := range in.CoreRoles {
		out = append(out, given{"the role " + r.Name, "permissions to roles", []string{"update:roles"}})
	}
	if len(in.UserPermissions) > 0 {
		out = append(out, given{"permissions", "permissions to users", []string{"update:users"}})
	}
	return out
}
