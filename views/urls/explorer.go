package urls

import (
	"net/url"
	"strings"
)

// Patterns of the pages of the API explorer.
const (
	Explorer  = "/explorer"
	Operation = "/explorer/:api/:id"
)

// OperationView is an operation of an API, how it is looked at, and what it is asked
// with.
type OperationView struct {
	API, ID  string // no ID is the explorer without an operation
	Search   string // what the list of operations is narrowed to
	Language string // of the code; empty is the first one
	Values   map[string]string
	Send     bool // it is asked now
}

// ToOperation is the page of an operation.
func ToOperation(api, id string) string { return OperationView{API: api, ID: id}.To() }

// ToExplored is where the explorer begins with an API.
func ToExplored(api string) string { return Explorer + "#" + url.PathEscape(api) }

// Field is what a form calls the value of a parameter: the page has names of its own.
func Field(parameter string) string { return "p." + parameter }

// Page is the page of the operation without anything else.
func (v OperationView) Page() string {
	if v.ID == "" {
		return Explorer
	}
	return of(strings.Replace(Operation, ":api", url.PathEscape(v.API), 1), v.ID)
}

// To is the address of v.
func (v OperationView) To() string {
	send := ""
	if v.Send {
		send = "1"
	}
	pairs := []string{"q", v.Search, "lang", v.Language, "send", send}
	for name, value := range v.Values {
		pairs = append(pairs, Field(name), value)
	}
	return with(v.Page(), pairs...)
}
