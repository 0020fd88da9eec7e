package mgmt

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"trellis/web/upstream"
)

// Client calls a Management API. It is safe for concurrent use.
type Client struct{ api *upstream.Client }

// New makes a client of the API at base, which ends in "/api/v2".
func New(base string, hc *http.Client) (*Client, error) {
	api, err := upstream.New(base, hc)
	if err != nil {
		return nil, fmt.Errorf("management API: %w", err)
	}
	return &Client{api: api}, nil
}

// Address is where the API is, without a slash at its end.
func (c *Client) Address() string { return c.api.Address() }

// ListQuery asks for a part of a list.
type ListQuery struct {
	Search  string // what a person typed into the search box; see Find
	Field   Field  // of users: where Search looks; see FindIn
	Query   string // a search in the API's own syntax; Search wins over it
	Name    string // of roles: what is somewhere in the name
	Page    int    // counts from 0
	PerPage int    // 1 to 100; 0 leaves it to the API
	Sort    string // such as "name:1" or "last_login:-1"
	Finding string // of users: only those that it is about; not every tenant knows it
}

// Page is a part of a list, and how many records the whole of it has.
type Page[T any] struct {
	Items []T
	Total int
}

// pageOnly is which page q asks for, without what narrows or sorts the list.
func (q ListQuery) pageOnly() ListQuery { return ListQuery{Page: q.Page, PerPage: q.PerPage} }

func (q ListQuery) values() url.Values {
	values := url.Values{"include_totals": {"true"}, "page": {strconv.Itoa(q.Page)}}
	if q.PerPage > 0 {
		values.Set("per_page", strconv.Itoa(q.PerPage))
	}
	if q.Sort != "" {
		values.Set("sort", q.Sort)
	}
	if q.Search != "" {
		q.Query = FindIn(q.Field, q.Search)
	}
	if q.Query != "" {
		values.Set("q", q.Query)
	}
	if q.Finding != "" {
		values.Set("finding", q.Finding)
	}
	return values
}

const (
	// fullPage is the most that the API gives at once.
	fullPage = 100
	// maxPages bounds what a tenant can make us read of a list we want whole.
	maxPages = 50
)

// whole reads a list to its end, page by page.
func whole[T any](read func(ListQuery) (Page[T], error)) ([]T, error) {
	var out []T
	for page := range maxPages {
		part, err := read(ListQuery{Page: page, PerPage: fullPage})
		if err != nil {
			return nil, err
		}
		out = append(out, part.Items...)
		if len(part.Items) < fullPage || len(out) >= part.Total {
			return out, nil
		}
	}
	return nil, fmt.Errorf("the list has more than %d entries", maxPages*fullPage)
}

func (c *Client) get(ctx context.Context, path []string, query url.Values, out any) error {
	_, err := c.api.Call(ctx, upstream.Request{Method: http.MethodGet, Path: path, Query: query}, out)
	return err
}

func (c *Client) send(ctx context.Context, method string, path []string, body any) error {
	return c.exchange(ctx, method, path, body, nil)
}

func (c *Client) exchange(ctx context.Context, method string, path []string, body, out any) error {
	_, err := c.api.Call(ctx, upstream.Request{Method: method, Path: path, Body: body}, out)
	return err
}
