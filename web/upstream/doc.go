// Package upstream owns how the dashboard speaks to the two APIs of a tenant:
// the session's token on each request, limits of time and size, what is tried
// again, and every failure as one typed Error.
//
// It knows no resource: web/authz and web/mgmt say what is asked for. It words
// errors for people but renders none.
package upstream
