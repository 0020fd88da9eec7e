package handlers

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"trellis/views/urls"
)

// opened is the ids of all that is open, each once, after those in found.
func opened(open []urls.Branch, found []string) []string {
	for _, b := range open {
		if !slices.Contains(found, b.ID) {
			found = append(found, b.ID)
		}
		found = opened(b.Open, found)
	}
	return found
}

// withWay is open with everything on the way open too, except for where it ends.
func withWay(open []urls.Branch, way []string) []urls.Branch {
	if len(way) < 2 {
		return open
	}
	return changed(open, way[:len(way)-1], func(*urls.Branch) {})
}

// changed is a copy of open in which the branch at the end of way is open, and
// changed.
func changed(open []urls.Branch, way []string, change func(*urls.Branch)) []urls.Branch {
	if len(way) == 0 {
		return open
	}
	open = slices.Clone(open)
	at := slices.IndexFunc(open, func(b urls.Branch) bool { return b.ID == way[0] })
	if at < 0 {
		open = append(open, urls.Branch{ID: way[0]})
		at = len(open) - 1
	}
	if len(way) == 1 {
		change(&open[at])
	}
	open[at].Open = changed(open[at].Open, way[1:], change)
	return open
}

// closed is a copy of open without the branch at the end of way.
func closed(open []urls.Branch, way []string) []urls.Branch {
	at := slices.IndexFunc(open, func(b urls.Branch) bool { return len(way) > 0 && b.ID == way[0] })
	if at < 0 {
		return open
	}
	open = slices.Clone(open)
	if len(way) == 1 {
		return slices.Delete(open, at, at+1)
	}
	open[at].Open = closed(open[at].Open, way[1:])
	return open
}

// atMost is the first n of ids, each once.
func atMost(n int, ids []string) []string {
	var out []string
	for _, id := range ids {
		if len(out) < n && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// pageNumber is the page of a query, at least 1.
func pageNumber(q url.Values) int {
	n, _ := strconv.Atoi(q.Get("page"))
	return min(max(n, 1), 1_000_000)
}

// groupOfNested is the group whose nested groups are at an address; empty when it
// leads elsewhere.
func groupOfNested(u *url.URL) string {
	part, ok := strings.CutPrefix(u.EscapedPath(), urls.Groups+"/")
	if !ok {
		return ""
	}
	part, ok = strings.CutSuffix(part, "/nested")
	id, err := url.PathUnescape(part)
	if !ok || err != nil || strings.Contains(part, "/") {
		return ""
	}
	return id
}
