package handlers

import (
	"github.com/labstack/echo/v4"

	"trellis/web/authz"
)

// What lists can be narrowed to, in words. Each is a finding of the overview.
var (
	groupFindings = map[string]string{
		authz.EmptyGroups:       "Groups without members, nested groups and mappings.",
		authz.GoneMembers:       "Groups with members who do not exist any more.",
		authz.RedundantNesting:  "Groups with a nested group that is in them by another way too.",
		authz.MissingReferences: "Groups that name nested groups or roles that are gone.",
	}
	roleFindings = map[string]string{
		authz.UnheldRoles:        "Roles that nobody has, directly or through a group.",
		authz.MissingPermissions: "Roles that name permissions that are gone.",
	}
	permissionFindings = map[string]string{
		authz.UnusedPermissions: "Permissions that no role contains.",
	}
	userFindings = map[string]string{
		redundantPermissions: "Users with a direct permission that a role gives them too.",
	}
)

// redundantPermissions is the finding about users, who are the Management API's.
const redundantPermissions = "redundant-permissions"

// findingOf is the finding that the request narrows a list to, if the list knows it.
func findingOf(c echo.Context, known map[string]string) string {
	name := c.FormValue("show")
	if known[name] == "" {
		return ""
	}
	return name
}
