package page

import (
	"net/url"
)

// Users is the list of users.
type Users struct{ List }

// OpenUsers goes to the list of users.
func OpenUsers(b Tab) Users {
	b.t.Helper()
	b.Goto("/users")
	b.Headed("Users")
	return Users{List{b}}
}

// User is the page of one user: its tabs.
type User struct{ List }

// OpenUser goes to the page of the user with id.
func OpenUser(b Tab, id string) User {
	b.t.Helper()
	b.Goto("/users/" + url.PathEscape(id))
	return User{List{b}}
}

// Turn turns to the tab called name.
func (u User) Turn(name string) User {
	u.t.Helper()
	turn(u.Tab, name)
	return u
}

// AddPermissions opens the picker of an API's permissions.
func (u User) AddPermissions(api string) Picker {
	u.t.Helper()
	u.Follow("Add permissions")
	p := Picker{u.Tab, "Add permissions"}
	p.chooseAPI(api)
	return p
}

// TurnOnRBAC uses the switch of the notice about api, and confirms.
func (u User) TurnOnRBAC() {
	u.t.Helper()
	u.Follow("Turn on RBAC")
	u.press("Turn on RBAC")
}
