// Package bulk owns changes of many things at once: what becomes of each line of
// a list, and the long work of doing it in parts. A job goes on without its
// browser, waits when an API asks for it, says which lines failed, and can be
// stopped and taken up again by the person who began it, after signing in anew
// too. Nobody else sees it.
//
// It decides nothing about rights: every part is sent with the person's own token
// to the APIs, which decide. It renders nothing.
package bulk
