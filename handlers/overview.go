package handlers

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/mgmt"
	"trellis/web/session"
	"trellis/web/upstream"
)

// OverviewAPI is what the overview asks of the Authorization API.
type OverviewAPI interface {
	Counts(context.Context) (authz.Counts, error)
	Findings(context.Context) (authz.TenantFindings, error)
	Changes(context.Context, authz.ChangeQuery) (authz.Changes, error)
	ListGroups(context.Context, authz.ListQuery) (authz.Page[authz.Group], error)
	ListRoles(context.Context, authz.ListQuery) (authz.Page[authz.Role], error)
	ListPermissions(context.Context, authz.ListQuery) (authz.Page[authz.Permission], error)
}

// UserLister is what the overview asks of the Management API.
type UserLister interface {
	ListUsers(context.Context, mgmt.ListQuery) (mgmt.Page[mgmt.User], error)
}

// Overview serves the first page: numbers, health, what is worth tidying up, and
// what changed.
type Overview struct {
	API            OverviewAPI
	Users          UserLister
	Idle, Absolute time.Duration    // after which a session ends
	Now            func() time.Time // nil means time.Now
}

const (
	// patience is how long the page waits for a block. One that is slower says so.
	patience = 3 * time.Second

	recentChanges  = 8
	changesPerPage = 50
)

// asked is what one source answered, and how long it took.
type asked[T any] struct {
	value T
	err   error
	took  time.Duration
}

// ask calls a source in the background. What comes back is good after wait.
func ask[T any](ctx context.Context, all *sync.WaitGroup, call func(context.Context) (T, error)) *asked[T] {
	out := &asked[T]{}
	all.Go(func() {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		start := time.Now()
		out.value, out.err = call(ctx)
		out.took = time.Since(start)
	})
	return out
}

// sources is everything that the overview is made of.
type sources struct {
	counts   *asked[authz.Counts]
	findings *asked[authz.TenantFindings]
	changes  *asked[authz.Changes]
	users    *asked[mgmt.Page[mgmt.User]]
	doubled  *asked[mgmt.Page[mgmt.User]]
}

// Show shows the overview. A source that fails leaves its own block empty, and
// says why; only a session that is over ends the page.
func (h Overview) Show(c echo.Context) error {
	ctx := c.Request().Context()
	var all sync.WaitGroup
	s := sources{
		counts:   ask(ctx, &all, h.API.Counts),
		findings: ask(ctx, &all, h.API.Findings),
		changes: ask(ctx, &all, func(ctx context.Context) (authz.Changes, error) {
			return h.API.Changes(ctx, authz.ChangeQuery{PerPage: recentChanges})
		}),
		users: ask(ctx, &all, func(ctx context.Context) (mgmt.Page[mgmt.User], error) {
			return h.Users.ListUsers(ctx, mgmt.ListQuery{PerPage: 1})
		}),
		doubled: ask(ctx, &all, func(ctx context.Context) (mgmt.Page[mgmt.User], error) {
			return h.Users.ListUsers(ctx, mgmt.ListQuery{PerPage: 1, Finding: redundantPermissions})
		}),
	}
	all.Wait()
	for _, err := range []error{s.counts.err, s.findings.err, s.changes.err, s.users.err, s.doubled.err} {
		if upstream.StatusOf(err) == http.StatusUnauthorized {
			return err
		}
	}
	at := now(h.Now)
	return views.Serve(c.Response(), c.Request(), http.StatusOK, views.OverviewPage(layout(c, "Overview", urls.Home), views.Overview{
		Numbers:  h.numbers(ctx, s),
		Findings: tidying(s),
		Changes:  changeList(s.changes.value, s.changes.err, at),
		Health:   health(s),
		Session:  h.session(session.From(ctx), at),
		New:      Groups{}.newGroup(c),
	}))
}
