package views

import (
	"strings"
	"unicode"

	"trellis/views/urls"
)

// Layout is what a page shows around its content.
type Layout struct {
	Title string
	Nav   string // the address in the navigation that the page belongs to, such as urls.Groups
	User  User   // zero when nobody is signed in
	Theme string // "light" or "dark"; anything else follows the system
	Here  string // the page's own address, to come back to
	Flash []Message
}

// User is the person who is signed in.
type User struct {
	Name, Email string
	Access      string // what the person may do, in a few words
}

// Message tells how an action went.
type Message struct {
	Kind        string // Good, Bad or Warn
	Title, Text string
}

// Kinds of a message, a note, a tag and a button.
const (
	Good    = "good"
	Bad     = "bad"
	Warn    = "warn"
	Via     = "via"
	Direct  = "direct"
	Primary = "pri"
)

// Link is a place with its name.
type Link struct{ Label, URL string }

// navEntry is one line of the navigation.
type navEntry struct{ icon, label, url string }

// navigation is the places that the frame of every page links to.
func navigation() []navEntry {
	return []navEntry{
		{"overview", "Overview", urls.Home},
		{"users", "Users", urls.Users},
		{"groups", "Groups", urls.Groups},
		{"roles", "Roles", urls.Roles},
		{"permissions", "Permissions", urls.Permissions},
		{"path", "Path finder", urls.Paths},
		{"braces", "API explorer", urls.Explorer},
		{"settings", "Configuration", urls.Configuration},
	}
}

// themeOf is theme, when it is one that the style sheet knows.
func themeOf(theme string) string {
	if theme == "light" || theme == "dark" {
		return theme
	}
	return "system"
}

// initials stand for a person's picture: the first letters of the first and the
// last word of the name.
func initials(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) })
	switch len(words) {
	case 0:
		return "?"
	case 1:
		return firstLetter(words[0])
	default:
		return firstLetter(words[0]) + firstLetter(words[len(words)-1])
	}
}

// firstLetter is the first letter of word with the marks that belong to it.
func firstLetter(word string) string {
	runes := []rune(word)
	end := 1
	for end < len(runes) && unicode.IsMark(runes[end]) {
		end++
	}
	return strings.ToUpper(string(runes[:end]))
}

// tint picks one of the six colours of an avatar, the same for a name each time.
func tint(name string) string {
	var sum uint32 = 7
	for _, r := range name {
		sum = sum*31 + uint32(r)
	}
	return "a" + string(rune('0'+sum%6))
}

// personName is what to call u, whatever the provider told of them.
func personName(u User) string {
	if u.Name != "" {
		return u.Name
	}
	return u.Email
}

// signedIn reports whether l is the frame of somebody's page.
func (l Layout) signedIn() bool { return personName(l.User) != "" }
