package authzapi

import (
	"context"

	"trellis/cmd/internal/store"
	"trellis/web/access"
)

// wording puts vertices of the graph of access into words. users is the ids of
// users by position.
type wording struct {
	engine *access.Engine
	users  []string
	names  map[string]string // of users, by id; those that are to be named
}

func (w wording) vertex(n access.Node) vertex {
	if n.Kind == access.KindUser {
		id := w.users[n.Position]
		return vertex{Kind: "user", ID: id, Name: w.names[id]}
	}
	id, name := w.engine.Label(n)
	return vertex{Kind: kindNames[n.Kind], ID: id, Name: name}
}

// name finds out what users are called.
func (w *wording) name(ctx context.Context, tx *store.Tx, users []int32) error {
	grants := make([]access.Grant, len(users))
	for i, at := range users {
		grants[i].ID = w.users[at]
	}
	found, err := profiles(ctx, tx, grants)
	if err != nil {
		return err
	}
	w.names = map[string]string{}
	for _, m := range found {
		if !m.missing {
			w.names[m.grant.ID] = m.profile.text("name")
		}
	}
	return nil
}

// hops is a path or a set of hops in words.
func (w wording) hops(path []access.Hop) []hop {
	out := make([]hop, len(path))
	for i, h := range path {
		from := w.vertex(h.From)
		out[i] = hop{hopNames[h.Kind], &from, w.vertex(h.To), h.Mapping.Connection, h.Mapping.Group}
	}
	return out
}
