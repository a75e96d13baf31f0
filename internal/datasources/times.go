package datasources

import (
	"cmp"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/apijson"
)

// timeOf takes the results of a method Time of a value. The zero time is none, or one that
// can't be read.
func timeOf(at time.Time, ok bool, err error) time.Time {
	if !ok || err != nil {
		return time.Time{}
	}
	return at
}

// direction is that of an order. Items without the value are last in both.
type direction int

const (
	ascending  direction = 1
	descending direction = -1
)

// times compares two points in time.
func (d direction) times(a, b time.Time) int {
	return cmp.Or(missingLast(a.IsZero(), b.IsZero()), int(d)*a.Compare(b))
}

// strings compares two strings.
func (d direction) strings(a, b apijson.String) int {
	return cmp.Or(missingLast(!a.Valid, !b.Valid), int(d)*cmp.Compare(a.Value, b.Value))
}

func missingLast(a, b bool) int {
	switch {
	case a && !b:
		return 1
	case b && !a:
		return -1
	}
	return 0
}

// timeRange is a filter by time: from a time on, and strictly before another one. A nil
// bound is none.
type timeRange struct {
	from, before *time.Time
	argument     string // one that sets the range, for errors; "" if none does
}

func (a *arguments) timeRange(from, before string) timeRange {
	r := timeRange{from: a.time(from), before: a.time(before)}
	switch {
	case r.from != nil:
		r.argument = from
	case r.before != nil:
		r.argument = before
	}
	return r
}

func (r timeRange) contains(at time.Time) bool {
	return (r.from == nil || !at.Before(*r.from)) && (r.before == nil || at.Before(*r.before))
}
