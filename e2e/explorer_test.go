package e2e

import (
	"testing"

	"trellis/e2e/page"
)

// The row Explorer of the old dashboard's API, where nothing could be sent.
func TestAPITabExplorer(t *testing.T) {
	group := prepared.group(t, prepared.name("Explored"))
	both(t, func(t *testing.T, l look) {
		x := page.OpenExplorer(visitAs(t, auditor, l))
		x.Search("read a group")
		x.Open("GET Read a group")
		x.Headed("Read a group")
		x.Says("You have it")
		x.Type("id", group)
		x.Send()
		x.Answers("200 OK", `"_id": "`+group+`"`)
		x.Follow("Go")
		x.CodeSays("http.NewRequest(http.MethodGet, ") // the group was in the other code too
		x.CodeSays("/api/groups/" + group)
		x.Reload()
		x.CodeSays("http.NewRequest(http.MethodGet, ")
	})
}
