package handlers

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/htmx"
	"trellis/web/session"
)

// TreeAPI is what the tree of groups asks of the Authorization API.
type TreeAPI interface {
	NestedAPI
	GroupTree(context.Context, authz.TreeQuery) (tree authz.Tree, known bool, err error)
}

// Tree serves the nesting of groups as a tree: all of it, or what is below a group.
type Tree struct {
	API     TreeAPI
	Impacts Impacts
}

const (
	twigsPerPage = 50
	mostPages    = 20  // of one branch, drawn at once
	mostTwigs    = 400 // rows of a tree, drawn at once
	mostAsked    = 200 // groups that the API can be asked about at once
)

// treeOf is the state of the tree that a query asks for.
func treeOf(q url.Values, root string) urls.TreeView {
	pages, _ := strconv.Atoi(q.Get("pages"))
	return urls.TreeView{
		Root: root, Search: strings.TrimSpace(q.Get("q")), Pages: pages, Open: urls.ReadBranches(q.Get("open")),
		Focus: urls.ReadWay(q.Get("focus")), Reveal: q.Get("reveal"), In: q.Get("in"),
	}
}

// Show is the whole tree.
func (h Tree) Show(c echo.Context) error { return h.show(c, treeOf(c.QueryParams(), "")) }

// Below is the tree of what is nested in a group, as a tab of its page.
func (h Tree) Below(c echo.Context) error { return h.show(c, treeOf(c.QueryParams(), idOf(c))) }

func (h Tree) show(c echo.Context, at urls.TreeView) error {
	var g authz.Group
	if at.Root != "" {
		var err error
		if g, err = h.API.Group(c.Request().Context(), at.Root); err != nil {
			return err
		}
	}
	revealed := at.Reveal != ""
	d, err := h.draw(c, at)
	if err != nil {
		return err
	}
	if turned := c.QueryParam("turn"); turned != "" {
		return seeOther(c, d.turned(turned))
	}
	if revealed && !htmx.From(c.Request()).Partial() {
		return seeOther(c, d.at.To()+"#"+rowID(d.at.Focus))
	}
	list := d.list(c)
	addressed(c, d.at.To())
	if at.Root != "" {
		return showGroup(c, g, nestedTab, views.TreeBelow(named(g.Name), list), views.TreeRows(list))
	}
	l := layout(c, "Groups, tree", urls.Groups)
	return answer(c, http.StatusOK, views.TreePage(l, list, Groups{}.newGroup(c)), parts{"list": views.Titled(l, views.TreeRows(list))})
}

// draw reads what the state at needs, and lays it out in rows.
func (h Tree) draw(c echo.Context, at urls.TreeView) (*drawing, error) {
	ctx := c.Request().Context()
	q := authz.TreeQuery{Parent: at.Root, Search: at.Search, Reveal: at.Reveal, In: at.In, PerPage: twigsPerPage}
	if at.Reveal != "" {
		q.Search, at.Search = "", ""
	}
	if q.Search == "" {
		q.Open = opened(at.Open, nil)
		q.Keep = atMost(mostAsked, append(q.Open[:len(q.Open):len(q.Open)], at.Focus...))
		q.Open = atMost(mostAsked, q.Open)
	}
	tree, known, err := h.unfold(ctx, q)
	if err != nil {
		return nil, err
	}
	if at.Reveal != "" {
		at.Open, at.Focus = withWay(at.Open, tree.Way), tree.Way
		at.Reveal, at.In = "", ""
	}
	d := newDrawing(c, at, tree, known)
	if at.Search == "" {
		if err := h.morePages(ctx, d, at.Root, at.Pages); err != nil {
			return nil, err
		}
		if err := h.pagesOf(ctx, d, at.Open); err != nil {
			return nil, err
		}
	}
	d.rows(at.Root, nil, at.Open)
	return d, nil
}

// unfold asks for branches of the tree. An API that has no such call is asked for
// its groups, and they are unfolded here.
func (h Tree) unfold(ctx context.Context, q authz.TreeQuery) (tree authz.Tree, known bool, err error) {
	tree, known, err = h.API.GroupTree(ctx, q)
	if err != nil || known {
		return tree, known, err
	}
	tree, err = treeOfLists(ctx, h.API, q)
	return tree, false, err
}

// pagesOf reads the further pages of branches that show more than one.
func (h Tree) pagesOf(ctx context.Context, d *drawing, open []urls.Branch) error {
	for _, b := range open {
		if err := h.morePages(ctx, d, b.ID, b.Pages); err != nil {
			return err
		}
		if err := h.pagesOf(ctx, d, b.Open); err != nil {
			return err
		}
	}
	return nil
}

func (h Tree) morePages(ctx context.Context, d *drawing, parent string, pages int) error {
	for page := 1; page < min(pages, mostPages) && page*twigsPerPage < d.branches[parent].Total; page++ {
		more, _, err := h.unfold(ctx, authz.TreeQuery{Parent: parent, Page: page, PerPage: twigsPerPage})
		if err != nil {
			return err
		}
		d.add(more)
	}
	return nil
}

// Rows is the rows below one that was opened, or the next ones of a branch.
func (h Tree) Rows(c echo.Context) error {
	q := c.QueryParams()
	at := urls.TreeView{Root: q.Get("root"), Search: strings.TrimSpace(q.Get("q"))}
	way, page := urls.ReadWay(q.Get("way")), max(pageNumber(q)-1, 0)
	parent := at.Root
	if len(way) > 0 {
		parent = way[len(way)-1]
	}
	ask := authz.TreeQuery{Parent: parent, Page: page, PerPage: twigsPerPage}
	if page > 0 {
		ask.Search = at.Search
	}
	tree, known, err := h.unfold(c.Request().Context(), ask)
	if err != nil {
		return err
	}
	if ask.Search != "" { // of what a search finds below these, nothing is open yet
		tree.Branches = tree.Branches[:min(1, len(tree.Branches))]
	}
	d := newDrawing(c, at, tree, known)
	d.page = page
	d.rows(parent, way, nil)
	return views.Serve(c.Response(), c.Request(), http.StatusOK, views.TreeTwigs(d.out))
}

// drawn answers a change of the tree with the tree, where row is to be seen; a
// browser without script goes there.
func (h Tree) drawn(c echo.Context, at urls.TreeView, title string) error {
	req := htmx.From(c.Request())
	if req.Target != "dialog" {
		return moveOn(c, urls.TreeView{Reveal: at.Reveal, In: at.In}.To(), title, "")
	}
	here, ok := treeAt(req.Current)
	if !ok {
		return moveOn(c, urls.TreeView{Reveal: at.Reveal, In: at.In}.To(), title, "")
	}
	here.Reveal, here.In = at.Reveal, at.In
	part := "list"
	if here.Root != "" {
		part = "detail"
	}
	htmx.Done(c.Response().Header(), "#"+part, htmx.Toast{Title: title, Kind: views.Good})
	c.Request().Header.Set("HX-Target", part)
	return h.show(c, here)
}

// treeAt is the tree that the browser shows at an address, if it is one.
func treeAt(address string) (urls.TreeView, bool) {
	u, err := url.Parse(address)
	if err != nil {
		return urls.TreeView{}, false
	}
	if u.Path == urls.Tree {
		return treeOf(u.Query(), ""), true
	}
	root := groupOfNested(u)
	return treeOf(u.Query(), root), root != "" && u.Query().Get("view") == "tree"
}

// mayNest is why the person may not move groups, or empty when they may.
func mayNest(c echo.Context) string { return needs(c, session.Authorization, updateGroups) }
