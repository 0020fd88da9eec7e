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
// address names is offered always.
func (h UserAccess) form(ctx context.Context, u mgmt.User, run urls.AccessRun) views.AccessForm {
	form := views.AccessForm{
		Action:       urls.AccessRun{User: u.UserID}.To(),
		Application:  run.Application,
		Applications: h.Catalogue.read(ctx).groups(run.Application),
		Groups:       strings.Join(run.Groups, "\n"),
		Problems:     accessProblems(run),
	}
	if conns, err := h.Directory.Connections(ctx); err == nil {
		for _, conn := range conns {
			form.Connections = append(form.Connections, views.Option{Value: conn.Name, Label: conn.Name + " (" + conn.Strategy + ")"})
		}
	}
	slices.SortStableFunc(form.Connections, func(a, b views.Option) int { return byName(a.Label, b.Label) })
	form.Connections = offer(form.Connections, run.Connection)
	return form
}

// offer is options with value chosen, also when it was not among them.
func offer(options []views.Option, value string) []views.Option {
	if value == "" {
		return options
	}
	for i := range options {
		if options[i].Value == value {
			options[i].Chosen = true
			return options
		}
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
