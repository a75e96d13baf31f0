package mockcloud

import (
	"cmp"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

const (
	hour = time.Hour
	day  = 24 * time.Hour
)

// offsetLayout is the form of times in "2026-01-04T17:30:30+0800".
const offsetLayout = "2006-01-02T15:04:05-0700"

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

var relativeForm = regexp.MustCompile(`^([+-]?)(?:(\d+)d)?((?:[0-9.]+(?:h|ms?|s))*)$`)

// relativeTime reads "-26h" or "+1d12h": a sign, days, and Go's durations.
// relative is false for a string that is no duration at all.
func relativeTime(s string) (offset time.Duration, relative bool, err error) {
	parts := relativeForm.FindStringSubmatch(s)
	if parts == nil || parts[2]+parts[3] == "" {
		return 0, false, nil
	}
	if parts[1] == "" {
		return 0, true, fmt.Errorf("the relative time %q needs a sign: -%s is before now, +%s after it", s, s, s)
	}
	days, err := strconv.ParseUint(cmp.Or(parts[2], "0"), 10, 16) // Enough, and without overflow.
	if err == nil {
		offset, err = time.ParseDuration(cmp.Or(parts[3], "0s"))
	}
	if err != nil {
		return 0, true, fmt.Errorf("%q is not a relative time such as -26h or -1d12h", s)
	}
	offset += time.Duration(days) * day
	if parts[1] == "-" {
		offset = -offset
	}
	return offset, true, nil
}

var timeNames = regexp.MustCompile(`(?:Time|Timestamp|ForRestore|_time)$|^(?:created|updated)$`)

// absolute returns an item with its relative times in the API's form. It reports
// the members that have none.
func (k *kind) absolute(item Item, now time.Time, report func(name string, err error)) Item {
	zone, zoneError := zoneOf(item.Get("time_zone"))
	encoded := rewrite(item.encoded, func(name string, _ int, value jsontext.Value) jsontext.Value {
		if value.Kind() != '"' || !timeNames.MatchString(name) {
			return value
		}
		offset, relative, err := relativeTime(stringOf(value))
		if !relative {
			return value
		}
		if err = cmp.Or(err, zoneError); err != nil {
			report(name, err)
			return value
		}
		at, layout := now.Add(offset).In(zone), k.layout
		switch {
		case layout == "":
			return encode(millis(at))
		case strings.HasSuffix(name, "_time"): // begin_time of a backup that has created.
			layout = offsetLayout
		}
		return encode(at.Format(layout))
	})
	return JSON(string(encoded))
}
