package request

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// hint is how long an answer asks to wait before the next request; 0 if it doesn't.
//
// Retry-After is HTTP's, in seconds or as a date. The others are Alibaba Cloud's, in
// milliseconds: x-acs-retry-after is what the vendor's libraries read today,
// X-RateLimit-User-API and X-RateLimit-User ("Limit:1,Remain:0,TimeLeft:2000") what
// they read before. Where there are several the longest counts.
func (a Answer) hint(now time.Time) time.Duration {
	longest := retryAfter(a.Header, now)
	longest = max(longest, amount(a.Header.Get("X-Acs-Retry-After"), time.Millisecond))
	for _, name := range [...]string{"X-Ratelimit-User-Api", "X-Ratelimit-User"} {
		for field := range strings.SplitSeq(a.Header.Get(name), ",") {
			if key, value, _ := strings.Cut(field, ":"); strings.TrimSpace(key) == "TimeLeft" {
				longest = max(longest, amount(value, time.Millisecond))
			}
		}
	}
	return longest
}

// retryAfter reads the standard header. A date is compared with the server's own clock
// where it tells it, as the local one may be off.
func retryAfter(header http.Header, now time.Time) time.Duration {
	value := header.Get("Retry-After")
	until, err := http.ParseTime(value)
	if err != nil {
		return amount(value, time.Second)
	}
	if date, err := http.ParseTime(header.Get("Date")); err == nil {
		now = date
	}
	return max(0, until.Sub(now))
}

// amount reads a number of units. What is no positive number is no hint; what is
// beyond any sense is a year.
func amount(value string, unit time.Duration) time.Duration {
	n, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil || n <= 0 || math.IsNaN(n) {
		return 0
	}
	const year = 365 * 24 * time.Hour
	return time.Duration(min(n*float64(unit), float64(year)))
}
