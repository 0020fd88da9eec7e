// Package htmx owns the HX- headers: it is the only place that spells them. What
// a page looks like, and which fragment answers a request, is left to handlers.
package htmx
