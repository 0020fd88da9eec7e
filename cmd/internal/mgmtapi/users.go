package mgmtapi

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"trellis/cmd/internal/directory"
	"trellis/cmd/internal/store"
)

// GET /users
func (a *api) listUsers(c *call) error {
	w := c.window()
	match, err := directory.Search(c.query.Get("q"))
	if err != nil {
		return badQuery("q: " + err.Error())
	}
	if c.query.Get("finding") != "" { // the contract knows one
		match = store.All(slices.DeleteFunc([]store.UserMatch{match, store.HoldsTwice{}}, func(m store.UserMatch) bool { return m == nil }))
	}
	field, direction, _ := strings.Cut(c.query.Get("sort"), ":")
	query := store.UserQuery{Match: match, Sort: store.UserField(field), Descending: direction == "-1", Offset: w.offset, Limit: w.limit}

	var users []store.User
	var total int
	err = a.store.View(c.Request().Context(), func(tx *store.Tx) (err error) {
		users, total, err = tx.FindUsers(c.Request().Context(), query)
		return err
	})
	if err != nil {
		return err
	}
	shown := make([]map[string]any, len(users))
	for i, u := range users {
		shown[i] = c.chosen(directory.Shown(u.Profile))
	}
	if !w.totals {
		return c.JSON(http.StatusOK, shown)
	}
	return c.JSON(http.StatusOK, map[string]any{
		"start": w.offset, "limit": w.limit, "length": len(shown), "total": total, "users": shown,
	})
}

// GET /users/{id}
func (a *api) user(c *call) error {
	var u store.User
	err := a.store.View(c.Request().Context(), func(tx *store.Tx) (err error) {
		u, err = tx.User(c.Request().Context(), c.id)
		return err
	})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, c.chosen(directory.Shown(u.Profile)))
}

// POST /users
func (a *api) createUser(c *call) error {
	var in userInput
	if err := c.decode(&in); err != nil {
		return err
	}
	ctx := c.Request().Context()
	var u store.User
	err := a.store.Update(ctx, func(tx *store.Tx) error {
		connection, err := tx.ConnectionNamed(ctx, in.Connection)
		if err != nil {
			return err
		}
		if err := a.checkPassword(in, connection); err != nil {
			return err
		}
		if u, err = in.user(connection); err != nil {
			return err
		}
		if _, err := tx.User(ctx, u.UserID); err == nil {
			return userExists()
		}
		if err := free(tx, c, u); err != nil {
			return err
		}
		if err := tx.PutUser(ctx, u); err != nil {
			return err
		}
		u, err = tx.User(ctx, u.UserID)
		return err
	})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, directory.Shown(u.Profile))
}

// PATCH /users/{id}
func (a *api) updateUser(c *call) error {
	var patch map[string]any
	if err := c.decode(&patch); err != nil {
		return err
	}
	ctx := c.Request().Context()
	var u store.User
	err := a.store.Update(ctx, func(tx *store.Tx) (err error) {
		if u, err = tx.User(ctx, c.id); err != nil {
			return err
		}
		if u.Profile, err = patched(u.Profile, patch); err != nil {
			return err
		}
		if _, ok := patch["email"]; ok {
			if err := free(tx, c, u); err != nil {
				return err
			}
		}
		if err := tx.PutUser(ctx, u); err != nil {
			return err
		}
		u, err = tx.User(ctx, c.id)
		return err
	})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, directory.Shown(u.Profile))
}

// DELETE /users/{id}
func (a *api) deleteUser(c *call) error {
	ctx := c.Request().Context()
	err := a.store.Update(ctx, func(tx *store.Tx) error { return tx.DeleteUser(ctx, c.id) })
	if _, gone := errors.AsType[*store.NotFoundError](err); err != nil && !gone {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// free refuses an email that somebody else of the connection has.
func free(tx *store.Tx, c *call, u store.User) error {
	email, _ := u.Profile["email"].(string)
	if email == "" {
		return nil
	}
	taken, err := tx.EmailTaken(c.Request().Context(), email, u.Connection(), u.UserID)
	if err != nil {
		return err
	}
	if taken {
		return userExists()
	}
	return nil
}
