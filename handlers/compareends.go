package handlers

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
)

// usualKind is an end that stands for what members of a group usually have.
const usualKind = urls.UsualEnd

// leftKinds is what the left one of a comparison can be.
var leftKinds = []string{userKind, groupKind, roleKind}

// rightKinds is what can be compared with something of a kind, or with whatever it
// will be.
func rightKinds(left string) []string {
	switch left {
	case "":
		return []string{userKind, groupKind, roleKind, usualKind}
	case userKind:
		return []string{userKind, usualKind}
	default:
		return []string{left}
	}
}

// end is what text names, as the APIs know it.
func (h Compare) end(ctx context.Context, text string) (end, error) {
	id, usual := strings.CutPrefix(text, usualKind+":")
	if !usual {
		return h.Ends.end(ctx, text)
	}
	e, err := h.Ends.end(ctx, urls.End(groupKind, id))
	e.kind = usualKind
	return e, err
}

// called is what to call e beside the other one.
func (e end) called() string {
	if e.kind == usualKind {
		return "usual in " + e.name
	}
	return e.name
}

// title names the two.
func (v versus) title() string {
	switch {
	case v.Left == "" || v.Right == "":
		return "Compare"
	case v.right.kind == usualKind:
		return v.left.name + " and what is usual in " + v.right.name
	default:
		return v.left.name + " and " + v.right.name
	}
}

// swapped is the other way round, where that is a comparison.
func (v versus) swapped() string {
	if v.Left == "" || v.Right == "" || v.right.kind == usualKind {
		return ""
	}
	at := v.Comparison
	at.Left, at.Right = v.Right, v.Left
	return at.To()
}

// part words an end of v, with the way to choose another one.
func (v versus) part(name string) views.PathEnd {
	e, kinds := v.left, leftKinds
	out := views.PathEnd{ID: name, Label: "Compare", Missing: "A user, a group or a role"}
	if name == "right" {
		e, kinds = v.right, rightKinds(v.left.kind)
		out.Label, out.Missing = "with", v.missing()
	}
	kind := kinds[0]
	out.Choose = views.Action{ID: "choose-" + name, Label: "Choose", Dialog: true}
	if name == "left" || v.Left != "" {
		out.Choose.Kind = views.Primary // what is to be chosen next
	}
	if e.kind != "" {
		kind = e.kind
		out.Kind, out.Icon, out.Name = kindWord(e.kind), kindIcon(e.kind), views.Link{Label: e.name, URL: e.page()}
		if e.kind == usualKind {
			out.Kind, out.Icon, out.Name.URL = "What is usual in", "groups", urls.ToGroup(e.id)
		}
		out.Choose.Label, out.Choose.Kind = "Change", ""
	}
	out.Choose.URL = v.ToChoose(name, kind)
	return out
}

// missing says what the right one can be.
func (v versus) missing() string {
	switch v.left.kind {
	case userKind:
		return "A user, or what members of a group usually have"
	case groupKind, roleKind:
		return "A " + v.left.kind
	default:
		return "Another one of the same kind"
	}
}

// Choose offers what one of the two can be. Each is a link back.
func (h Compare) Choose(c echo.Context) error {
	ctx, at := c.Request().Context(), comparisonOf(c)
	end, kinds := "left", leftKinds
	if c.FormValue("end") == "right" {
		left, _, _ := strings.Cut(at.Left, ":")
		end, kinds = "right", rightKinds(left)
	}
	kind := c.FormValue("kind")
	if !slices.Contains(kinds, kind) {
		kind = kinds[0]
	}
	choices, err := h.candidates(ctx, at, end, kind, strings.TrimSpace(c.FormValue("find")))
	if err != nil {
		return err
	}
	var tabs []views.Tab
	for _, k := range kinds {
		tab := views.Tab{ID: k, Label: kindWord(k) + "s", URL: at.ToChoose(end, k), Current: k == kind}
		if k == usualKind {
			tab.Label = "Usual in a group"
		}
		tabs = append(tabs, tab)
	}
	s := views.Sheet{
		Title: "Compare", Text: "Choose a user, a group or a role.",
		Action: urls.CompareEnd, Back: at.To(), Leave: "Cancel", Lookup: true,
		Keep: append(fields(at), views.Hidden{Name: "end", Value: end}, views.Hidden{Name: "kind", Value: kind}),
	}
	if end == "right" {
		s.Title, s.Text = "Compare with", "Choose what it is compared with."
	}
	body, l := views.PathChoices(tabs, choices), layout(c, s.Title, urls.Compare)
	return answer(c, http.StatusOK, views.SheetPage(l, s, body), parts{
		"dialog": views.SheetDialog(s, body), "choices": views.LookupChoices(choices),
	})
}

// fields is a comparison as fields of a form.
func fields(at urls.Comparison) []views.Hidden {
	var out []views.Hidden
	for _, field := range at.State() {
		out = append(out, views.Hidden{Name: field[0], Value: field[1]})
	}
	return out
}

// candidates are those of a kind that find finds, each with the comparison it leads to.
func (h Compare) candidates(ctx context.Context, at urls.Comparison, end, kind, find string) (views.Lookup, error) {
	of, noun := kind, kind
	if kind == usualKind {
		of, noun = groupKind, groupKind
	}
	out := views.Lookup{Action: urls.CompareEnd, Noun: noun, Icon: kindIcon(of), Search: find}
	now, other := at.Left, at.Right
	if end == "right" {
		now, other = at.Right, at.Left
	}
	total, err := h.Ends.list(ctx, of, find, func(id, name, detail string) {
		text := urls.End(kind, id)
		if text == other {
			return // nothing differs from itself
		}
		next := at
		if end == "right" {
			next.Right = text
		} else {
			next.Left = text
			if right, _, _ := strings.Cut(at.Right, ":"); !slices.Contains(rightKinds(kind), right) {
				next.Right = ""
			}
		}
		out.Rows = append(out.Rows, views.LookupRow{Label: name, Detail: detail, URL: next.To(), Current: text == now})
	})
	out.Status = found(total, noun, find)
	if total > pickerRows {
		out.More = "And " + number(total-pickerRows) + " more. Search to narrow the list."
	}
	return out, err
}
