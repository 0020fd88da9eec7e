package handlers

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/access"
	"trellis/web/authz"
	"trellis/web/mgmt"
)

// UserAccessAPI is what a run of the policy asks of the Authorization API.
type UserAccessAPI interface {
	EntitlementsReader
	Policy(ctx context.Context, user, client string, in authz.SignIn) (authz.Policy, error)
}

// UserAccessDirectory is what a run asks of the Management API: what there is to
// choose from, and what a user may do at an API.
type UserAccessDirectory interface {
	Connections
	ResourceServers(context.Context) ([]mgmt.ResourceServer, error)
	EffectivePermissions(ctx context.Context, id, api string) ([]mgmt.EffectivePermission, error)
}

// UserAccess serves what a user may do in an application, as if the user signed
// in to it now. It changes nothing, so its address is all there is to it.
type UserAccess struct {
	Frame     UserFrame
	API       UserAccessAPI
	Directory UserAccessDirectory
	Catalogue Catalogue
}

const (
	mostProviderGroups = 100
	longestGroupName   = 512
)

// accessRunOf is the question that the request asks.
func accessRunOf(c echo.Context) urls.AccessRun {
	return urls.AccessRun{
		User: idOf(c), Application: c.FormValue("application"), Connection: strings.TrimSpace(c.FormValue("connection")),
		Groups: groupNames(c.FormValue("groups")),
	}
}

// Show asks what to run and, when an application is chosen, shows what came of it.
func (h UserAccess) Show(c echo.Context) error {
	ctx, run := c.Request().Context(), accessRunOf(c)
	u, err := h.Frame.read(ctx, run.User)
	if err != nil {
		return err
	}
	run.Connection = cmp.Or(run.Connection, u.Connection())
	form := h.form(ctx, u.User, run)
	page, status := views.AccessPage{First: firstNameOf(u.User), Form: form, Paths: urls.ToPaths(urls.End(userKind, u.UserID), "")}, http.StatusOK
	page.Mappings = urls.MappingAttempt{Connection: run.Connection, User: u.UserID, Application: run.Application}.To()
	switch {
	case len(form.Problems) > 0:
		status = http.StatusUnprocessableEntity
	case run.Application != "":
		if page.Result, err = h.result(ctx, u.User, run, form); err != nil {
			return err
		}
	}
	addressed(c, run.To())
	return h.Frame.show(c, status, u, userAccessTab, views.UserAccess(page), views.AccessResults(page))
}

// result runs the policy, and explains what came back.
func (h UserAccess) result(ctx context.Context, u mgmt.User, run urls.AccessRun, form views.AccessForm) (*views.AccessResult, error) {
	policy, err := h.API.Policy(ctx, u.UserID, run.Application, authz.SignIn{ConnectionName: run.Connection, Groups: run.Groups})
	if err != nil {
		return nil, err
	}
	out := &views.AccessResult{Application: form.Chosen(), Connection: run.Connection, ProviderGroups: run.Groups, URL: run.To()}
	e, err := entitlementsOf(ctx, h.API, u.UserID, toPermissions)
	refusal, err := refusalOf(err, "The reasons")
	if err != nil {
		return nil, err
	}
	out.NoReasons = refusal
	x := explanation{entitlements: &e, run: run, known: refusal == ""}
	out.Groups, out.Roles, out.Permissions = x.groups(policy.Groups), x.roles(policy.Roles), x.permissions(policy.Permissions)
	if out.NoReasons == "" && x.unknown {
		out.NoReasons = "For what has no reason here, the API gave none: it knows of ways that the records it shows do not lead to."
	}
	apis, _ := h.Directory.ResourceServers(ctx) // none when the person may not read them
	for _, s := range apis {
		if s.Identifier == run.Application || s.ID == run.Application {
			return out, h.atAPI(ctx, u, s, out)
		}
	}
	return out, nil
}

