// Package urls builds every path of the dashboard, from the patterns that the
// route table mounts: a link and its route cannot drift apart. It knows paths
// and queries, and nothing of what is served there.
package urls
