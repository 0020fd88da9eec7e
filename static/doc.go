// Package static holds what the browser loads beside the pages: the style sheet,
// the script, and the vendored files with their licences. It knows how
// an asset is addressed, and leaves serving it to package web.
package static
