package request

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// retryAfter is how long a response says to wait before the next request; 0: it does not say.
//
// Retry-After is HTTP's, in seconds or as a date. The others are Alibaba Cloud's, in
// milliseconds: its libraries read X-Acs-Retry-After, and older ones X-RateLimit-User-API and
// X-RateLimit-User ("Limit:1,Remain:0,TimeLeft:2000"). The longest counts.
func retryAfter(header http.Header, now time.Time) time.Duration {
	longest := parseWait(header.Get("Retry-After"), time.Second)
	if until, err := http.ParseTime(header.Get("Retry-After")); err == nil {
		if date, err := http.ParseTime(header.Get("Date")); err == nil {
			now = date // the server's clock, as until is
		}
		longest = until.Sub(now)
	}
	longest = max(longest, parseWait(header.Get("X-Acs-Retry-After"), time.Millisecond))
	for field := range strings.SplitSeq(header.Get("X-Ratelimit-User-Api")+","+header.Get("X-Ratelimit-User"), ",") {
		if value, ok := strings.CutPrefix(strings.TrimSpace(field), "TimeLeft:"); ok {
			longest = max(longest, parseWait(value, time.Millisecond))
		}
	}
	return longest
}

// parseWait reads a number of units, at most a year. Anything but a number is 0.
func parseWait(value string, unit time.Duration) time.Duration {
	const year = 365 * 24 * time.Hour
	n, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil || math.IsNaN(n) {
		return 0
	}
	return time.Duration(min(max(0, n*float64(unit)), float64(year)))
}
