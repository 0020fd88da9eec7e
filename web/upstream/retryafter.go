package upstream

import (
	"net/http"
	"strconv"
	"time"
)

// Bounds of what an API may ask for: a wait below would be a storm, one above is
// more likely a mistake than a plan.
const (
	minWait = 100 * time.Millisecond
	maxWait = time.Minute
)

// now is the time against which the dates of an answer are read.
func now() time.Time { return time.Now() }

// retryAfter is how long h asks to wait: Retry-After in seconds or as a date, or
// Auth0's x-ratelimit-reset. False means that it does not say.
func retryAfter(h http.Header, now time.Time) (time.Duration, bool) {
	if v := h.Get("Retry-After"); v != "" {
		if n, err := strconv.ParseInt(v, 10, 64); err == nil {
			return clamp(n), true
		}
		if at, err := http.ParseTime(v); err == nil {
			return clamp(int64(at.Sub(now) / time.Second)), true
		}
	}
	if epoch, err := strconv.ParseInt(h.Get("X-RateLimit-Reset"), 10, 64); err == nil {
		return clamp(epoch - now.Unix()), true
	}
	return 0, false
}

func clamp(seconds int64) time.Duration {
	// Compared as seconds: 10^18 of them overflow a Duration.
	switch {
	case seconds <= 0:
		return minWait
	case seconds >= int64(maxWait/time.Second):
		return maxWait
	}
	return time.Duration(seconds) * time.Second
}
