package handlers

import (
	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/authz"
)

// title is the question in words; answer is nil while it is not complete.
func (q question) title(answer *views.PathAnswer) string {
	if answer == nil {
		return "Path finder"
	}
	not := ""
	if !answer.Granted {
		not = " not"
	}
	switch {
	case q.to.kind == groupKind:
		return "Why is " + q.from.name + not + " in " + q.to.name + "?"
	case q.from.kind == groupKind:
		return "Why do members of " + q.from.name + not + " have " + q.to.name + "?"
	default:
		return "Why does " + q.from.name + not + " have " + q.to.name + "?"
	}
}

// worded is what was found, in words.
func (q question) worded(c echo.Context, found reasons) views.PathAnswer {
	out := views.PathAnswer{
		Granted: found.Granted, Title: q.verdict(found), Counted: q.counted(),
		Graph:  urls.GraphView{From: q.PathSearch.From, To: q.Target, Connection: q.connection, Groups: q.Groups}.Path(),
		Status: ways(found.Total, found.Exact), Unlisted: found.Granted && len(found.Paths) == 0,
		Pager: paging{q.Page, pathsPerPage, found.Total}.pager(func(n int) string {
			next := q.PathSearch
			next.Page = n
			return next.To()
		}),
		RemovalsSure: found.RemovalsSure,
	}
	for _, p := range found.Paths {
		row := q.path(p)
		out.Paths = append(out.Paths, row)
		out.Text += inText(row) + "\n"
	}
	for _, r := range found.Removals {
		out.Removals = append(out.Removals, q.removal(c, r, found.plain))
	}
	if found.WhyNot != nil {
		for _, s := range found.WhyNot.Steps {
			out.Steps = append(out.Steps, q.step(c, s))
		}
		if more := found.WhyNot.Total - len(out.Steps); more > 0 {
			out.MoreSteps = "And " + count(more, "other change") + " that would do, each of which gives more."
		}
	}
	if found.plain {
		out.Unknown = "This tenant's API does not explain access. The paths are put together from its lists of groups, roles and permissions; how many others a change touches is not known."
	}
	return out
}

// ways counts paths; unless exact there are more.
func ways(n int, exact bool) string {
	if exact {
		return count(n, "way")
	}
	return count(n, "way") + " or more"
}

// verdict answers the question in one sentence. It begins with a word of ours, so
// that a name in another script does not turn the sentence round.
func (q question) verdict(found reasons) string {
	how := " in " + ways(found.Total, found.Exact) + "."
	switch granted := found.Granted; {
	case q.to.kind == groupKind && granted:
		return "Yes: " + q.from.name + " is in " + q.to.name + how
	case q.to.kind == groupKind:
		return "No: " + q.from.name + " is not in " + q.to.name + "."
	case q.from.kind == groupKind && granted:
		return "Yes: members of " + q.from.name + " have " + q.to.name + how
	case q.from.kind == groupKind:
		return "No: members of " + q.from.name + " do not have " + q.to.name + "."
	case granted:
		return "Yes: " + q.from.name + " has " + q.to.name + how
	default:
		return "No: " + q.from.name + " does not have " + q.to.name + "."
	}
}

// counted says what was looked at.
func (q question) counted() string {
	const always = "Memberships, nested groups, roles and permissions count"
	switch {
	case q.from.kind != userKind || q.connection == "":
		return always + ". Mappings do not: they need a sign-in."
	case len(q.Groups) == 0:
		return always + ", and the mappings of " + q.connection + " that go by the names of groups here."
	default:
		return always + ", and the mappings of " + q.connection + " while the provider sends " + count(len(q.Groups), "group") + "."
	}
}

// path words the hops of a path, each with where it is seen.
func (q question) path(hops []authz.Hop) views.PathRow {
	row := views.PathRow{Kind: views.Direct, Label: "Direct"}
	row.Nodes = append(row.Nodes, views.PathNode{Kind: q.from.kind, Noun: kindWord(q.from.kind), Icon: kindIcon(q.from.kind), To: views.Link{Label: q.from.name, URL: q.from.page()}})
	for i, h := range hops {
		switch {
		case h.Kind == authz.MappingHop:
			row.Kind, row.Label = views.Warn, "By a mapping"
		case row.Kind == views.Warn:
		case h.Kind == authz.NestingHop:
			row.Kind, row.Label = views.Via, "Through nested groups"
		case h.Kind == authz.GroupRoleHop && row.Kind == views.Direct && i > 0:
			row.Kind, row.Label = views.Via, "Through a group"
		case h.Kind == authz.RolePermissionHop && row.Kind == views.Direct && i > 0:
			row.Kind, row.Label = views.Via, "Through a role"
		}
		row.Nodes = append(row.Nodes, views.PathNode{
			By: q.by(h), Kind: h.To.Kind, Noun: kindWord(h.To.Kind), Icon: kindIcon(h.To.Kind),
			To: views.Link{Label: named(h.To.Name), URL: toVertex(h.To.Kind, h.To.ID)},
		})
	}
	row.Length = count(len(hops), "step")
	return row
}

// inText is a path as a line to copy.
func inText(row views.PathRow) string {
	out := ""
	for _, n := range row.Nodes {
		if n.By.Label != "" {
			out += " – " + n.By.Label + " → "
		}
		out += n.To.Label
	}
	return out
}

// by words what leads over a hop, with the page where it is seen.
func (q question) by(h authz.Hop) views.Link {
	from := ""
	if h.From != nil {
		from = h.From.ID
	}
	switch h.Kind {
	case authz.MemberHop:
		if q.from.unread {
			return views.Link{Label: "direct member of", URL: urls.ToGroup(h.To.ID)}
		}
		return views.Link{Label: "direct member of", URL: urls.HeldList{User: q.from.id, Show: showDirect}.ToGroups()}
	case authz.MappingHop:
		return views.Link{Label: "by mapping " + named(h.GroupName) + " of " + h.ConnectionName, URL: urls.ToGroupMappings(h.To.ID)}
	case authz.NestingHop:
		return views.Link{Label: "nested in", URL: urls.ToGroupNested(h.To.ID)}
	case authz.GroupRoleHop:
		return views.Link{Label: "grants", URL: urls.ToGroupRoles(from, showDirect)}
	case authz.UserRoleHop:
		if q.from.unread {
			return views.Link{Label: "holds", URL: urls.RoleUserList{Role: h.To.ID}.To()}
		}
		return views.Link{Label: "holds", URL: urls.HeldList{User: q.from.id, Show: showDirect}.ToRoles()}
	default:
		return views.Link{Label: "contains", URL: urls.ToRole(from)}
	}
}
