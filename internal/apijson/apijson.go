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

// String is a string, or absent. A number or boolean is read as its JSON form.
// Invalid UTF-8 is read as U+FFFD.
type String struct {
	Value string
	Valid bool
}

// Int64 is an integer of 64 bits, or absent. A string is read as the number in
// it; an empty string is absent.
type Int64 struct {
	Value int64
	Valid bool
}

// Float64 is a number, or absent. A string is read as the number in it; an empty
// string is absent.
type Float64 struct {
	Value float64
	Valid bool
}

// Bool is true or false, or absent. A string is read as the boolean in it,
// without regard to case; an empty string is absent.
type Bool struct {
	Value bool
	Valid bool
}

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

// offsetLayouts are the documented form, and RFC 3339.
var offsetLayouts = []string{"2006-01-02T15:04:05Z0700", time.RFC3339}

// Time returns the point in time in UTC. It is false if there is none. The error
// says that the string is not a time.
func (o OffsetTime) Time() (at time.Time, ok bool, err error) {
	if o.Value == "" {
		return time.Time{}, false, nil
	}
	// A sample on the vendor's page has "2018-08-20T02:33:49_0800".
	value := strings.Replace(o.Value, "_", "+", 1)
	for _, layout := range offsetLayouts {
		if at, err = time.Parse(layout, value); err == nil {
			break
		}
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

// UnmarshalJSONFrom reads a string, number or boolean.
func (s *String) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	token, err := readToken(dec, "a string")
	if err != nil {
		return err
	}
	*s = String{}
	if token.Kind() != 'n' {
		*s = NewString(token.String())
	}
	return nil
}

// UnmarshalJSONFrom reads a number, or a string with one.
func (i *Int64) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	digits, err := readNumber(dec, "an integer")
	*i = Int64{}
	if digits == "" || err != nil {
		return err
	}
	value, err := parseInteger(digits)
	if err != nil {
		return fmt.Errorf("%q instead of a 64-bit integer", digits)
	}
	*i = NewInt64(value)
	return nil
}

// UnmarshalJSONFrom reads a number, or a string with one.
func (f *Float64) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	digits, err := readNumber(dec, "a number")
	*f = Float64{}
	if digits == "" || err != nil {
		return err
	}
	value, err := strconv.ParseFloat(digits, 64)
	if err != nil || math.IsInf(value, 0) || math.IsNaN(value) {
		return fmt.Errorf("%q instead of a number", digits)
	}
	*f = Float64{Value: value, Valid: true}
	return nil
}

// UnmarshalJSONFrom reads a boolean, or a string with one.
func (b *Bool) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	token, err := readToken(dec, "true or false")
	if err != nil {
		return err
	}
	*b = Bool{}
	switch value := token.String(); {
	case token.Kind() == 'n', token.Kind() == '"' && value == "":
	case token.Kind() != '0' && strings.EqualFold(value, "true"):
		*b = Bool{Value: true, Valid: true}
	case token.Kind() != '0' && strings.EqualFold(value, "false"):
		*b = Bool{Valid: true}
	default:
		return fmt.Errorf("%q instead of true or false", value)
	}
	return nil
}

// readToken returns the next token, which must be a single value.
func readToken(dec *jsontext.Decoder, want string) (jsontext.Token, error) {
	switch dec.PeekKind() {
	case '{':
		return jsontext.Token{}, fmt.Errorf("an object instead of %s", want)
	case '[':
		return jsontext.Token{}, fmt.Errorf("an array instead of %s", want)
	}
	return dec.ReadToken()
}

// readNumber returns the text of a number; "" for null and an empty string.
func readNumber(dec *jsontext.Decoder, want string) (string, error) {
	token, err := readToken(dec, want)
	switch {
	case err != nil, token.Kind() == 'n':
		return "", err
	case token.Kind() == 't', token.Kind() == 'f':
		return "", fmt.Errorf("%s instead of %s", token, want)
	}
	return token.String(), nil
}

// parseInteger reads 151, and 151.0 and 1.51e2 as well, which are the same number.
func parseInteger(digits string) (int64, error) {
	value, err := strconv.ParseInt(digits, 10, 64)
	if err == nil || errors.Is(err, strconv.ErrRange) {
		return value, err
	}
	// A float64 holds every integer up to 2^53, and not every one above.
	const exact = 1 << 53
	float, err := strconv.ParseFloat(digits, 64)
	if err != nil || float != math.Trunc(float) || math.Abs(float) > exact {
		return 0, strconv.ErrSyntax
	}
	return int64(float), nil
}
