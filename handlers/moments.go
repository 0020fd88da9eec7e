package handlers

import (
	"fmt"
	"time"

	"trellis/views"
)

// now is what clock says; a nil clock is that of the machine.
func now(clock func() time.Time) time.Time {
	if clock == nil {
		return time.Now()
	}
	return clock()
}

// moment words the time stamp of an API as seen from now. The words need no time
// zone, which the server could only guess; the exact time names its own.
func moment(stamp string, now time.Time) views.Moment {
	if stamp == "" {
		return views.Moment{Text: "Never"}
	}
	t, err := time.Parse(time.RFC3339, stamp)
	if err != nil {
		return views.Moment{Text: stamp}
	}
	return views.Moment{
		Text:    ago(now.Sub(t)),
		Exact:   t.UTC().Format("2 January 2006, 15:04 UTC"),
		Machine: t.UTC().Format(time.RFC3339),
	}
}

// ago words how long ago something was.
func ago(d time.Duration) string {
	const day = 24 * time.Hour
	of := func(unit time.Duration, noun string) string { return count(int(d/unit), noun) + " ago" }
	switch {
	case d < -time.Minute:
		return "In the future"
	case d < time.Minute:
		return "Just now"
	case d < time.Hour:
		return of(time.Minute, "minute")
	case d < day:
		return of(time.Hour, "hour")
	case d < 14*day:
		return of(day, "day")
	case d < 60*day:
		return of(7*day, "week")
	case d < 730*day:
		return of(30*day, "month")
	default:
		return fmt.Sprintf("%d years ago", int(d/(365*day)))
	}
}
