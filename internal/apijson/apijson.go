// Package apijson has the types of single values in an API's JSON: a string, a
// number, a boolean, a point in time, each of which may be absent.
//
// The clouds are lenient with JSON's types: the same number is 1 in the response
// of one operation and "1" in that of its sibling. Each type here reads a value
// in either form, exactly, and refuses what it can't hold without loss. Null and
// absent are the same: the zero value, which is not Valid.
package apijson

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// Optional is a single value, or absent.
type Optional[T string | int64 | float64 | bool] struct {
	Value T
	Valid bool
}

type (
	// String reads a number or boolean as its JSON form, and invalid UTF-8 as U+FFFD.
	String = Optional[string]
	// Int64 reads a string as the number in it; an empty string is absent.
	Int64 = Optional[int64]
	// Float64 reads a string as the number in it; an empty string is absent.
	Float64 = Optional[float64]
	// Bool reads a string as the boolean in it, without regard to case; an empty string
	// is absent.
	Bool = Optional[bool]
)

// Millis is a point in time in milliseconds since 1970-01-01 UTC, or absent. The
// clouds write 0 if there is no time.
type Millis struct {
	Int64
}

// OffsetTime is a point in time as a string with an offset, such as
// "2020-07-06T10:41:14+0800", or absent. The clouds write an empty string if
// there is no time yet.
type OffsetTime struct {
	String
}

// NewString returns a string that is present.
func NewString(s string) String { return String{Value: s, Valid: true} }

// NewInt64 returns an integer that is present.
func NewInt64(i int64) Int64 { return Int64{Value: i, Valid: true} }

// UnmarshalJSONFrom reads any single value that T can hold.
func (o *Optional[T]) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	*o = Optional[T]{}
	kind := dec.PeekKind()
	if kind == '{' || kind == '[' {
		return errors.New(kinds[kind] + " instead of " + o.want())
	}
	token, err := dec.ReadToken()
	if err != nil || kind == 'n' {
		return err
	}
	value := token.String()
	switch into := any(&o.Value).(type) {
	case *string:
		*into, o.Valid = value, true
		return nil
	case *int64:
		*into, o.Valid = parseInteger(value)
	case *float64:
		*into, err = strconv.ParseFloat(value, 64)
		o.Valid = err == nil && !math.IsInf(*into, 0) && !math.IsNaN(*into)
	case *bool:
		*into = strings.EqualFold(value, "true")
		o.Valid = *into || strings.EqualFold(value, "false")
	}
	if !o.Valid && value != "" {
		return fmt.Errorf("%q instead of %s", value, o.want())
	}
	return nil
}

// want is what o reads, for errors.
func (o *Optional[T]) want() string {
	switch any(o.Value).(type) {
	case int64:
		return "a 64-bit integer"
	case float64:
		return "a number"
	case bool:
		return "true or false"
	}
	return "a string"
}

// parseInteger reads 151, and 151.0 and 1.51e2 as well, which are the same number.
func parseInteger(digits string) (int64, bool) {
	if value, err := strconv.ParseInt(digits, 10, 64); err == nil {
		return value, true
	}
	// A float64 holds every integer up to 2^53, and not every one above.
	const exact = 1 << 53
	float, err := strconv.ParseFloat(digits, 64)
	if err != nil || float != math.Trunc(float) || math.Abs(float) > exact {
		return 0, false
	}
	return int64(float), true
}

// Time returns the point in time. It is false if there is none. The error says
// that RFC 3339 has no form for it.
func (m Millis) Time() (at time.Time, ok bool, err error) {
	if m.Value == 0 {
		return time.Time{}, false, nil
	}
	at = time.UnixMilli(m.Value).UTC()
	if at.Year() < 0 || at.Year() > 9999 {
		return time.Time{}, true, fmt.Errorf("%d milliseconds since 1970 is outside of the years 0 to 9999", m.Value)
	}
	return at, true, nil
}

// Time returns the point in time in UTC. It is false if there is none. The error
// says that the string is not a time.
func (o OffsetTime) Time() (at time.Time, ok bool, err error) {
	if o.Value == "" {
		return time.Time{}, false, nil
	}
	// A sample on the vendor's page has "2018-08-20T02:33:49_0800".
	value := strings.Replace(o.Value, "_", "+", 1)
	at, err = time.Parse("2006-01-02T15:04:05Z0700", value)
	if err != nil {
		at, err = time.Parse(time.RFC3339, value)
	}
	at = at.UTC()
	if err != nil || at.Year() < 0 || at.Year() > 9999 {
		return time.Time{}, true, fmt.Errorf("%q is not a time such as 2020-07-06T10:41:14+0800", o.Value)
	}
	return at, true, nil
}

// FormatTime writes a point in time as RFC 3339 in UTC, with a fraction only if
// it is not zero.
func FormatTime(t time.Time) string {
	return t.UTC().Format(time.RFC3339Nano)
}
