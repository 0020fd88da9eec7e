package handlers

import (
	"strings"

	"github.com/labstack/echo/v4"

	"trellis/views"
)

// sortable is a column of a list, with the name that the address has for its
// order and the field that the API has. Without them it gives no order.
type sortable struct {
	key, field string
	head       views.Column
}

// sortOf is the order that the request asks for: a column's key, with "-" before
// it for the other way round. The list's usual order, that of the first column, is
// empty, so that it has one address.
func sortOf(c echo.Context, cols []sortable) string {
	sort := c.FormValue("sort")
	if sort == cols[0].key {
		return ""
	}
	for _, col := range cols {
		if col.key != "" && col.key == strings.TrimPrefix(sort, "-") {
			return sort
		}
	}
	return ""
}

// sortField is sort in the words of the API. The first column gives the usual
// order.
func sortField(cols []sortable, sort string) string {
	for _, col := range cols {
		if col.key != "" && col.key == strings.TrimPrefix(sort, "-") {
			if strings.HasPrefix(sort, "-") {
				return col.field + ":-1"
			}
			return col.field + ":1"
		}
	}
	return cols[0].field + ":1"
}

// columns are the heads of cols in the order that sort names. The link of the
// column in use turns the order round; numbers begin with the largest.
func columns(cols []sortable, sort string, url func(sort string) string) []views.Column {
	if sort == "" {
		sort = cols[0].key
	}
	heads := make([]views.Column, len(cols))
	for i, col := range cols {
		head := col.head
		if col.key != "" {
			next := col.key
			if head.Numeric {
				next = "-" + col.key
			}
			switch sort {
			case col.key:
				head.Sorted, next = "ascending", "-"+col.key
			case "-" + col.key:
				head.Sorted, next = "descending", col.key
			}
			if next == cols[0].key {
				next = ""
			}
			head.URL = url(next)
		}
		heads[i] = head
	}
	return heads
}

// unsorted are the heads of cols in a list that has one order.
func unsorted(cols []sortable) []views.Column {
	heads := make([]views.Column, len(cols))
	for i, col := range cols {
		heads[i] = col.head
	}
	return heads
}
