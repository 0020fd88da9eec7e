package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/session"
)

// ConfirmRotateKey says what ends with the key of the policy call, and asks.
func (h Configuration) ConfirmRotateKey(c echo.Context) error {
	cfg, err := h.API.Configuration(c.Request().Context())
	if err != nil {
		return err
	}
	first := cfg.APIKey == ""
	s := views.Sheet{
		Title:   "Rotate the API key?",
		Crumbs:  keyCrumbs(),
		Text:    "Sign-ins that use the key stop getting anything until they have the new one.",
		Action:  urls.APIKey,
		Back:    urls.Configuration,
		Submit:  "Rotate key",
		Icon:    "refresh",
		Danger:  true,
		Refusal: needs(c, session.Authorization, updateConfiguration),
	}
	if first {
		s.Title, s.Text, s.Submit, s.Danger = "Make an API key?", "A login Action needs it to ask what a user may do.", "Make a key", false
	}
	return sheet(c, http.StatusOK, urls.Configuration, s, views.APIKeyRotation(first))
}

// RotateKey makes a new key, and shows it in the answer and nowhere else: not in
// an address, not in a message of the session, not in a log.
func (h Configuration) RotateKey(c echo.Context) error {
	key, err := h.API.RotateAPIKey(c.Request().Context())
	if err != nil {
		return err
	}
	s := views.Sheet{
		Title:  "The new API key",
		Crumbs: keyCrumbs(),
		Text:   "The key before it opens nothing any more.",
		Back:   urls.Configuration,
		Leave:  "Done",
	}
	l := layout(c, s.Title, urls.Configuration)
	return answer(c, http.StatusOK, views.SheetPage(l, s, views.NewAPIKey(key)), parts{"dialog": views.NewAPIKeyDialog(s, key)})
}

func keyCrumbs() []views.Link {
	return []views.Link{{Label: "Configuration", URL: urls.Configuration}, {Label: "API key"}}
}
