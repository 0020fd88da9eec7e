package handlers

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/session"
	"trellis/web/upstream"
)

// wentWrong words err for the block that it left empty; "" without one.
func wentWrong(err error) string {
	refusal, _ := errors.AsType[*upstream.Error](err)
	switch {
	case err == nil:
		return ""
	case errors.Is(err, context.DeadlineExceeded) || refusal != nil && refusal.Code == upstream.CodeTimeout:
		return "This takes too long at the moment. Reload the page to try again."
	case refusal == nil:
		return "This could not be found out."
	case refusal.Status == http.StatusForbidden && refusal.Missing != "":
		return views.Needs(refusal.Missing)
	case refusal.Status == http.StatusForbidden:
		return "Your role does not include this."
	case refusal.Code == upstream.CodeNoAnswer:
		return "The API cannot be reached."
	case refusal.Status == http.StatusTooManyRequests:
		return "The API has too much to do. Reload the page in a moment."
	}
	return "The API could not tell this. Reload the page to try again."
}

// unknownHere reports whether err says that the tenant's API has no such call or
// parameter, as one of Auth0 has none.
func unknownHere(err error) bool {
	status := upstream.StatusOf(err)
	return status == http.StatusNotFound || status == http.StatusBadRequest
}

// numbers is how much there is. A tenant that does not count is asked for lists.
func (h Overview) numbers(ctx context.Context, s sources) []views.Stat {
	users := stat("Users", urls.Users, s.users.value.Total, s.users.err)
	n, err := s.counts.value, s.counts.err
	if unknownHere(err) {
		return append([]views.Stat{users}, h.listed(ctx)...)
	}
	if err == nil {
		users = stat("Users", urls.Users, n.Users, nil)
	}
	return []views.Stat{
		users,
		stat("Groups", urls.Groups, n.Groups, err),
		stat("Roles", urls.Roles, n.Roles, err),
		stat("Permissions", urls.Permissions, n.Permissions, err),
		stat("Memberships", urls.GroupList{Sort: "-members"}.To(), n.Memberships, err),
	}
}

// listed counts what the lists of a tenant have.
func (h Overview) listed(ctx context.Context) []views.Stat {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	one := authz.ListQuery{PerPage: 1, Fields: []string{"_id"}}
	groups, groupsErr := h.API.ListGroups(ctx, one)
	roles, rolesErr := h.API.ListRoles(ctx, one)
	permissions, permissionsErr := h.API.ListPermissions(ctx, one)
	return []views.Stat{
		stat("Groups", urls.Groups, groups.Total, groupsErr),
		stat("Roles", urls.Roles, roles.Total, rolesErr),
		stat("Permissions", urls.Permissions, permissions.Total, permissionsErr),
		{Label: "Memberships", Problem: "This tenant's API does not count them."},
	}
}

func stat(label, url string, n int, err error) views.Stat {
	if err != nil {
		return views.Stat{Label: label, URL: url, Problem: wentWrong(err)}
	}
	return views.Stat{Label: label, URL: url, Number: number(n)}
}

