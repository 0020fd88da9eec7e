package handlers

import (
	"context"
	"slices"
	"strings"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/mgmt"
)

// form words what can be chosen, with what the run has chosen. Applications or
// connections that cannot be read leave their list short, not the page: what the
// address names is offered always. It also hands over the APIs.
func (h UserAccess) form(ctx context.Context, u mgmt.User, run urls.AccessRun) (views.AccessForm, []mgmt.ResourceServer) {
	form := views.AccessForm{
		Action:   urls.AccessRun{User: u.UserID}.To(),
		Groups:   strings.Join(run.Groups, "\n"),
		Problems: accessProblems(run),
	}
	if clients, err := h.Directory.Clients(ctx); err == nil {
		for _, app := range clients {
			if app.AppType == "non_interactive" {
				continue // nobody signs in to a machine
			}
			form.Applications = append(form.Applications, views.Option{Value: app.ClientID, Label: named(app.Name)})
		}
	}
	apis, _ := h.Directory.ResourceServers(ctx) // nil when the person may not read them
	apis = slices.DeleteFunc(apis, func(s mgmt.ResourceServer) bool { return s.IsSystem })
	for _, s := range apis {
		form.APIs = append(form.APIs, views.Option{Value: s.Identifier, Label: named(s.Name)})
	}
	if conns, err := h.Directory.Connections(ctx); err == nil {
		for _, conn := range conns {
			form.Connections = append(form.Connections, views.Option{Value: conn.Name, Label: conn.Name + " (" + conn.Strategy + ")"})
		}
	}
	sortOptions(form.Applications)
	sortOptions(form.APIs)
	sortOptions(form.Connections)
	if !choose(form.APIs, run.Application) {
		form.Applications = offer(form.Applications, run.Application)
	}
	form.Connections = offer(form.Connections, run.Connection)
	return form, apis
}

func sortOptions(options []views.Option) {
	slices.SortStableFunc(options, func(a, b views.Option) int { return byName(a.Label, b.Label) })
}

// choose marks the option of that value, and reports whether there is one.
func choose(options []views.Option, value string) bool {
	i := slices.IndexFunc(options, func(o views.Option) bool { return o.Value == value })
	if i < 0 {
		return false
	}
	options[i].Chosen = true
	return true
}

// offer is options with value chosen, also when it was not among them.
func offer(options []views.Option, value string) []views.Option {
	if value == "" || choose(options, value) {
		return options
	}
	return append(options, views.Option{Value: value, Label: value, Chosen: true})
}

// accessProblems are what keeps run from being asked, by field.
func accessProblems(run urls.AccessRun) map[string]string {
	problems := map[string]string{}
	if run.Application != "" && run.Connection == "" {
		problems["connection"] = "Choose how the user signs in."
	}
	if len(run.Groups) > mostProviderGroups {
		problems["groups"] = "Name at most 100 groups."
	}
	for _, name := range run.Groups {
		if len([]rune(name)) > longestGroupName {
			problems["groups"] = "A name may have at most 512 letters."
		}
	}
	return problems
}
