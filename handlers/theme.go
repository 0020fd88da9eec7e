package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"trellis/views/urls"
)

// themeCookie remembers the colours that a browser wants. The script sets it
// too, so it is no HttpOnly cookie; it tells nothing about a person.
const themeCookie = "theme"

// Theme remembers the colours that the person chose, and goes back to the page.
// Browsers with script never ask for it.
func Theme(c echo.Context) error {
	value := c.FormValue("theme")
	if value != "light" && value != "dark" {
		value = "system"
	}
	c.SetCookie(&http.Cookie{
		Name: themeCookie, Value: value, Path: "/", MaxAge: 365 * 24 * 60 * 60,
		SameSite: http.SameSiteLaxMode, Secure: c.Scheme() == "https",
	})
	here := c.FormValue("here")
	if !urls.Local(here) {
		here = urls.Home
	}
	return seeOther(c, here)
}

// theme is the colours that the browser wants.
func theme(c echo.Context) string {
	cookie, err := c.Cookie(themeCookie)
	if err != nil {
		return ""
	}
	return cookie.Value
}
