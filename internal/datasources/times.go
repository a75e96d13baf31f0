package datasources

import (
	"cmp"
	"fmt"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/apijson"
)

// instant is a point in time, or none.
type instant struct {
	at time.Time
	ok bool
}

// instantOf takes the results of a method Time of a value. A time that can't be read is none.
func instantOf(at time.Time, ok bool, err error) instant { return instant{at, ok && err == nil} }

// String is the time in RFC 3339; "" if there is none.
func (i instant) String() string {
	if !i.ok {
		return ""
	}
	return apijson.FormatTime(i.at)
}

// direction is that of an order. Items without the value are last in both.
type direction int

const (
	ascending  direction = 1
	descending direction = -1
)

// times compares two points in time.
func (d direction) times(a, b instant) int {
	if a.ok && b.ok {
		return int(d) * a.at.Compare(b.at)
	}
	return presentFirst(a.ok, b.ok)
}

// strings compares two strings.
func (d direction) strings(a, b apijson.String) int {
	if a.Valid && b.Valid {
		return int(d) * cmp.Compare(a.Value, b.Value)
	}
	return presentFirst(a.Valid, b.Valid)
}

func presentFirst(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// timeRange is a filter by time: from a time on, and strictly before another one. A nil
// bound is none.
type timeRange struct {
	fromArgument, beforeArgument string
	from, before                 *time.Time
}

func (a *arguments) timeRange(from, before string) timeRange {
	return timeRange{from, before, a.time(from), a.time(before)}
}

// contains is whether a time, which a method Time of a value returned, is in the range. A
// missing time is in none. One that can't be read is an error if there is a bound.
func (r timeRange) contains(at time.Time, ok bool, err error) (bool, error) {
	switch {
	case r.from == nil && r.before == nil:
		return true, nil
	case !ok:
		return false, nil
	case err != nil:
		argument := r.fromArgument
		if r.from == nil {
			argument = r.beforeArgument
		}
		return false, &argumentError{argument, fmt.Errorf("%s can't be applied: %w", argument, err)}
	}
	return (r.from == nil || !at.Before(*r.from)) && (r.before == nil || at.Before(*r.before)), nil
}
