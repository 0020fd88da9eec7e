package handlers

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

	"trellis/views"
	"trellis/web/authz"
	"trellis/web/mgmt"
)

// ApplicationsAPI lists the applications that people sign in to.
type ApplicationsAPI interface {
	Applications(context.Context) ([]authz.Application, error)
}

// APIsAPI lists the applications of the tenant, those of machines too, and its
// APIs.
type APIsAPI interface {
	Clients(context.Context) ([]mgmt.Application, error)
	ResourceServers(context.Context) ([]mgmt.ResourceServer, error)
}

// Catalogue tells of what roles and permissions can belong to. The Authorization
// API knows the applications that people sign in to, and nothing of APIs.
type Catalogue struct {
	Applications ApplicationsAPI
	APIs         APIsAPI
}

// The kinds of what a role belongs to, as the Authorization API has them.
const (
	clientKind = "client"
	apiKind    = "resource_server"
)

// catalogue is what roles and permissions can belong to. What could not be read
// is left out: roles can be managed while the other API is down.
type catalogue struct {
	applications, apis []owner           // to choose from, by name
	names              map[string]string // by id, those of machines too
	unread             []string          // in words
}

// owner is an application or an API.
type owner struct{ id, name string }

// read asks for everything at once.
func (h Catalogue) read(ctx context.Context) catalogue {
	var (
		wg      sync.WaitGroup
		signIn  []authz.Application
		clients []mgmt.Application
		apis    []mgmt.ResourceServer

		noSignIn, noClients, noAPIs error
	)
	wg.Go(func() { signIn, noSignIn = h.Applications.Applications(ctx) })
	wg.Go(func() { clients, noClients = h.APIs.Clients(ctx) })
	wg.Go(func() { apis, noAPIs = h.APIs.ResourceServers(ctx) })
	wg.Wait()

	c := catalogue{names: map[string]string{}}
	if noClients == nil {
		c.addClients(clients, noSignIn != nil)
	}
	if noSignIn == nil {
		c.addSignIn(signIn)
	} else if noClients != nil {
		c.unread = append(c.unread, "applications")
	}
	if noAPIs == nil {
		c.addAPIs(apis)
	} else {
		c.unread = append(c.unread, "APIs")
	}
	byName := func(a, b owner) int { return cmp.Compare(strings.ToLower(a.name), strings.ToLower(b.name)) }
	slices.SortStableFunc(c.applications, byName)
	slices.SortStableFunc(c.apis, byName)
	return c
}

// addClients names clients, and offers those of people where no other list does.
func (c *catalogue) addClients(clients []mgmt.Application, offer bool) {
	for _, a := range clients {
		c.names[a.ClientID] = a.Name
		if offer && a.AppType != "non_interactive" {
			c.applications = append(c.applications, owner{a.ClientID, a.Name})
		}
	}
}

func (c *catalogue) addSignIn(signIn []authz.Application) {
	for _, a := range signIn {
		c.names[a.ClientID] = a.Name
		c.applications = append(c.applications, owner{a.ClientID, a.Name})
	}
}

// addAPIs names APIs, and offers all but the tenant's own.
func (c *catalogue) addAPIs(apis []mgmt.ResourceServer) {
	for _, s := range apis {
		c.names[s.ID], c.names[s.Identifier] = s.Name, s.Name
		if !s.IsSystem {
			c.apis = append(c.apis, owner{s.Identifier, s.Name})
		}
	}
}

// name is what to call what id names.
func (c catalogue) name(id string) string { return named(cmp.Or(c.names[id], id)) }

// kind is what id names: an application, unless it is known as an API.
func (c catalogue) kind(id string) string {
	if slices.ContainsFunc(c.apis, func(o owner) bool { return o.id == id }) {
		return apiKind
	}
	return clientKind
}

// groups are what can be chosen. What is chosen and not known is among them.
func (c catalogue) groups(chosen string) []views.OptionGroup {
	known := chosen == ""
	options := func(owners []owner) []views.Option {
		var out []views.Option
		for _, o := range owners {
			known = known || o.id == chosen
			out = append(out, views.Option{Value: o.id, Label: named(o.name), Chosen: o.id == chosen})
		}
		return out
	}
	var groups []views.OptionGroup
	for _, g := range []views.OptionGroup{
		{Label: "Applications", Options: options(c.applications)},
		{Label: "APIs", Options: options(c.apis)},
	} {
		if len(g.Options) > 0 {
			groups = append(groups, g)
		}
	}
	if !known && len(groups) > 0 {
		groups = append(groups, views.OptionGroup{Label: "Other", Options: []views.Option{{Value: chosen, Label: c.name(chosen), Chosen: true}}})
	}
	return groups
}

// field is the choice of what a role or a permission belongs to.
func (c catalogue) field(chosen, problem string) views.ApplicationField {
	f := views.ApplicationField{Value: chosen, Groups: c.groups(chosen), Problem: problem}
	if len(c.unread) > 0 {
		f.Note = "The " + strings.Join(c.unread, " and the ") + " of the tenant could not be read."
	}
	return f
}

// filter narrows a list to one application.
func (c catalogue) filter(chosen string) views.Filter {
	groups := c.groups(chosen)
	if len(groups) == 0 && chosen == "" {
		return views.Filter{}
	}
	if len(groups) == 0 {
		groups = []views.OptionGroup{{Label: "Applications", Options: []views.Option{{Value: chosen, Label: chosen, Chosen: true}}}}
	}
	return views.Filter{Name: "application", Label: "Application or API", All: "All applications", Groups: groups}
}
