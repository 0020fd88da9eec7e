package mgmtapi

import (
	"slices"
	"strings"

	"trellis/cmd/internal/store"
)

// GET /clients
func (a *api) listClients(c *call) error {
	var all []store.Client
	err := a.store.View(c.Request().Context(), func(tx *store.Tx) (err error) {
		all, err = tx.Clients(c.Request().Context())
		return err
	})
	if err != nil {
		return err
	}
	if kinds := c.query.Get("app_type"); kinds != "" {
		wanted := strings.Split(kinds, ",")
		all = slices.DeleteFunc(all, func(o store.Client) bool { return !slices.Contains(wanted, o.AppType) })
	}
	if c.flag("is_global") {
		all = nil
	}
	w := c.window()
	shown := []map[string]any{}
	for _, o := range cut(all, w) {
		shown = append(shown, c.chosen(toldClient(o)))
	}
	return c.list(w, "clients", shown, len(all))
}

// toldClient is what of a client leaves the house. What its document may hold
// beside this, such as keys, does not.
func toldClient(o store.Client) map[string]any {
	out := only(o.Document, "description", "logo_uri", "is_first_party", "oidc_conformant", "callbacks", "allowed_origins",
		"web_origins", "allowed_logout_urls", "grant_types", "token_endpoint_auth_method")
	out["client_id"], out["name"], out["app_type"] = o.ID, o.Name, o.AppType
	return out
}

// GET /connections
func (a *api) listConnections(c *call) error {
	var all []store.Connection
	err := a.store.View(c.Request().Context(), func(tx *store.Tx) (err error) {
		all, err = tx.Connections(c.Request().Context())
		return err
	})
	if err != nil {
		return err
	}
	name, strategies := c.query.Get("name"), c.query["strategy"]
	all = slices.DeleteFunc(all, func(o store.Connection) bool {
		return (name != "" && o.Name != name) || (len(strategies) > 0 && !slices.Contains(strategies, o.Strategy))
	})
	if c.query.Has("take") || c.query.Has("from") {
		return c.connectionsFrom(all)
	}
	w := c.window()
	return c.list(w, "connections", c.connections(cut(all, w)), len(all))
}

// connectionsFrom answers a page that begins at the connection that from names.
func (c *call) connectionsFrom(all []store.Connection) error {
	at := c.checkpoint()
	if at.from != "" {
		i := slices.IndexFunc(all, func(o store.Connection) bool { return o.ID == at.from })
		if i < 0 {
			return badQuery("from: there is no such page, or no longer")
		}
		all = all[i:]
	}
	next := ""
	if len(all) > at.take {
		next = all[at.take].ID
		all = all[:at.take]
	}
	return c.part("connections", c.connections(all), next)
}

// connections is what of them leaves the house: not their options, which hold
// secrets of the source.
func (c *call) connections(all []store.Connection) []map[string]any {
	shown := make([]map[string]any, len(all))
	for i, o := range all {
		document := only(o.Document, "display_name", "realms", "is_domain_connection", "show_as_button")
		document["id"], document["name"], document["strategy"] = o.ID, o.Name, o.Strategy
		shown[i] = c.chosen(document)
	}
	return shown
}
