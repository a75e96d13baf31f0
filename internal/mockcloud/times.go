package mockcloud

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

const (
	hour = time.Hour
	day  = 24 * time.Hour
)

// timeForm is how an API writes a point in time.
type timeForm int

const (
	epochMillis timeForm = iota // 1583740896000
	localTime                   // "2026-01-04 17:30:30", in the item's time_zone
	offsetTime                  // "2026-01-04T17:30:30+0800", in the item's time_zone
)

const offsetLayout = "2006-01-02T15:04:05-0700"

// in returns a point in time in this form.
func (f timeForm) in(t time.Time, zone *time.Location) any {
	switch f {
	case localTime:
		return t.In(zone).Format(time.DateTime)
	case offsetTime:
		return t.In(zone).Format(offsetLayout)
	default:
		return millis(t)
	}
}

// millis is a point in time in epoch milliseconds. The second is whole, as in
// the clouds' own answers.
func millis(t time.Time) int64 { return t.Truncate(time.Second).UnixMilli() }

// zoneOf reads a time zone like "UTC" or "UTC+08:00". "" is UTC.
func zoneOf(name string) (*time.Location, error) {
	if name == "" || name == "UTC" {
		return time.UTC, nil
	}
	t, err := time.Parse("UTC-07:00", name)
	if err != nil {
		return nil, fmt.Errorf(`%q is not a time zone such as "UTC" or "UTC+08:00"`, name)
	}
	return t.Location(), nil
}

var durationForm = regexp.MustCompile(`^[+-]?(?:\d+d(?:[0-9.]+(?:h|ms?|s))*|(?:[0-9.]+(?:h|ms?|s))+)$`)

// relativeTime reads "-26h" or "+1d12h": a sign, days, and Go's durations.
// relative is false for a string that is no duration at all.
func relativeTime(s string) (offset time.Duration, relative bool, err error) {
	if s == "" || !durationForm.MatchString(s) {
		return 0, false, nil
	}
	if s[0] != '+' && s[0] != '-' {
		return 0, true, fmt.Errorf("the relative time %q needs a sign: -%s is before now, +%s after it", s, s, s)
	}
	rest := s[1:]
	if days, hours, found := strings.Cut(rest, "d"); found {
		count, err := strconv.Atoi(days)
		if err != nil || count > 100_000 {
			return 0, true, fmt.Errorf("the relative time %q is too long", s)
		}
		offset, rest = time.Duration(count)*day, hours
	}
	if rest != "" {
		duration, err := time.ParseDuration(rest)
		if err != nil {
			return 0, true, fmt.Errorf("%q is not a relative time such as -26h or -1d12h", s)
		}
		offset += duration
	}
	if s[0] == '-' {
		offset = -offset
	}
	return offset, true, nil
}
