package handlers

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/session"
	"trellis/web/upstream"
)

// AccessAPI is what the access of machines asks of the Authorization API.
type AccessAPI interface {
	ResourceServer(context.Context) (authz.ResourceServer, error)
	UpdateResourceServer(ctx context.Context, in authz.ResourceServer, ifMatch string) error
}

// APIAccess serves whether machines get tokens for the Authorization API, and
// what a program needs to know of it.
type APIAccess struct {
	API                       AccessAPI
	Address, Audience, Issuer string
}

// maxLifetime is the most seconds that a machine's token may live.
const maxLifetime = 2_592_000

// Show shows the settings.
func (h APIAccess) Show(c echo.Context) error {
	set, err := h.API.ResourceServer(c.Request().Context())
	if err != nil {
		return err
	}
	return h.show(c, http.StatusOK, accessForm(set))
}

func (h APIAccess) show(c echo.Context, status int, f views.APIAccessForm) error {
	f.URL, f.Audience, f.Issuer = h.Address, h.Audience, h.Issuer
	f.Refusal = needs(c, session.Authorization, updateAPIAccess)
	return showConfiguration(c, status, accessTab, views.APIAccessPart(f))
}

func accessForm(set authz.ResourceServer) views.APIAccessForm {
	f := views.APIAccessForm{On: set.APIAccess, Version: set.ETag}
	if set.TokenLifetime > 0 {
		f.Lifetime = strconv.Itoa(set.TokenLifetime)
	}
	return f
}

// Save changes the settings. When somebody else saved them since the form was
// drawn, the person sees both versions and chooses.
func (h APIAccess) Save(c echo.Context) error {
	ctx := c.Request().Context()
	form := views.APIAccessForm{
		On: c.FormValue("apiAccess") != "", Lifetime: strings.TrimSpace(c.FormValue("token_lifetime")), Version: c.FormValue("version"),
	}
	in, problem := accessInput(form)
	if problem != "" {
		form.Problems = map[string]string{"token_lifetime": problem}
		return h.show(c, http.StatusUnprocessableEntity, form)
	}
	err := h.API.UpdateResourceServer(ctx, in, form.Version)
	if upstream.StatusOf(err) == http.StatusPreconditionFailed {
		return h.conflict(c, form)
	}
	if problems := problemsOf(err); problems != nil {
		form.Problems = problems
		return h.show(c, http.StatusUnprocessableEntity, form)
	}
	if err != nil {
		return err
	}
	return moveOn(c, urls.APIAccess, "Changes saved", "")
}

// accessInput is form as the API takes it, or what is wrong with its lifetime.
func accessInput(form views.APIAccessForm) (in authz.ResourceServer, problem string) {
	in.APIAccess = form.On
	if form.Lifetime == "" {
		return in, ""
	}
	n, err := strconv.Atoi(form.Lifetime)
	if err != nil || n < 1 || n > maxLifetime {
		return in, "Type a whole number of seconds between 1 and 2,592,000."
	}
	in.TokenLifetime = n
	return in, ""
}

func (h APIAccess) conflict(c echo.Context, mine views.APIAccessForm) error {
	set, err := h.API.ResourceServer(c.Request().Context())
	if err != nil {
		return err
	}
	theirs := accessForm(set)
	keep := []views.Hidden{{Name: "version", Value: theirs.Version}, {Name: "token_lifetime", Value: mine.Lifetime}}
	if mine.On {
		keep = append(keep, views.Hidden{Name: "apiAccess", Value: "on"})
	}
	return sheet(c, http.StatusConflict, urls.Configuration, settingsConflict(urls.APIAccess, urls.APIAccess, keep),
		views.Versions(accessFacts(theirs, mine), accessFacts(mine, theirs)))
}

func accessFacts(f, other views.APIAccessForm) []views.Setting {
	return []views.Setting{
		{Label: "Machines get tokens", Value: onOff(f.On), Differs: f.On != other.On},
		{Label: "Token lifetime", Value: lifetime(f.Lifetime), Differs: f.Lifetime != other.Lifetime},
	}
}

func lifetime(seconds string) string {
	if seconds == "" {
		return "One day"
	}
	return seconds + " seconds"
}
