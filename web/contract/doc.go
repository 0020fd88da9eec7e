// Package contract reads an OpenAPI document into what a person wants to know of
// an API: its operations by section, what each takes and answers, and which scopes
// it asks for, in words. It checks no requests and makes none, and it knows no page.
package contract
