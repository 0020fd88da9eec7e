package demo

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"trellis/cmd/internal/store"
)

// How the parts of a generated organisation are to each other.
const (
	applications           = 20
	groupsPerRole          = 10
	permissionsPerRole     = 3
	groupsPerMapping       = 20
	usersPerDirectRole     = 20
	mostRolesOfOneGroup    = 2
	mostParentsOfOneGroup  = 3
	mostPermissionsOfARole = 8
)

// generator makes up an organisation, from the names of the sample one.
type generator struct {
	size        Size
	now         time.Time
	chance      *rand.Rand
	connections []connection
	first, last []string // names of people
	departments []string
}

func newGenerator(o organisation, size Size, now time.Time) *generator {
	g := &generator{
		size: size, now: now, connections: o.Connections,
		chance: rand.New(rand.NewPCG(size.Seed, 12)), //nolint:gosec // sample data must repeat
	}
	for _, t := range o.Teams {
		for _, p := range t.People {
			first, last, _ := strings.Cut(p.Name, " ")
			g.first, g.last = append(g.first, first), append(g.last, last)
		}
	}
	for _, group := range o.Groups {
		g.departments = append(g.departments, group.Name)
	}
	return g
}

// filling is the organisation, in an order that makes the same numbers each time.
func (g *generator) filling() store.Filling {
	f := store.Filling{Permissions: g.permissions(), Groups: g.groups()}
	for _, c := range g.connections {
		f.Connections = append(f.Connections, store.Connection{ID: "con_" + token("connection", c.Name, 16), Name: c.Name, Strategy: c.Strategy})
	}
	for i := range applications {
		f.Clients = append(f.Clients, store.Client{ID: applicationID(i), Name: fmt.Sprintf("Application %02d", i), AppType: "regular_web", Created: g.now})
	}
	f.Roles = g.roles(f.Permissions)
	g.nest(f.Groups)
	g.grant(f.Groups, f.Roles)
	users := g.userIDs()
	g.enrol(f.Groups, users)
	for i := 0; i < len(users); i += usersPerDirectRole {
		role := &f.Roles[g.chance.IntN(len(f.Roles))]
		role.Users = append(role.Users, users[i])
	}
	f.Users = g.users(users)
	return f
}

// uuid is a version 4 UUID that looks like chance.
func (g *generator) uuid() string {
	id, err := uuid.NewRandomFromReader(chanceReader{g.chance})
	if err != nil { // cannot happen: chance does not end
		panic(err)
	}
	return id.String()
}

// chanceReader is chance as bytes.
type chanceReader struct{ *rand.Rand }

func (c chanceReader) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(c.Uint32()) //nolint:gosec // any eight bits will do
	}
	return len(p), nil
}

// applicationID is the id of the i-th application.
func applicationID(i int) string { return fmt.Sprintf("application%02d", i) }

func (g *generator) permissions() []store.Permission {
	verbs := []string{"read", "create", "update", "delete", "approve"}
	out := make([]store.Permission, max(g.size.Groups*permissionsPerRole/groupsPerRole, 1))
	for i := range out {
		out[i] = store.Permission{
			ID: g.uuid(), Name: fmt.Sprintf("%s:record-%04d", verbs[i%len(verbs)], i), Description: "Generated",
			ApplicationType: "client", ApplicationID: applicationID(i % applications),
		}
	}
	return out
}

// roles is roles with permissions of their own application.
func (g *generator) roles(permissions []store.Permission) []store.Role {
	out := make([]store.Role, max(g.size.Groups/groupsPerRole, 1))
	for i := range out {
		out[i] = store.Role{
			ID: g.uuid(), Name: fmt.Sprintf("Role %04d", i), Description: "Generated",
			ApplicationType: "client", ApplicationID: applicationID(i % applications), Permissions: []string{},
		}
		for range 1 + g.chance.IntN(mostPermissionsOfARole) {
			at := i%applications + applications*g.chance.IntN(len(permissions)/applications+1)
			if at < len(permissions) && !slices.Contains(out[i].Permissions, permissions[at].ID) {
				out[i].Permissions = append(out[i].Permissions, permissions[at].ID)
			}
		}
	}
	return out
}