// atAPI adds what the user may do at an API by the Management API.
func (h UserAccess) atAPI(ctx context.Context, u mgmt.User, s mgmt.ResourceServer, out *views.AccessResult) error {
	held, err := h.Directory.EffectivePermissions(ctx, u.UserID, s.Identifier)
	if err != nil {
		return err
	}
	api := &views.AccessAtAPI{Name: s.Name, Idle: !s.EnforcePolicies}
	for _, p := range held {
		row := views.AccessRow{Name: p.PermissionName, Detail: p.Description}
		if slices.Contains(p.Sources, mgmt.Direct) {
			row.Sources = append(row.Sources, views.Source{Direct: true})
		}
		if slices.Contains(p.Sources, mgmt.ByRole) {
			row.Sources = append(row.Sources, views.Source{Note: "By a role of the Management API"})
		}
		api.Permissions = append(api.Permissions, row)
	}
	out.API = api
	return nil
}

// explanation finds the reasons of what a policy names. The policy is the truth:
// what it does not name is not shown, whatever the records lead to.
type explanation struct {
	*entitlements

	run     urls.AccessRun
	known   bool // the records could be read
	unknown bool // something has no reason
}

func (x *explanation) signIn() access.SignIn {
	return access.SignIn{Connection: x.run.Connection, Groups: x.run.Groups}
}

func (x *explanation) groups(list []string) []views.AccessRow {
	return x.rows(list, func() []sourced { return x.groupSources(x.signIn()) }, true, func(s sourced) views.AccessRow {
		g := x.entitlements.groups[s.position]
		return views.AccessRow{Name: g.Name, Detail: g.Description, URL: urls.ToGroup(g.ID), Why: x.why(groupKind, g.ID, g.Name)}
	})
}

func (x *explanation) roles(list []string) []views.AccessRow {
	ours := func() []sourced {
		return slices.DeleteFunc(x.roleSources(x.signIn()), func(s sourced) bool {
			return x.entitlements.roles[s.position].ApplicationID != x.run.Application
		})
	}
	return x.rows(list, ours, false, func(s sourced) views.AccessRow {
		r := x.entitlements.roles[s.position]
		return views.AccessRow{Name: r.Name, Detail: r.Description, URL: urls.ToRole(r.ID), Why: x.why(roleKind, r.ID, r.Name)}
	})
}

func (x *explanation) permissions(list []string) []views.AccessRow {
	ours := func() []sourced {
		var out []sourced
		for _, s := range x.permissionSources(x.signIn()) {
			s.ways = slices.DeleteFunc(s.ways, func(w way) bool {
				r, ok := x.roleNamed(w.Role)
				return !ok || r.ApplicationID != x.run.Application
			})
			if len(s.ways) > 0 {
				out = append(out, s)
			}
		}
		return out
	}
	return x.rows(list, ours, false, func(s sourced) views.AccessRow {
		p := x.entitlements.permissions[s.position]
		return views.AccessRow{Name: p.Name, Detail: p.Description, Why: x.why(permissionKind, p.ID, p.Name)}
	})
}

// why leads to the paths to what a row shows, at the same sign-in.
func (x *explanation) why(kind, id, name string) views.Link {
	at := urls.PathSearch{From: urls.End(userKind, x.run.User), Target: urls.End(kind, id), Connection: x.run.Connection, Groups: x.run.Groups}
	return views.Link{Label: named(name), URL: at.To()}
}

// rows words the names of list, each with the ways of all that have the name.
func (x *explanation) rows(list []string, ours func() []sourced, group bool, word func(sourced) views.AccessRow) []views.AccessRow {
	rows := make([]views.AccessRow, len(list))
	at := map[string]int{}
	for i, name := range list {
		rows[i].Name = name
		at[name] = i
	}
	if x.known {
		for _, s := range ours() {
			row := word(s)
			if i, ok := at[row.Name]; ok {
				row.Sources = append(rows[i].Sources, x.ways(s, group)...)
				rows[i] = row
			}
		}
	}
	for i := range rows {
		x.unknown = x.unknown || len(rows[i].Sources) == 0
		rows[i].Name = named(rows[i].Name)
	}
	slices.SortStableFunc(rows, func(a, b views.AccessRow) int { return byName(a.Name, b.Name) })
	return rows
}
