package handlers

import (
	"errors"
	"strings"

	"github.com/labstack/echo/v4"

	"trellis/web/session"
	"trellis/web/upstream"
)

// giveRoles is the scopes of which one lets a person give roles to users and take them
// away. By way of a group nobody gives a role without one of them either.
const giveRoles = "update:roles update:users"

// firstOf is the first of several scopes, for a text that names one.
func firstOf(scopes string) string {
	first, _, _ := strings.Cut(scopes, " ")
	return first
}

// notGiven is why an API refuses to give somebody what the person could not give
// directly, or "" when err is something else.
func notGiven(err error) string {
	if refusal, ok := errors.AsType[*upstream.Error](err); ok && refusal.NotGiven() {
		return refusal.Message
	}
	return ""
}

// byGroup is text about what a group gives, and what it takes to give that when the
// person has not got it. Whether a group gives roles the API finds out.
func byGroup(c echo.Context, text string) string {
	if needs(c, session.Authorization, giveRoles) == "" {
		return text
	}
	return text + " If that gives roles, it needs update:roles or update:users, which your role does not include."
}