func (g *generator) groups() []store.Group {
	out := make([]store.Group, g.size.Groups)
	for i := range out {
		department := g.departments[g.chance.IntN(len(g.departments))]
		department = department[:min(len(department), 40)]
		out[i] = store.Group{ID: g.uuid(), Name: fmt.Sprintf("%s %05d", strings.ToValidUTF8(department, ""), i), Description: "Generated"}
		if i%groupsPerMapping == 0 {
			out[i].Mappings = []store.Mapping{{
				ID: g.uuid(), GroupName: "CN=" + out[i].Name, ConnectionName: g.connections[g.chance.IntN(len(g.connections))].Name,
			}}
		}
	}
	return out
}

// nest puts each group into groups of the layer above its own, so that no cycle
// comes about.
func (g *generator) nest(groups []store.Group) {
	layer := func(n int) int { return n * len(groups) / g.size.Depth }
	for depth := 1; depth < g.size.Depth; depth++ {
		above := groups[layer(depth-1):layer(depth)]
		for i := layer(depth); i < layer(depth+1); i++ {
			for range 1 + g.chance.IntN(mostParentsOfOneGroup) {
				parent := &above[g.chance.IntN(len(above))]
				if !slices.Contains(parent.Nested, groups[i].ID) {
					parent.Nested = append(parent.Nested, groups[i].ID)
				}
			}
		}
	}
}

func (g *generator) grant(groups []store.Group, roles []store.Role) {
	for i := range groups {
		for range g.chance.IntN(mostRolesOfOneGroup + 1) {
			role := roles[g.chance.IntN(len(roles))].ID
			if !slices.Contains(groups[i].Roles, role) {
				groups[i].Roles = append(groups[i].Roles, role)
			}
		}
	}
}

// enrol makes each user a member of about as many groups as every other.
func (g *generator) enrol(groups []store.Group, users []string) {
	each, more := g.size.Memberships/len(users), g.size.Memberships%len(users)
	taken := make([]int, len(groups)) // by group: the last user in it, counted from 1
	for i, user := range users {
		n := each
		if i < more {
			n++
		}
		for n > 0 {
			at := g.chance.IntN(len(groups))
			if taken[at] == i+1 {
				continue
			}
			taken[at] = i + 1
			groups[at].Members = append(groups[at].Members, user)
			n--
		}
	}
}

func (g *generator) userIDs() []string {
	out := make([]string, g.size.Users)
	for i := range out {
		out[i] = fmt.Sprintf("auth0|%016x%08x", g.chance.Uint64(), i)
	}
	return out
}

// users is the profiles of the users with ids.
func (g *generator) users(ids []string) iter.Seq[store.User] {
	return func(yield func(store.User) bool) {
		chance := rand.New(rand.NewPCG(g.size.Seed, 13)) //nolint:gosec // sample data must repeat
		for i, id := range ids {
			if !yield(g.user(chance, i, id)) {
				return
			}
		}
	}
}

func (g *generator) user(chance *rand.Rand, i int, id string) store.User {
	first, last := g.first[chance.IntN(len(g.first))], g.last[chance.IntN(len(g.last))]
	at := g.now.Add(-time.Duration(chance.IntN(90*24)) * time.Hour).UTC().Format(timeForm)
	return store.User{UserID: id, Profile: map[string]any{
		"user_id": id, "name": first + " " + last, "given_name": first, "family_name": last,
		"nickname": fmt.Sprintf("%s%d", mailbox(first), i), "email": fmt.Sprintf("%s.%d@generated.example", mailbox(first+" "+last), i),
		"email_verified": true, "created_at": at, "updated_at": at, "last_login": at, "logins_count": float64(1 + chance.IntN(200)),
		"identities": []any{map[string]any{
			"connection": g.connections[0].Name, "provider": "auth0", "user_id": strings.TrimPrefix(id, "auth0|"), "isSocial": false,
		}},
	}}
}
