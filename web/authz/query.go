package authz

import (
	"net/url"
	"strconv"
	"strings"
)

// ListQuery says which part of a list to return. Its zero value asks for what
// the API returns by itself.
type ListQuery struct {
	Search  string   // in names and descriptions; of users also in emails and ids
	Of      string   // of roles and permissions: only those of this application
	Finding string   // only those that it is about; not every tenant knows it
	Page    int      // counts from 0
	PerPage int      // 0 leaves it to the API
	Sort    string   // a field and a direction, such as "name:1" or "member_count:-1"
	Fields  []string // only these fields of each record; nil means all

	// Of ListUsers only: the ids of a group that the users are directly in, and of
	// a role that they hold directly. Empty means any.
	Group, Role string

	// Of holders only: the kind of source that they have it by; and no other one.
	Source string
	Only   bool
}

func (q ListQuery) values() url.Values {
	v := url.Values{}
	if q.Search != "" {
		v.Set("q", q.Search)
	}
	if q.Of != "" {
		v.Set("application", q.Of)
	}
	if q.Finding != "" {
		v.Set("finding", q.Finding)
	}
	if q.PerPage > 0 {
		v.Set("page", strconv.Itoa(q.Page))
		v.Set("per_page", strconv.Itoa(q.PerPage))
	}
	if q.Sort != "" {
		v.Set("sort", q.Sort)
	}
	if q.Group != "" {
		v.Set("group", q.Group)
	}
	if q.Role != "" {
		v.Set("role", q.Role)
	}
	if q.Source != "" {
		v.Set("source", q.Source)
	}
	if q.Only {
		v.Set("only", "true")
	}
	if len(q.Fields) > 0 {
		v.Set("fields", strings.Join(q.Fields, ","))
	}
	return v
}

// fromOne is q for the lists of users, whose pages the API counts from 1.
func (q ListQuery) fromOne() url.Values {
	q.Page++
	v := q.values()
	if q.PerPage == 0 && q.Page > 1 {
		v.Set("page", strconv.Itoa(q.Page))
	}
	return v
}
