package handlers

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"trellis/web/upstream"
)

// exportLimit is how long a file may take: far more than a page, as it is read
// from the APIs to its end.
const exportLimit = 10 * time.Minute

// ExportUsers gives the list of users as a file.
func (h Selection) ExportUsers(c echo.Context) error { return export(c, h.users(c), nil) }

// ExportGroups gives the list of groups as a file.
func (h Selection) ExportGroups(c echo.Context) error { return export(c, h.groups(c), nil) }

// ExportRoles gives the list of roles as a file.
func (h Selection) ExportRoles(c echo.Context) error { return export(c, h.roles(c), nil) }

// ExportPermissions gives the list of permissions as a file.
func (h Selection) ExportPermissions(c echo.Context) error { return export(c, h.permissions(c), nil) }

// ExportMembers gives the list of a group's members as a file.
func (h Selection) ExportMembers(c echo.Context) error { return export(c, h.members(c), nil) }

// ExportRoleUsers gives the list of a role's users as a file.
func (h Selection) ExportRoleUsers(c echo.Context) error { return export(c, h.roleUsers(c), nil) }

// export answers with l as a file, or with rows of it. The first page is read
// before anything is sent, so that a failure is still a page with words. One that
// comes later breaks the connection off: half a list must not look like a whole.
func export(c echo.Context, l listing, rows []record) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.Request().Context()), exportLimit)
	defer cancel()
	var out csvWriter
	write := func(rows []record) error {
		if !c.Response().Committed {
			out = beginFile(c, l.name)
			out.row(l.head...)
		}
		for _, r := range rows {
			out.row(r.cells...)
		}
		return out.flush()
	}
	if rows != nil {
		return write(rows)
	}
	err := l.patiently(ctx, write)
	if err != nil && c.Response().Committed {
		panic(http.ErrAbortHandler)
	}
	return err
}

// patiently is read, but for the waits that an API asks for.
func (l listing) patiently(ctx context.Context, take func([]record) error) error {
	ask := l.page
	l.page = func(ctx context.Context, page, size int) ([]record, int, error) {
		for {
			rows, total, err := ask(ctx, page, size)
			if page == 0 || upstream.StatusOf(err) != http.StatusTooManyRequests {
				return rows, total, err
			}
			if err := pause(ctx, err); err != nil {
				return nil, 0, err
			}
		}
	}
	return l.read(ctx, take)
}

// beginFile sends the head of a CSV file called name.
func beginFile(c echo.Context, name string) csvWriter {
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, "text/csv; charset=utf-8; header=present")
	h.Set(echo.HeaderContentDisposition, `attachment; filename="`+name+"-"+time.Now().UTC().Format("2006-01-02")+`.csv"`)
	h.Set(echo.HeaderCacheControl, "no-store")
	_ = http.NewResponseController(c.Response()).SetWriteDeadline(time.Now().Add(exportLimit)) // no matter where it is not known
	c.Response().WriteHeader(http.StatusOK)
	return newCSV(c.Response())
}

// pause waits as long as the API that gave refusal asks for.
func pause(ctx context.Context, refusal error) error {
	after := time.Second
	if e, ok := errors.AsType[*upstream.Error](refusal); ok {
		after = max(after, e.RetryAfter)
	}
	timer := time.NewTimer(after)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
