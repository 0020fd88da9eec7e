package handlers

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/upstream"
)

// CompareAPI is what a comparison asks of the Authorization API, and what copying
// what is missing changes there.
type CompareAPI interface {
	ImpactAPI
	Role(ctx context.Context, id string) (authz.Role, error)
	Compare(ctx context.Context, q authz.CompareQuery) (authz.Comparison, error)
	AddMembers(ctx context.Context, group string, users []string) error
	AddNested(ctx context.Context, group string, groups []string) error
	AddGroupRoles(ctx context.Context, group string, roles []string) error
	AddMappings(ctx context.Context, group string, in []authz.MappingInput) error
	AddRoleUsers(ctx context.Context, role string, users []string) error
	UpdateRole(ctx context.Context, id string, in authz.RoleInput, ifMatch string) (authz.Role, error)
}

// Compare serves what two users, groups or roles have apart and in common, and copies
// what is missing.
type Compare struct {
	API         CompareAPI
	Ends        Paths           // finds what can be compared
	Permissions UserPermissions // of users, at APIs
	Impacts     Impacts
}

const (
	comparedRows = 25   // of each part, by itself
	mostCompared = 1000 // when all are asked for
	usualPercent = 80
)

// comparisonOf is the comparison that the request names. An end that is none, or that
// cannot be compared with the left one, is as good as one that is not chosen.
func comparisonOf(c echo.Context) urls.Comparison {
	at := urls.Comparison{Direct: c.FormValue("direct") != "", Application: c.FormValue("application"), All: c.FormValue("all") != ""}
	if n, err := strconv.Atoi(c.FormValue("percent")); err == nil && n >= 1 && n <= 100 && n != usualPercent {
		at.Percent = n
	}
	left, id := endOf(c.FormValue("left"), leftKinds)
	if left != "" {
		at.Left = urls.End(left, id)
	}
	if right, id := endOf(c.FormValue("right"), rightKinds(left)); right != "" && urls.End(right, id) != at.Left {
		at.Right = urls.End(right, id)
	}
	return at
}

// versus is a comparison with what its ends are called.
type versus struct {
	urls.Comparison

	left, right end
	whole       bool // for a file, in which nothing is left out
}

// versus finds the ends of at.
func (h Compare) versus(ctx context.Context, at urls.Comparison) (v versus, err error) {
	v = versus{Comparison: at}
	if v.left, err = h.end(ctx, at.Left); err != nil {
		return v, err
	}
	v.right, err = h.end(ctx, at.Right)
	return v, err
}

// Show shows the comparison, or asks for what is missing of the two.
func (h Compare) Show(c echo.Context) error {
	v, err := h.versus(c.Request().Context(), comparisonOf(c))
	if err != nil {
		return err
	}
	page := views.ComparisonPage{Title: v.title(), Left: v.part("left"), Right: v.part("right"), Swap: v.swapped()}
	p := parts{}
	l := layout(c, page.Title, urls.Compare)
	if v.Left != "" && v.Right != "" {
		found, err := h.found(c, v)
		if err != nil {
			return err
		}
		page.Found = &found
		p["list"] = views.Titled(l, views.ComparedParts(found))
	}
	addressed(c, v.To())
	return answer(c, http.StatusOK, views.ComparePage(l, page), p)
}

// compared is a comparison as the API gave it, and what is not in it.
type compared struct {
	authz.Comparison

	fromLists bool   // the API has no such call
	refusal   string // why there is nothing
	unknown   string // why it is not known what users may do at APIs
}

// found words what is found of v.
func (h Compare) found(c echo.Context, v versus) (views.Comparison, error) {
	ctx := c.Request().Context()
	found, err := h.compare(ctx, v, 0)
	if err != nil {
		return views.Comparison{}, err
	}
	return v.worded(found, h.Ends.Catalogue.read(ctx)), nil
}

// compare asks for a page of what v has apart and in common. An API that has no such call is asked
// for its lists.
func (h Compare) compare(ctx context.Context, v versus, page int) (compared, error) {
	q := authz.CompareQuery{Left: v.Left, Right: v.Right, Direct: v.Direct, Application: v.Application, Percent: v.Percent, Limit: v.rows(), Page: page}
	found, err := h.API.Compare(ctx, q)
	out := compared{Comparison: found}
	if status := upstream.StatusOf(err); status == http.StatusNotFound || status == http.StatusMethodNotAllowed {
		out.fromLists = true
		out.Comparison, err = comparisonOfLists(ctx, h.API, q)
	}
	if out.refusal, err = refusalOf(err, "What they have"); err != nil || out.refusal != "" {
		return out, err
	}
	if page == 0 && v.left.kind == userKind && v.right.kind == userKind {
		var section authz.ComparedSection
		if section, out.unknown, err = h.atAPIs(ctx, v); err != nil {
			return out, err
		}
		out.Sections = append(slices.Clip(out.Sections), section)
	}
	return out, nil
}

// rows is how many things a part names.
func (v versus) rows() int {
	if v.All {
		return mostCompared
	}
	return comparedRows
}
