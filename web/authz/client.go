package authz

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"trellis/web/upstream"
)

// Client calls an Authorization API. It is safe for concurrent use.
type Client struct{ api *upstream.Client }

// New makes a client of the API at base, which ends in "/api".
func New(base string, hc *http.Client) (*Client, error) {
	api, err := upstream.New(base, hc)
	if err != nil {
		return nil, fmt.Errorf("authorization API: %w", err)
	}
	return &Client{api: api}, nil
}

// Address is where the API is, without a slash at its end.
func (c *Client) Address() string { return c.api.Address() }

// Page is a part of a list, and how many records the whole of it has.
type Page[T any] struct {
	Items []T
	Total int
}

// list asks for a page of the collection called name.
func list[T record](ctx context.Context, c *Client, name string, q ListQuery) (Page[T], error) {
	values := q.values()
	values.Set("include_totals", "true")
	var out collection[T]
	if err := c.get(ctx, []string{name}, values, &out); err != nil {
		return Page[T]{}, err
	}
	items := out.items()
	return Page[T]{Items: items, Total: out.Total}, upstream.CheckList(items, keyOf)
}

// collection is the answer of a list: its records stand under its name.
type collection[T any] struct {
	Groups      []T `json:"groups"`
	Roles       []T `json:"roles"`
	Permissions []T `json:"permissions"`
	Total       int `json:"total"`
}

func (c collection[T]) items() []T {
	switch {
	case c.Groups != nil:
		return c.Groups
	case c.Roles != nil:
		return c.Roles
	default:
		return c.Permissions
	}
}

func (c *Client) get(ctx context.Context, path []string, query url.Values, out any) error {
	_, err := c.api.Call(ctx, upstream.Request{Method: http.MethodGet, Path: path, Query: query}, out)
	return err
}

// records asks for a list that comes as an array.
func records[T record](ctx context.Context, c *Client, path []string, query url.Values) ([]T, error) {
	var out []T
	if err := c.get(ctx, path, query, &out); err != nil {
		return nil, err
	}
	return out, upstream.CheckList(out, keyOf)
}

func (c *Client) patch(ctx context.Context, path []string, body any) error {
	_, err := c.api.Call(ctx, upstream.Request{Method: http.MethodPatch, Path: path, Body: body}, nil)
	return err
}

func (c *Client) remove(ctx context.Context, path []string, ids []string) error {
	_, err := c.api.Call(ctx, upstream.Request{Method: http.MethodDelete, Path: path, Body: ids}, nil)
	return err
}
