package handlers

import (
	"context"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/mgmt"
)

// CopyAll makes the changes that the form carries, as far as they still are what is
// missing. It goes on after a failure, and says of each change what became of it.
func (h Compare) CopyAll(c echo.Context) error {
	if c.Request().Method != http.MethodPost {
		return seeOther(c, comparisonOf(c).To()) // after signing in again
	}
	x, err := h.copyingOf(c)
	if err != nil {
		return err
	}
	form, err := c.FormParams()
	if err != nil {
		return err
	}
	wanted := slices.Compact(slices.Sorted(slices.Values(form["change"])))
	if len(wanted) == 0 || len(wanted) > mostPicked {
		return seeOther(c, x.Comparison.To())
	}
	found, err := h.compare(c.Request().Context(), x.versus, 0)
	if err != nil {
		return err
	}
	offered, _ := x.changes(found, func(string) bool { return true })
	r := h.apply(c, x, wanted, offered)
	if r.failed == 0 {
		return moveOn(c, x.Comparison.To(), "Copied to "+x.target.name+": "+count(r.done, "change"), r.left)
	}
	s := x.sheet(0)
	s.Submit, s.Icon = "Try "+number(r.failed)+" again", "copy"
	s.Problem = number(r.failed) + " of " + count(len(wanted), "change") + " could not be made. The others are done."
	if r.done == 0 {
		s.Problem = "None of it could be done."
	}
	return sheet(c, http.StatusUnprocessableEntity, urls.Compare, s, views.CopyBody(views.CopyReview{Lines: r.lines}))
}

// copied is what became of the changes of a copy.
type copied struct {
	lines        []views.CopyLine
	done, failed int
	left         string // what is not done because it is not missing any more
}

// apply makes each of wanted that is offered.
func (h Compare) apply(c echo.Context, x copying, wanted []string, offered []copyChange) copied {
	var out copied
	gone := 0
	for _, text := range wanted {
		i := slices.IndexFunc(offered, func(change copyChange) bool { return change.spelled() == text })
		if i < 0 {
			gone++
			continue
		}
		change := offered[i]
		line := views.CopyLine{Text: change.text, Kind: views.Good, State: "Done"}
		problem := needs(c, change.of, change.scope)
		if problem == "" {
			if err := h.give(c.Request().Context(), x, change); err != nil {
				problem = messageOf(err)
			}
		}
		if problem == "" {
			out.done++
		} else {
			out.failed++
			line = views.CopyLine{Text: change.text, Kind: views.Bad, State: "Failed", Detail: problem, Change: text}
		}
		out.lines = append(out.lines, line)
	}
	if gone > 0 {
		out.left = "Left out, since it is not missing any more: " + count(gone, "change") + "."
		out.lines = append(out.lines, views.CopyLine{Text: out.left, Kind: views.Warn, State: "Left out"})
	}
	return out
}

// give makes one change.
func (h Compare) give(ctx context.Context, x copying, change copyChange) error {
	switch {
	case change.api != "":
		return h.Permissions.API.AddUserPermissions(ctx, x.target.id, []mgmt.PermissionRef{{ResourceServerIdentifier: change.api, PermissionName: change.permission}})
	case change.Kind == authz.MemberHop:
		return h.API.AddMembers(ctx, change.Group, []string{change.User})
	case change.Kind == authz.NestingHop:
		return h.API.AddNested(ctx, change.Group, []string{change.Nested})
	case change.Kind == authz.GroupRoleHop:
		return h.API.AddGroupRoles(ctx, change.Group, []string{change.Role})
	case change.Kind == authz.MappingHop:
		return h.API.AddMappings(ctx, change.Group, []authz.MappingInput{{GroupName: change.GroupName, ConnectionName: change.ConnectionName}})
	case change.Kind == authz.UserRoleHop:
		return h.API.AddRoleUsers(ctx, change.Role, []string{change.User})
	default:
		return h.include(ctx, change.Role, change.Permission)
	}
}

// include puts a permission into a role as it is now: what others change of it
// meanwhile stays.
func (h Compare) include(ctx context.Context, role, permission string) error {
	now, err := h.API.Role(ctx, role)
	if err != nil || slices.Contains(now.Permissions, permission) {
		return err
	}
	_, err = h.API.UpdateRole(ctx, now.ID, authz.RoleInput{
		Name: now.Name, Description: now.Description, ApplicationType: now.ApplicationType, ApplicationID: now.ApplicationID,
		Permissions: append(slices.Clone(now.Permissions), permission),
	}, now.ETag)
	return err
}
