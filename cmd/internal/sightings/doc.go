// Package sightings collects which groups identity providers send at sign-ins, so
// that a tenant can tell which of them no mapping covers and which mappings nothing
// ever matches.
//
// It owns when that is written down: never while somebody signs in. A name that is
// new on its day waits in memory until the next flush, and costs a look-up from then
// on. Who signed in it is not told, and does not keep.
package sightings
