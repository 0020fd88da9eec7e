package handlers

import (
	"cmp"
	"slices"
	"strconv"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/authz"
)

// apisPart is what users may do at APIs by the Management API.
const apisPart = "apis"

// sectionWords is what a section of a comparison is called, and its picture.
func sectionWords(kind, of string) (title, icon string) {
	switch of {
	case authz.GroupsPart:
		return map[string]string{userKind: "Groups", groupKind: "Groups that contain it", roleKind: "Groups that give it"}[kind], "groups"
	case authz.RolesPart:
		return "Roles", "roles"
	case authz.PermissionsPart:
		return "Permissions", "permissions"
	case authz.NestedPart:
		return "Nested groups", "nest"
	case authz.MappingsPart:
		return "Mappings", "mapping"
	case authz.UsersPart:
		return map[string]string{groupKind: "Members", roleKind: "People who have it"}[kind], "users"
	default:
		return "Permissions of APIs", "plug"
	}
}

// worded words a comparison.
func (v versus) worded(found compared, apps catalogue) views.Comparison {
	out := views.Comparison{
		Views:  v.views(),
		Filter: apps.filter(v.Application),
		Action: urls.CompareCopy, State: fields(v.Comparison), File: v.ToFile(),
	}
	at := v.Comparison
	at.Application, at.Percent = "", 0
	out.Keep = fields(at)
	if v.right.kind == usualKind {
		out.Percent = v.percents()
	}
	if found.refusal != "" {
		out.Warnings = []string{found.refusal}
		return out
	}
	out.Warnings, out.Notes = v.warnings(found), v.notes(found)
	left, both, right := 0, 0, 0
	for _, s := range found.Sections {
		out.Sections = append(out.Sections, v.section(s, found, apps))
		left, both, right = left+s.OnlyLeft.Total, both+s.Both.Total, right+s.OnlyRight.Total
	}
	out.Status = number(left) + " only left, " + number(both) + " both, " + number(right) + " only right"
	out.Copies = v.copies()
	return out
}

// views are the two ways to compare.
func (v versus) views() []views.Tab {
	all, direct := v.Comparison, v.Comparison
	all.Direct, direct.Direct = false, true
	return []views.Tab{
		{ID: "effective", Label: "In effect", URL: all.To(), Current: !v.Direct},
		{ID: "direct", Label: "Directly", URL: direct.To(), Current: v.Direct},
	}
}

func (v versus) percents() []views.Option {
	now := cmp.Or(v.Percent, usualPercent)
	all := []int{50, 60, 70, usualPercent, 90, 95, 100}
	if !slices.Contains(all, now) {
		all = append(all, now)
		slices.Sort(all)
	}
	var out []views.Option
	for _, n := range all {
		text := strconv.Itoa(n)
		out = append(out, views.Option{Value: text, Label: text + " %", Chosen: n == now})
	}
	return out
}

// copies are the ways to copy what is chosen.
func (v versus) copies() []views.ComparisonCopy {
	left := views.ComparisonCopy{To: "left", Label: "Copy to " + v.left.name}
	if v.right.kind == usualKind {
		return []views.ComparisonCopy{left}
	}
	return []views.ComparisonCopy{{To: "right", Label: "Copy to " + v.right.name}, left}
}

// warnings says what the comparison does not know.
func (v versus) warnings(found compared) []string {
	var out []string
	if found.fromLists {
		out = append(out, "This tenant's API does not compare. It was done here, from its lists of groups, roles and permissions: it is as complete as they are.")
	}
	if u := found.Right.Usual; u != nil && u.Members == 0 {
		out = append(out, "Nobody else is in "+v.right.name+", so nothing is usual there.")
	}
	return out
}

// notes says what is not compared, and what the numbers are of.
func (v versus) notes(found compared) []string {
	var out []string
	if u := found.Right.Usual; u != nil {
		out = append(out, "Usual is what at least "+strconv.Itoa(u.Percent)+" % of the "+count(u.Members, "other member")+" of "+v.right.name+" have, those of nested groups among them. Permissions of APIs are not compared here.")
	}
	if v.left.kind != roleKind {
		out = append(out, "Not compared: what mappings give when people sign in.")
	}
	return out
}

func (v versus) section(s authz.ComparedSection, found compared, apps catalogue) views.ComparisonSection {
	title, icon := sectionWords(v.left.kind, s.Of)
	out := views.ComparisonSection{ID: s.Of, Title: title, Icon: icon}
	if s.Of == apisPart {
		out.Unknown = found.unknown
	}
	w := rowWords{versus: v, of: s.Of, found: found, apps: apps}
	left, right := v.left.called(), v.right.called()
	if left == right {
		left, right = "the left one", "the right one"
	}
	out.Parts = []views.ComparisonPart{
		w.part("left", "Only "+left, s.OnlyLeft), w.part("both", "Both", s.Both), w.part("right", "Only "+right, s.OnlyRight),
	}
	return out
}

