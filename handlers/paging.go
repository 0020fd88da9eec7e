package handlers

import (
	"context"
	"fmt"

	"trellis/views"
	"trellis/web/authz"
)

// paging is where in a list a page stands.
type paging struct {
	page, size int // page counts from 1
	total      int
}

// last is the number of the last page, at least 1.
func (p paging) last() int { return max(1, (p.total+p.size-1)/p.size) }

// beyond reports whether the page lies behind the last one: a row was removed
// since its link was made.
func (p paging) beyond() bool { return p.page > p.last() }

// turned asks list for a page of what q finds. A page that lies behind the last one
// becomes the last one.
func turned[T any](
	ctx context.Context, list func(context.Context, authz.ListQuery) (authz.Page[T], error), q authz.ListQuery, page *int,
) (authz.Page[T], error) {
	q.Page = *page - 1
	found, err := list(ctx, q)
	p := paging{*page, q.PerPage, found.Total}
	if err != nil || !p.beyond() {
		return found, err
	}
	*page = p.last()
	q.Page = *page - 1
	return list(ctx, q)
}

// pager words p for the foot of a list. url is the address of a page.
func (p paging) pager(url func(page int) string) views.Pager {
	first := (p.page-1)*p.size + 1
	out := views.Pager{Summary: fmt.Sprintf("%s–%s of %s", number(first), number(min(first+p.size-1, p.total)), number(p.total))}
	if p.total == 0 {
		out.Summary = ""
	}
	if p.page > 1 {
		out.Prev = url(p.page - 1)
	}
	if p.page < p.last() {
		out.Next = url(p.page + 1)
	}
	out.Pages = p.links(url)
	return out
}

// links are the first and the last page, those around this one, and gaps.
func (p paging) links(url func(page int) string) []views.PageLink {
	var links []views.PageLink
	gap := false
	for n := 1; n <= p.last(); n++ {
		if n > 1 && n < p.last() && (n < p.page-1 || n > p.page+1) {
			gap = true
			n = p.skip(n)
			continue
		}
		if gap {
			links = append(links, views.PageLink{})
			gap = false
		}
		links = append(links, views.PageLink{Number: n, URL: url(n), Current: n == p.page})
	}
	return links
}

// skip is the last page of the gap that begins at n.
func (p paging) skip(n int) int {
	if n < p.page {
		return max(n, p.page-2)
	}
	return max(n, p.last()-1)
}

// number words n with a comma between thousands.
func number(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return number(n/1000) + fmt.Sprintf(",%03d", n%1000)
}

// count words n of what noun names.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return number(n) + " " + noun + "s"
}

// found says how many a search found, for those who do not see the list.
func found(n int, noun, search string) string {
	if search == "" {
		return count(n, noun)
	}
	if n == 1 {
		return "1 " + noun + " matches “" + search + "”"
	}
	return count(n, noun) + " match “" + search + "”"
}
