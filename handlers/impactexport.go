package handlers

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"trellis/web/authz"
)

// peoplePerPart is how many people a file reads at once.
const peoplePerPart = 100

// Export gives what changes would do as a file: a line for each thing that
// somebody gains or loses.
func (h Impacts) Export(c echo.Context) error {
	changes, err := proposedIn(c)
	if err != nil {
		return err
	}
	return h.file(c, changes)
}

func (h Impacts) file(c echo.Context, changes []authz.ProposedChange) error {
	return impactFile(c, func(ctx context.Context, page, perPage int) (worked, error) {
		return h.work(ctx, changes, page, perPage)
	})
}

// askImpact asks for a part of what something would do to people.
type askImpact func(ctx context.Context, page, perPage int) (worked, error)

func impactFile(c echo.Context, ask askImpact) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.Request().Context()), exportLimit)
	defer cancel()
	found, err := ask(ctx, 0, peoplePerPart)
	if err != nil {
		return err
	}
	out := beginFile(c, "impact")
	out.row("user_id", "name", "email", "change", "kind", "id", "what")
	for page := 1; len(found.Users) > 0; page++ {
		for _, e := range found.Users {
			effectLines(out, e)
		}
		if err := out.flush(); err != nil || page*peoplePerPart >= found.Affected {
			return err
		}
		if found, err = ask(ctx, page, peoplePerPart); err != nil {
			panic(http.ErrAbortHandler) // half a list must not look like a whole
		}
	}
	return out.flush()
}

func effectLines(out csvWriter, e authz.Effect) {
	for _, side := range []struct {
		change string
		list   []authz.Vertex
	}{{"gained", e.Gained}, {"lost", e.Lost}} {
		for _, v := range side.list {
			out.row(e.User.UserID, userName(e.User), e.User.Email, side.change, v.Kind, v.ID, firstSeen(v.Name, v.ID))
		}
	}
}
