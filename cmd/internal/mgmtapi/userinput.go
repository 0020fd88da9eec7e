package mgmtapi

import (
	"cmp"
	"crypto/rand"
	"encoding/hex"
	"maps"
	"net/http"
	"slices"
	"strings"

	"trellis/cmd/internal/store"
)

// userInput is the body that creates a user.
type userInput struct {
	Connection    string         `json:"connection"`
	UserID        string         `json:"user_id"`
	Email         string         `json:"email"`
	EmailVerified bool           `json:"email_verified"`
	Username      string         `json:"username"`
	PhoneNumber   string         `json:"phone_number"`
	PhoneVerified *bool          `json:"phone_verified"`
	Name          string         `json:"name"`
	Nickname      string         `json:"nickname"`
	GivenName     string         `json:"given_name"`
	FamilyName    string         `json:"family_name"`
	Picture       string         `json:"picture"`
	Blocked       *bool          `json:"blocked"`
	UserMetadata  map[string]any `json:"user_metadata"`
	AppMetadata   map[string]any `json:"app_metadata"`

	// Password is checked and not kept: scripts that are written for Auth0 send
	// one, and nothing of this tenant would ever ask for it. People sign in to
	// the dashboard alone, with accounts that only the owner of the machine
	// makes; a hash of it would be of use to thieves only.
	Password *string `json:"password"`
}

// databases is the strategy of connections that keep their users themselves.
const databases = "auth0"

// user is the user to create in connection.
func (in userInput) user(connection store.Connection) (store.User, error) {
	switch {
	case in.Email == "" && connection.Strategy == databases:
		return store.User{}, badBody("Missing required property: email")
	case in.Email == "" && in.Username == "" && in.PhoneNumber == "":
		return store.User{}, badBody("one of email, username and phone_number is needed")
	}
	id := strings.TrimPrefix(in.UserID, connection.Strategy+"|")
	if id == "" {
		id = newID()
	}
	profile := in.profile()
	profile["identities"] = []any{map[string]any{
		"connection": connection.Name, "provider": connection.Strategy, "user_id": id, "isSocial": social(connection.Strategy),
	}}
	return store.User{UserID: connection.Strategy + "|" + id, Profile: profile}, nil
}

// checkPassword refuses a password that Auth0 would refuse too: where the users
// have theirs elsewhere, and where it is easy to guess.
func (a *api) checkPassword(in userInput, connection store.Connection) error {
	switch {
	case in.Password == nil:
		return nil
	case connection.Strategy != databases:
		return badBody(passwords)
	}
	if err := a.password(*in.Password); err != nil {
		return newProblem(http.StatusBadRequest, "", "PasswordStrengthError: "+err.Error())
	}
	return nil
}

// profile is what in tells, and the names that follow from it.
func (in userInput) profile() map[string]any {
	local, _, _ := strings.Cut(in.Email, "@")
	profile := map[string]any{}
	for name, value := range map[string]string{
		"email": in.Email, "username": in.Username, "phone_number": in.PhoneNumber, "picture": in.Picture,
		"given_name": in.GivenName, "family_name": in.FamilyName,
		"name":     cmp.Or(in.Name, in.Email, in.Username, in.PhoneNumber),
		"nickname": cmp.Or(in.Nickname, local, in.Username, in.PhoneNumber),
	} {
		if value != "" {
			profile[name] = value
		}
	}
	if in.Email != "" {
		profile["email_verified"] = in.EmailVerified
	}
	for name, value := range map[string]*bool{"phone_verified": in.PhoneVerified, "blocked": in.Blocked} {
		if value != nil {
			profile[name] = *value
		}
	}
	for name, value := range map[string]map[string]any{"user_metadata": in.UserMetadata, "app_metadata": in.AppMetadata} {
		if value != nil {
			profile[name] = value
		}
	}
	return profile
}

// newID is the part of a user's id that the tenant chooses.
func newID() string {
	b := make([]byte, 12)
	rand.Read(b) //nolint:errcheck // it never fails
	return hex.EncodeToString(b)
}

// social reports strategies of providers that anybody can have an account with.
func social(strategy string) bool {
	return slices.Contains([]string{"apple", "facebook", "github", "google-oauth2", "linkedin", "twitter", "windowslive"}, strategy)
}

// patched is profile with patch worked in. A null takes a member away; metadata
// is merged one level deep, and an empty one takes all of it away.
func patched(profile, patch map[string]any) (map[string]any, error) {
	out := maps.Clone(profile)
	delete(out, "updated_at") // the store says when
	for name, value := range patch {
		switch metadata, isObject := value.(map[string]any); {
		case name == "verify_email":
		case name == "connection":
			if !comesFrom(profile, value) {
				return nil, notPossible("The user does not come from that connection.")
			}
		case value == nil:
			delete(out, name)
		case isObject:
			out[name] = merged(out[name], metadata)
		default:
			out[name] = value
		}
	}
	return out, nil
}

func merged(was any, patch map[string]any) map[string]any {
	if len(patch) == 0 {
		return map[string]any{}
	}
	out := map[string]any{}
	if m, ok := was.(map[string]any); ok {
		out = maps.Clone(m)
	}
	for key, value := range patch {
		if value == nil {
			delete(out, key)
			continue
		}
		out[key] = value
	}
	return out
}

// comesFrom reports whether one of the profile's identities is of connection.
func comesFrom(profile map[string]any, connection any) bool {
	identities, _ := profile["identities"].([]any)
	return slices.ContainsFunc(identities, func(identity any) bool {
		m, _ := identity.(map[string]any)
		return m["connection"] == connection
	})
}
