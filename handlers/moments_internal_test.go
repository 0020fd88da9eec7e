package handlers

import (
	"testing"
	"time"
)

func TestMoment(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	for stamp, want := range map[string]string{
		"":                         "Never",
		"2026-11-23T08:59:30.000Z": "Just now",
		"2026-11-23T08:59:00.000Z": "1 minute ago",
		"2026-11-23T08:00:00Z":     "1 hour ago",
		"2026-11-22T10:00:00Z":     "23 hours ago",
		"2026-11-22T09:00:00Z":     "1 day ago",
		"2026-11-23T09:30:00Z":     "In the future",
		"2026-11-02T09:00:00Z":     "3 weeks ago",
		"2026-06-23T09:00:00Z":     "5 months ago",
		"2020-01-01T00:00:00Z":     "6 years ago",
		"yesterday, about noon":    "yesterday, about noon",
	} {
		if got := moment(stamp, now).Text; got != want {
			t.Errorf("%q is %q, want %q", stamp, got, want)
		}
	}
}