// rowWords words the things of one section.
type rowWords struct {
	versus

	of    string
	found compared
	apps  catalogue
}

func (w rowWords) part(id, title string, p authz.ComparedPart) views.ComparisonPart {
	out := views.ComparisonPart{ID: id, Title: title, Count: number(p.Total)}
	for _, item := range p.Items {
		out.Rows = append(out.Rows, w.row(id, item))
	}
	slices.SortStableFunc(out.Rows, func(a, b views.ComparisonRow) int {
		return cmp.Or(byName(a.Detail, b.Detail), byName(a.Name.Label, b.Name.Label))
	})
	if more := p.Total - len(p.Items); more > 0 {
		out.More = number(more) + " more, all of which are in the file."
		if !w.All {
			all := w.Comparison
			all.All = true
			out.All = all.To()
		}
	}
	return out
}

// row words a thing of a part: "left", "both" or "right".
func (w rowWords) row(part string, item authz.ComparedItem) views.ComparisonRow {
	name := named(item.Name)
	if item.Kind == userKind {
		name = firstSeen(item.Name, item.ID)
	}
	out := views.ComparisonRow{Name: views.Link{Label: name, URL: w.page(part, item)}, Detail: item.ConnectionName}
	if item.ApplicationID != "" {
		out.Detail = w.apps.name(item.ApplicationID)
	}
	if u := w.found.Right.Usual; u != nil {
		out.Share = number(item.Members) + " of " + count(u.Members, "member")
	}
	if part == "left" && w.right.kind != usualKind || part == "right" {
		out.Thing = thingOf(w.of, item)
	}
	out.Ways = w.ways(part, item)
	return out
}

// thingOf names a thing of a section in a form.
func thingOf(of string, item authz.ComparedItem) string { return of + " " + item.ID }

// page is where a thing has a page.
func (w rowWords) page(part string, item authz.ComparedItem) string {
	e := w.left
	if part == "right" {
		e = w.right
	}
	switch w.of {
	case authz.MappingsPart:
		return urls.ToGroupMappings(e.id)
	case apisPart:
		return urls.PermissionList{User: e.id}.To()
	default:
		return toVertex(item.Kind, item.ID)
	}
}

// ways words how each of the two comes to a thing, where that is more than that it is
// there.
func (w rowWords) ways(part string, item authz.ComparedItem) []views.ComparisonWay {
	var out []views.ComparisonWay
	for _, side := range []struct {
		end    end
		reason *authz.ComparedReason
	}{{w.left, item.Left}, {w.right, item.Right}} {
		if side.reason == nil || w.of != apisPart && (w.Direct || w.left.kind == roleKind && w.of == authz.PermissionsPart) {
			continue
		}
		way := views.ComparisonWay{Sources: reasonSources(item, *side.reason), Why: w.why(side.end, item)}
		if part == "both" {
			way.Who = side.end.called()
		}
		out = append(out, way)
	}
	return out
}

// why leads to the paths by which an end has a thing, where paths are known.
func (w rowWords) why(e end, item authz.ComparedItem) views.Link {
	upwards := w.of == authz.GroupsPart || w.of == authz.RolesPart || w.of == authz.PermissionsPart
	if !upwards || e.kind != userKind && e.kind != groupKind {
		return views.Link{}
	}
	return why(urls.End(e.kind, e.id), urls.End(item.Kind, item.ID), e.name+": "+named(item.Name))
}

// reasonSources words by which of its own edges one comes to a thing.
func reasonSources(item authz.ComparedItem, r authz.ComparedReason) []views.Source {
	var out []views.Source
	if r.Direct {
		out = append(out, views.Source{Direct: true})
	}
	others := 0
	for _, by := range r.By {
		link := views.Link{Label: named(by.Name), URL: toVertex(by.Kind, by.ID)}
		switch {
		case by.Kind == item.Kind && by.ID == item.ID:
			continue
		case by.Kind == groupKind:
			out = append(out, views.Source{Trail: []views.Link{link}})
		case by.Kind == coreRoleKind:
			out = append(out, views.Source{Role: views.Link{Label: by.Name}})
		default:
			out = append(out, views.Source{Role: link})
		}
		others++
	}
	if more := r.ByTotal - len(r.By); more > 0 {
		out = append(out, views.Source{Note: "and " + number(more) + " more ways"})
	}
	switch {
	case len(out) > 0:
	case item.Kind == apiPermissionKind:
		out = append(out, views.Source{Note: "By a role whose name you may not read"})
	default:
		out = append(out, views.Source{Note: "In ways that differ"})
	}
	return out
}
