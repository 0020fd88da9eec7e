package handlers

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/authz"
)

// drawing is a tree while it is laid out in rows.
type drawing struct {
	at       urls.TreeView
	known    bool // the API has the tree
	refusal  string
	tree     authz.Tree
	branches map[string]authz.TreeBranch // by parent
	page     int                         // of the first branch, where it is no whole tree; from 0
	cut      bool                        // there are more rows than can be drawn
	out      []views.TreeRow
	ways     map[string][]string // of the rows, by their ids
}

func newDrawing(c echo.Context, at urls.TreeView, tree authz.Tree, known bool) *drawing {
	d := &drawing{
		at: at, known: known, refusal: mayNest(c), tree: tree,
		branches: map[string]authz.TreeBranch{}, ways: map[string][]string{},
	}
	d.add(tree)
	return d
}

// add adds what is told of branches to what is known of them.
func (d *drawing) add(tree authz.Tree) {
	for _, b := range tree.Branches {
		known := d.branches[b.Parent]
		known.Parent, known.Total, known.Missing = b.Parent, b.Total, b.Missing
		for _, twig := range b.Groups {
			if !slices.ContainsFunc(known.Groups, func(t authz.TreeTwig) bool { return t.Position == twig.Position }) {
				known.Groups = append(known.Groups, twig)
			}
		}
		slices.SortFunc(known.Groups, func(a, b authz.TreeTwig) int { return a.Position - b.Position })
		d.branches[b.Parent] = known
	}
}

// rows lays out the branch of parent, to which way leads, and what is open in it.
func (d *drawing) rows(parent string, way []string, open []urls.Branch) {
	branch := d.branches[parent]
	next := d.page*twigsPerPage + 1 // the first position that is not shown yet
	for _, twig := range branch.Groups {
		if len(d.out) >= mostTwigs && !d.leadsToFocus(way, twig.ID) {
			d.cut = true
			continue
		}
		if twig.Position == next {
			next++
		}
		d.row(twig, branch, way, open)
	}
	if len(d.out) < mostTwigs {
		d.rest(branch, way, next)
	}
}

// leadsToFocus reports whether the row of a group below way is the one that the
// person is at, or stands above it: those are drawn, however many there are.
func (d *drawing) leadsToFocus(way []string, id string) bool {
	at := len(way)
	return at < len(d.at.Focus) && d.at.Focus[at] == id && slices.Equal(way, d.at.Focus[:at])
}

// row lays out a group and what is open below it.
func (d *drawing) row(twig authz.TreeTwig, branch authz.TreeBranch, way []string, open []urls.Branch) {
	own := append(slices.Clip(way), twig.ID)
	row := d.worded(twig, branch, own)
	if row.Circular || twig.NestedCount == 0 {
		d.out = append(d.out, row)
		return
	}
	isOpen, below := twig.Leads, []urls.Branch(nil)
	if d.at.Search == "" {
		at := slices.IndexFunc(open, func(b urls.Branch) bool { return b.ID == twig.ID })
		if isOpen = at >= 0; isOpen {
			below = open[at].Open
		}
	}
	if _, told := d.branches[twig.ID]; !told {
		isOpen = false
	}
	row.Opens, row.Open = true, isOpen
	d.out = append(d.out, row)
	if isOpen {
		page := d.page
		d.page = 0
		d.rows(twig.ID, own, below)
		d.page = page
	}
}

// rest is the row that shows more of a branch, and those of what is gone.
func (d *drawing) rest(branch authz.TreeBranch, way []string, next int) {
	level := len(way) + 1
	if left := branch.Total - len(branch.Groups) - d.page*twigsPerPage; left > 0 && next <= branch.Total {
		d.out = append(d.out, views.TreeRow{
			ID: rowID(append(slices.Clip(way), "more")), Level: level, Page: (next-1)/twigsPerPage + 1,
			More: fmt.Sprintf("Show %s more of %s", number(min(twigsPerPage, branch.Total-next+1)), number(branch.Total)),
		})
		d.ways[rowID(append(slices.Clip(way), "more"))] = way
		return
	}
	if d.at.Search != "" {
		return
	}
	for _, id := range branch.Missing {
		d.out = append(d.out, views.TreeRow{ID: rowID(append(slices.Clip(way), id)), Level: level, Missing: id})
	}
}

