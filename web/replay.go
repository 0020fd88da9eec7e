package web

import (
	"maps"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"trellis/views"
)

// maxReplay bounds what an error page sends back: more than any form of ours.
const maxReplay = 64 << 10

// fieldCost is counted for each field beside its text, so that very many empty
// ones are not small.
const fieldCost = 8

// proven is the key of a request that carried its session's token. What anybody
// else had a browser send is not handed to the person to send again.
const proven = "proven"

// replayOf is what c's request posted, for a failure that another try may mend.
// It is nil when there is nothing to repeat.
func replayOf(c echo.Context, f failure) *views.Replay {
	r := c.Request()
	hopeless := f.final || f.signIn || f.status == http.StatusNotFound || f.status == http.StatusRequestEntityTooLarge
	if r.Method != http.MethodPost || c.Get(proven) == nil || hopeless {
		return nil
	}
	fields, ok := sentFields(r, maxReplay)
	if !ok {
		return nil
	}
	return &views.Replay{Action: r.URL.RequestURI(), Fields: fields}
}

// sentFields is what the form that r posts holds, without its token. It is
// refused when it cannot be read or is longer than limit.
func sentFields(r *http.Request, limit int) ([]views.Hidden, bool) {
	if err := parseForm(r); err != nil {
		return nil, false
	}
	var fields []views.Hidden
	size := 0
	for _, name := range slices.Sorted(maps.Keys(r.PostForm)) {
		if name == csrfField {
			continue
		}
		for _, value := range r.PostForm[name] {
			fields = append(fields, views.Hidden{Name: name, Value: value})
			size += len(name) + len(value) + fieldCost
		}
	}
	return fields, size <= limit
}
