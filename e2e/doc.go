// Package e2e tests the program as people use it: it builds cmd/trellis, starts
// it with the sample organisation, and drives a real browser, with and without
// JavaScript.
//
// It owns the scenarios; the folder page says how each page is used. It imports
// nothing of the program, so it sees what a stranger sees. Each test works on
// people and groups of its own, so their order does not matter.
//
//	go test ./e2e                      all of it
//	go test ./e2e -run TestGroups      some of it
//	E2E_HEADED=1 go test ./e2e         with a window to watch
//	E2E_SLOW=4 go test ./e2e           with pages that are four times slower
//	go test -short ./...               without it
//
// Pictures of every page, and a trace of each failure, are left in artifacts.
package e2e
