package demo

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"trellis/cmd/internal/store"
)

// Maker is who the journal says made the sample organisation and its accounts.
func Maker() store.Actor { return store.Actor{Subject: "sample organisation", Client: "cli"} }

// Load fills an empty tenant with the sample organisation, within tx. People
// last signed in some time before now. A connection that the tenant has under
// the name of one of the sample's is taken over. A tenant that has groups is
// left as it is.
func Load(ctx context.Context, tx *store.Tx, now time.Time) error {
	o, err := meridian()
	if err != nil {
		return err
	}
	ctx = store.WithActor(ctx, Maker())
	present, err := tx.Export(ctx)
	if err != nil || len(present.Groups) > 0 {
		return err
	}
	l := loader{tx: tx, o: o, now: now, userIDs: map[string]string{}}
	for _, step := range []func(context.Context) error{
		l.connections, l.applications, l.apis, l.people, l.assignments, l.coreRoles, l.access, l.signIns,
	} {
		if err := step(ctx); err != nil {
			return fmt.Errorf("loading the sample organisation: %w", err)
		}
	}
	return nil
}

// loader puts o into the tenant, one kind of record after the other.
type loader struct {
	tx      *store.Tx
	o       organisation
	now     time.Time
	userIDs map[string]string // by person's name
}

func (l *loader) connections(ctx context.Context) error {
	present, err := l.tx.Connections(ctx)
	if err != nil {
		return err
	}
	ids := map[string]string{}
	for _, c := range present {
		ids[c.Name] = c.ID
	}
	for _, c := range l.o.Connections {
		id := cmp.Or(ids[c.Name], "con_"+token("connection", c.Name, 16))
		if err := l.tx.PutConnection(ctx, store.Connection{ID: id, Name: c.Name, Strategy: c.Strategy}); err != nil {
			return err
		}
	}
	return nil
}

func (l *loader) applications(ctx context.Context) error {
	for _, a := range l.o.Applications {
		c := store.Client{ID: clientID(a), Name: a.Name, AppType: a.Type, Created: l.now.AddDate(-2, 0, 0)}
		if a.Callback != "" {
			c.Document = map[string]any{"callbacks": []any{a.Callback}}
		}
		if err := l.tx.PutClient(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

func (l *loader) apis(ctx context.Context) error {
	for _, a := range l.o.APIs {
		s := store.ResourceServer{
			ID:              token("api", a.Name, 24),
			Identifier:      a.Identifier,
			Name:            a.Name,
			SigningAlg:      "RS256",
			TokenLifetime:   86400,
			EnforcePolicies: a.RBAC,
			TokenDialect:    "access_token",
		}
		if a.RBAC {
			s.TokenDialect = "access_token_authz"
		}
		for _, scope := range a.Scopes {
			s.Scopes = append(s.Scopes, store.Scope{Value: scope.Name, Description: scope.Description})
		}
		if err := l.tx.PutResourceServer(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

func (l *loader) people(ctx context.Context) error {
	for _, t := range l.o.Teams {
		c, err := l.connection(t.Connection)
		if err != nil {
			return err
		}
		for _, p := range t.People {
			u := user(p, c, l.now)
			l.userIDs[p.Name] = u.UserID
			if err := l.tx.PutUser(ctx, u); err != nil {
				return err
			}
		}
	}
	return nil
}

func (l *loader) connection(name string) (connection, error) {
	i := slices.IndexFunc(l.o.Connections, func(c connection) bool { return c.Name == name })
	if i < 0 {
		return connection{}, fmt.Errorf("no connection %q", name)
	}
	return l.o.Connections[i], nil
}

func (l *loader) assignments(ctx context.Context) error {
	for _, name := range slices.Sorted(maps.Keys(l.o.Assignments)) {
		if err := l.tx.AddUserPermissions(ctx, l.userIDs[name], l.permissions(l.o.Assignments[name])); err != nil {
			return fmt.Errorf("permissions of %s: %w", name, err)
		}
	}
	return nil
}

// permissions is those that byAPI names, by the names of the APIs.
func (l *loader) permissions(byAPI map[string][]string) []store.UserPermission {
	identifiers := map[string]string{}
	for _, a := range l.o.APIs {
		identifiers[a.Name] = a.Identifier
	}
	var out []store.UserPermission
	for _, api := range slices.Sorted(maps.Keys(byAPI)) {
		for _, permission := range byAPI[api] {
			out = append(out, store.UserPermission{API: identifiers[api], Name: permission})
		}
	}
	return out
}

func (l *loader) coreRoles(ctx context.Context) error {
	for _, r := range l.o.CoreRoles {
		o := store.DocumentCoreRole{
			ID: "rol_" + token("core role", r.Name, 16), Name: r.Name, Description: r.Description,
			Permissions: l.permissions(r.Permissions),
		}
		for _, name := range r.Users {
			o.Users = append(o.Users, l.userIDs[name])
		}
		if err := l.tx.PutCoreRole(ctx, o); err != nil {
			return fmt.Errorf("core role %s: %w", r.Name, err)
		}
	}
	return nil
}

// clientID is the id of application a among the tenant's clients.
func clientID(a application) string { return token("client", a.Name, 32) }
