// Package web is the dashboard's server: everything between the socket and the
// handlers. It owns the route table, what a route asks of its user, the
// middleware around it, and how every error is answered.
//
// What a page holds is left to handlers and views, signing in to web/login, and
// what a browser is remembered by to web/session.
package web
