package handlers

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/web/htmx"
)

const (
	pickerRows = 50  // that a picker shows beside those chosen
	mostPicked = 100 // that can be added at once
	mostShown  = 500 // rows in all: more are found by searching
)

// pick is what the person did in a picker so far.
type pick struct {
	chosen    []string
	search    string
	searching bool // nothing is to be added yet
	shown     int  // how many to show beside those chosen

	stored  map[string]bool // what is chosen already where the form is about its changes alone; nil when it has all
	listed  []string        // what the form had boxes for
	changes bool            // the form had boxes for a part, and what it did not list stays as it is
}

// pickOf reads the form of a picker. What was chosen travels in the form, so
// nothing is remembered once it is closed.
func pickOf(c echo.Context) pick {
	form, err := c.FormParams()
	if err != nil {
		return pick{}
	}
	p := pick{search: strings.TrimSpace(form.Get("find")), searching: form.Get("search") != "", shown: pickerRows}
	p.searching = p.searching || form.Get("preview") != "" // only what it would do is asked
	// Enter in a field sends the form, but in the search it means to search.
	p.searching = p.searching || form.Get("enter") != "" && p.search != strings.TrimSpace(form.Get("found"))
	if n, err := strconv.Atoi(form.Get("shown")); err == nil { // the button that shows more
		p.searching, p.shown = true, min(max(n, pickerRows), mostShown)
	}
	p.listed, p.changes = form["listed"], form.Has("changes")
	seen := map[string]bool{}
	for _, id := range form["id"] {
		if id != "" && !seen[id] {
			seen[id] = true
			p.chosen = append(p.chosen, id)
		}
	}
	return p
}

// problem is why p can't be added yet, or empty. noun names one of what is picked.
func (p pick) problem(noun string) string {
	switch {
	case len(p.chosen) == 0:
		return "Choose at least one " + noun + "."
	case len(p.chosen) > mostPicked:
		return "Choose at most 100 at once."
	default:
		return ""
	}
}

// rows is how many a picker shows beside those chosen.
func (p pick) rows() int { return max(p.shown, pickerRows) }

// candidate is one thing that a picker offers.
type candidate struct {
	id, label, detail string
	refusal           string // why it can't be chosen
}

// matches reports whether search stands in what the person sees of cand.
func (cand candidate) matches(search string) bool {
	return strings.Contains(strings.ToLower(cand.label+"\n"+cand.detail), strings.ToLower(search))
}

// choices are the rows of a picker: what is chosen, then what the search finds.
// Where only changes count, what changes takes the place of what is chosen. It also
// tells how many more there are than it shows.
func (p pick) choices(all []candidate) (rows []views.Choice, more int) {
	chosen := setOf(p.chosen)
	var has, rest []views.Choice
	for _, cand := range all {
		row := views.Choice{Value: cand.id, Label: cand.label, Detail: cand.detail, Refusal: cand.refusal}
		row.Chosen = cand.refusal == "" && chosen[cand.id]
		switch {
		case row.Chosen != p.stored[cand.id]:
			rows = append(rows, row)
		case !cand.matches(p.search):
		case row.Chosen:
			has = append(has, row)
		default:
			rest = append(rest, row)
		}
	}
	rest = append(has, rest...)
	n := min(len(rest), p.rows())
	return append(rows, rest[:n]...), len(rest) - n
}

// pickSheet answers with a picker: all of it, or only its rows while the person
// searches.
func pickSheet(c echo.Context, status int, nav string, s views.Sheet, body templ.Component, picker views.Picker) error {
	if req := htmx.From(c.Request()); req.Partial() && req.Target == "choices" {
		return views.Serve(c.Response(), c.Request(), http.StatusOK, views.Choices(picker))
	}
	return sheet(c, status, nav, s, body)
}

// picker words the rows of a picker.
func (p pick) picker(action, noun string, rows []views.Choice, more int) views.Picker {
	out := views.Picker{
		Action: action,
		Noun:   noun,
		Search: p.search,
		Rows:   rows,
		Status: found(len(rows)+more, noun, p.search) + ". " + p.chosenWords() + ".",
	}
	if p.stored != nil {
		out.Changes, out.Others = true, len(p.chosen)-chosenIn(rows)
	}
	if more > 0 {
		out.More = "And " + number(more) + " more. Search to narrow the list."
	}
	if more > 0 && p.rows() < mostShown {
		out.Next = strconv.Itoa(min(p.rows()+pickerRows, mostShown))
	}
	return out
}

// chosenWords says how many are chosen, beside the buttons.
func (p pick) chosenWords() string {
	if len(p.chosen) == 0 {
		return "None chosen"
	}
	return number(len(p.chosen)) + " chosen"
}

func chosenIn(rows []views.Choice) int {
	n := 0
	for _, row := range rows {
		if row.Chosen {
			n++
		}
	}
	return n
}