func (d *drawing) worded(twig authz.TreeTwig, branch authz.TreeBranch, own []string) views.TreeRow {
	id := rowID(own)
	d.ways[id] = own
	row := views.TreeRow{
		ID: id, Group: urls.WordID(twig.ID), Level: len(own), Position: twig.Position, Siblings: branch.Total,
		Name: views.Marked{Before: named(twig.Name)}, Description: twig.Description, URL: urls.ToGroup(twig.ID),
		Members: number(twig.MemberCount), AllMembers: number(twig.AllMemberCount), Nested: number(twig.NestedCount),
		Roles: number(twig.RoleCount), Mappings: number(twig.MappingCount), Found: twig.Matches,
		Focus:    slices.Equal(own, d.at.Focus),
		Circular: slices.Contains(own[:len(own)-1], twig.ID) || twig.ID == d.at.Root,
	}
	if twig.Matches {
		row.Name = marked(named(twig.Name), d.at.Search)
	}
	in := branch.Parent
	row.Actions = views.Action{Label: "Actions for " + named(twig.Name), Icon: "dots", Dialog: true, URL: urls.ToTreePlace(twig.ID, in)}
	others := twig.ParentCount
	if in != "" {
		others--
	}
	if others > 0 {
		row.Also = views.Action{Label: "also in " + count(others, "other place"), URL: row.Actions.URL, Dialog: true}
		row.AlsoShort = "+" + number(others)
	}
	return row
}

// rowID is the id of the row to which a way leads. It is the same in every answer.
func rowID(way []string) string {
	h := fnv.New64a()
	_, _ = h.Write([]byte(strings.Join(way, "\x00")))
	return fmt.Sprintf("r%016x", h.Sum64())
}

// list words the whole tree.
func (d *drawing) list(c echo.Context) views.GroupTree {
	out := views.GroupTree{
		Root: d.at.Root, Search: d.at.Search, Rows: d.out, Status: d.status(), Here: d.at.To(), Movable: d.refusal == "",
		Action: urls.Tree, RowsURL: urls.TreeRows, MoveURL: urls.TreeMove,
		Open: urls.WordBranches(d.at.Open), Focus: urls.WordWay(d.at.Focus), New: Groups{}.newGroup(c), Clear: urls.TreeView{Root: d.at.Root}.To(),
	}
	if d.at.Pages > 1 {
		out.Pages = fmt.Sprint(d.at.Pages)
	}
	if d.at.Root != "" {
		out.Action = urls.ToGroupNested(d.at.Root)
		out.Add = adding(c, "Add nested groups", urls.ToGroupNestedAdd(d.at.Root))
	}
	switch {
	case d.cut:
		out.Note = "Only the first " + number(mostTwigs) + " rows are shown. Close some groups to see others."
	case d.at.Search != "" && !d.tree.Complete:
		out.Note = "More places match than are shown. Type more letters to see them all."
	}
	if !d.known {
		out.Hint = "This tenant's API does not unfold the tree. It was put together here from its list of groups."
	}
	return out
}

func (d *drawing) status() string {
	if d.at.Search != "" {
		return found(d.tree.Found, "group", d.at.Search) + ", shown with the groups above"
	}
	top := d.branches[d.at.Root].Total
	if d.at.Root != "" {
		return count(top, "nested group")
	}
	return count(top, "group") + " at the top"
}

// turned is the address of the tree in which the row with an id is opened or
// closed, or in which it shows more.
func (d *drawing) turned(id string) string {
	at := d.at
	way, ok := d.ways[id]
	row := slices.IndexFunc(d.out, func(r views.TreeRow) bool { return r.ID == id })
	if !ok || row < 0 {
		return at.To()
	}
	at.Focus, at.Search = way, ""
	switch {
	case d.out[row].More != "" && len(way) == 0:
		at.Pages = min(max(at.Pages, 1)+1, mostPages)
	case d.out[row].More != "":
		at.Open = changed(at.Open, way, func(b *urls.Branch) { b.Pages = min(max(b.Pages, 1)+1, mostPages) })
	case d.out[row].Open && d.at.Search == "":
		at.Open = closed(at.Open, way)
	default:
		at.Open = changed(at.Open, way, func(*urls.Branch) {})
	}
	return at.To() + "#" + id
}
