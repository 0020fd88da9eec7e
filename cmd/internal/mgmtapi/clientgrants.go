package mgmtapi

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"trellis/cmd/internal/store"
)

// clientGrant is what a machine client may do at one API.
type clientGrant struct {
	ID       string   `json:"id"`
	ClientID string   `json:"client_id"`
	Audience string   `json:"audience"`
	Scope    []string `json:"scope"`
}

// offered is an API that clients can have scopes of. Its key tells grants of it
// from those of another one.
type offered struct {
	audience string
	api      store.GrantedAPI
	scopes   []string
}

func (a *api) offered() []offered {
	return []offered{
		{"urn:auth0-authz-api", store.AuthorizationAPI, a.grantable[store.AuthorizationAPI]},
		{a.audience, store.ManagementAPI, a.grantable[store.ManagementAPI]},
	}
}

// grants is those of o that are not empty.
func (a *api) grants(o store.Client) []clientGrant {
	var out []clientGrant
	for _, to := range a.offered() {
		if scopes := o.GrantedFor(to.api, to.scopes); len(scopes) > 0 {
			out = append(out, clientGrant{"cgr_" + string(to.api) + "_" + o.ID, o.ID, to.audience, scopes})
		}
	}
	return out
}

// GET /client-grants
func (a *api) listClientGrants(c *call) error {
	var all []store.Client
	err := a.store.View(c.Request().Context(), func(tx *store.Tx) (err error) {
		all, err = tx.Clients(c.Request().Context())
		return err
	})
	if err != nil {
		return err
	}
	found := []clientGrant{}
	client, audience := c.query.Get("client_id"), c.query.Get("audience")
	for _, o := range all {
		for _, g := range a.grants(o) {
			if o.AppType == machineType && (client == "" || g.ClientID == client) && (audience == "" || g.Audience == audience) {
				found = append(found, g)
			}
		}
	}
	w := c.window()
	return c.list(w, "client_grants", cut(found, w), len(found))
}

// POST /client-grants
func (a *api) createClientGrant(c *call) error {
	var in clientGrant
	if err := c.decode(&in); err != nil {
		return err
	}
	i := slices.IndexFunc(a.offered(), func(o offered) bool { return o.audience == in.Audience })
	if i < 0 {
		return badBody("audience: there is no such API to grant scopes of")
	}
	return a.grant(c, http.StatusCreated, in.ClientID, a.offered()[i], in.Scope, true)
}

// PATCH /client-grants/{id}
func (a *api) updateClientGrant(c *call) error {
	var in clientGrant
	if err := c.decode(&in); err != nil {
		return err
	}
	to, client, err := a.grantOf(c.id)
	if err != nil {
		return err
	}
	return a.grant(c, http.StatusOK, client, to, in.Scope, false)
}

// DELETE /client-grants/{id}
func (a *api) deleteClientGrant(c *call) error {
	to, client, err := a.grantOf(c.id)
	if err != nil {
		return err
	}
	return a.change(c, http.StatusNoContent, nil, func(ctx context.Context, tx *store.Tx) error {
		o, err := machine(ctx, tx, client)
		if err != nil {
			return err
		}
		return tx.PutClient(ctx, a.with(o, to, nil))
	})
}

// grantOf is the API and the client that the grant with id is of.
func (a *api) grantOf(id string) (offered, string, error) {
	for _, to := range a.offered() {
		if client, ok := strings.CutPrefix(id, "cgr_"+string(to.api)+"_"); ok && client != "" {
			return to, client, nil
		}
	}
	return offered{}, "", newProblem(http.StatusNotFound, "", "The client grant does not exist.")
}

// grant makes scopes what a client may do at an API. With fresh it must have had
// nothing there before, and otherwise something.
func (a *api) grant(c *call, status int, client string, to offered, scopes []string, fresh bool) error {
	for _, s := range scopes {
		if !slices.Contains(to.scopes, s) {
			return badBody("scope: " + to.audience + " has no scope " + printable(s))
		}
	}
	ctx := c.Request().Context()
	var told clientGrant
	err := a.store.Update(ctx, func(tx *store.Tx) error {
		o, err := machine(ctx, tx, client)
		if err != nil {
			return err
		}
		had := len(o.GrantedFor(to.api, to.scopes)) > 0
		switch {
		case fresh && had:
			return newProblem(http.StatusConflict, "", "The client has a grant for this API. Change that one.")
		case !fresh && !had:
			return newProblem(http.StatusNotFound, "", "The client grant does not exist.")
		}
		if err := a.mayGrant(ctx, tx, c.who, o, to, scopes); err != nil {
			return err
		}
		o = a.with(o, to, scopes)
		told = clientGrant{"cgr_" + string(to.api) + "_" + o.ID, o.ID, to.audience, o.GrantedFor(to.api, to.scopes)}
		return tx.PutClient(ctx, o)
	})
	if err != nil {
		return err
	}
	return c.JSON(status, told)
}

// with is o with scopes at one API, and at the others what it had.
func (a *api) with(o store.Client, to offered, scopes []string) store.Client {
	var all []string
	for _, other := range a.offered() {
		granted := o.GrantedFor(other.api, other.scopes)
		if other.api == to.api {
			granted = scopes
		}
		for _, s := range granted {
			if scope := other.api.Scope(s); !slices.Contains(all, scope) {
				all = append(all, scope)
			}
		}
	}
	o.Scopes = all
	return o
}