// tidying words what is worth tidying up, each with the list where it is mended.
func tidying(s sources) views.FindingList {
	f, err := s.findings.value, s.findings.err
	list := views.FindingList{Problem: wentWrong(err)}
	if unknownHere(err) {
		list.Problem = "This tenant's API does not look for it."
	}
	add := func(n int, icon, one, many, more, url string) {
		what := many
		if n == 1 {
			what = one
		}
		list.Rows = append(list.Rows, views.FindingRow{Count: number(n), Some: n > 0, Icon: icon, What: what, More: more, URL: url})
	}
	group := func(name string) string { return urls.GroupList{Show: name}.To() }
	if err == nil {
		gone, nesting, missing := f.Groups[authz.GoneMembers], f.Groups[authz.RedundantNesting], f.Groups[authz.MissingReferences]
		add(gone.Cases, "user", "member who no longer exists", "members who no longer exist", "In "+count(gone.Records, "group")+".", group(authz.GoneMembers))
		add(missing.Cases, "link", "reference that leads nowhere", "references that lead nowhere", "Groups and roles that are gone, named by "+count(missing.Records, "group")+".", group(authz.MissingReferences))
		add(f.Roles[authz.MissingPermissions].Records, "link", "role that names permissions that are gone", "roles that name permissions that are gone", "", urls.RoleIndex{Show: authz.MissingPermissions}.To())
		add(nesting.Cases, "nest", "redundant nesting", "redundant nestings", "The nested group is in there by another way too.", group(authz.RedundantNesting))
		add(f.Groups[authz.EmptyGroups].Records, "groups", "empty group", "empty groups", "Without members, nested groups and mappings.", group(authz.EmptyGroups))
		add(f.Roles[authz.UnheldRoles].Records, "roles", "role nobody holds", "roles nobody holds", "Neither directly nor through a group.", urls.RoleIndex{Show: authz.UnheldRoles}.To())
		add(f.Permissions[authz.UnusedPermissions].Records, "permissions", "permission in no role", "permissions in no role", "", urls.PermissionIndex{Show: authz.UnusedPermissions}.To())
	}
	switch {
	case s.doubled.err == nil:
		add(s.doubled.value.Total, "permissions", "user with direct permissions that a role already gives", "users with direct permissions that a role already gives", "", urls.UserList{Show: redundantPermissions}.To())
	case unknownHere(s.doubled.err):
		list.Notes = append(list.Notes, "This tenant does not tell whose direct permissions a role already gives.")
	default:
		list.Notes = append(list.Notes, "Whose direct permissions a role already gives: "+wentWrong(s.doubled.err))
	}
	slices.SortStableFunc(list.Rows, func(a, b views.FindingRow) int { return place(a) - place(b) })
	return list
}

// place puts what needs work first.
func place(r views.FindingRow) int {
	if r.Some {
		return 0
	}
	return 1
}

// health says of each API whether it answers, and how fast.
func health(s sources) []views.HealthRow {
	return []views.HealthRow{
		healthOf("Authorization API", s.counts.err, s.counts.took),
		healthOf("Management API", s.users.err, s.users.took),
	}
}

func healthOf(name string, err error, took time.Duration) views.HealthRow {
	answers := err == nil || unknownHere(err) || upstream.StatusOf(err) == http.StatusForbidden
	if !answers {
		return views.HealthRow{Name: name, Kind: views.Bad, State: "Does not answer as it should", Detail: wentWrong(err)}
	}
	ms := max(took.Milliseconds(), 1)
	row := views.HealthRow{Name: name, Kind: views.Good, State: "Answers", Detail: fmt.Sprintf("In %d ms.", ms)}
	if took > time.Second {
		row.Kind, row.State = views.Warn, "Answers slowly"
	}
	return row
}

// session says until when the person's session and tokens last, and what they allow.
func (h Overview) session(d *session.Data, now time.Time) views.SessionInfo {
	info := views.SessionInfo{Role: abilities(d), Began: moment(d.SignedIn.UTC().Format(time.RFC3339), now)}
	if h.Absolute > 0 {
		info.Ends = until(d.SignedIn.Add(h.Absolute), now)
	}
	if h.Idle > 0 {
		info.Idle = "Earlier, after " + spell(h.Idle) + " without a click."
	}
	for _, api := range []struct {
		key  session.API
		name string
	}{{session.Authorization, "Authorization API"}, {session.Management, "Management API"}} {
		t, ok := d.Tokens[api.key]
		if !ok {
			info.Tokens = append(info.Tokens, views.TokenInfo{API: api.name, Expires: views.Moment{Text: "No token yet"}})
			continue
		}
		info.Tokens = append(info.Tokens, views.TokenInfo{API: api.name, Expires: until(t.Expiry, now), Scopes: slices.Sorted(slices.Values(t.Scopes))})
	}
	return info
}

// until words a time to come.
func until(t, now time.Time) views.Moment {
	m := views.Moment{
		Text: "In " + spell(t.Sub(now)), Exact: t.UTC().Format("2 January 2006, 15:04 UTC"), Machine: t.UTC().Format(time.RFC3339),
	}
	if !t.After(now) {
		m.Text = "Over; it is renewed when it is needed"
	}
	return m
}

// spell words how long something takes.
func spell(d time.Duration) string {
	switch {
	case d < time.Minute:
		return "less than a minute"
	case d < 2*time.Hour:
		return count(int(d.Round(time.Minute)/time.Minute), "minute")
	case d < 48*time.Hour:
		return count(int(d.Round(time.Hour)/time.Hour), "hour")
	}
	return count(int(d/(24*time.Hour)), "day")
}
