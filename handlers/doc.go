// Package handlers serves the dashboard's pages: it reads a request, asks the
// APIs, words what came back, and chooses the view. It returns its errors, and
// package web answers them. It holds no SQL and no HTML, and it decides nothing
// about rights: controls are drawn after the person's scopes, and the APIs judge.
package handlers
