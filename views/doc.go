// Package views turns view models into HTML: the frame of every page, the parts
// that pages share, and the pages themselves. It knows no API type, no session
// and no router, and asks nobody for data: what a page shows is in its arguments.
//
// Pages are made to be used in pieces. A part that htmx replaces on its own is a
// component whose root carries the id that names it: "detail", "list", "choices",
// "dialog". The same component stands in the whole page.
package views

//go:generate go tool templ generate -path ..
