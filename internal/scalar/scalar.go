// Package scalar has the types of single values in an API's answer: a text, an
// integer, a boolean, a point in time, each of which may be absent.
//
// The clouds are loose with JSON's types: the same number comes as 1 from one
// operation and as "1" from its sibling. So each type reads a value in either
// form, exactly, and refuses what it can't hold without loss. Null and absent
// are the same: the zero value, which is not Valid.
package scalar

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// Text is a string, or absent. A number or boolean is read as it is written.
type Text struct {
	Value string
	Valid bool
}

// Integer is a whole number of 64 bits, or absent. Text is read as the number
// it shows; an empty text shows none, and is absent.
type Integer struct {
	Value int64
	Valid bool
}

// Boolean is true or false, or absent. Text is read as the boolean it shows, in
// upper or lower case; an empty text shows none, and is absent.
type Boolean struct {
	Value bool
	Valid bool
}

// Millis is a point in time in milliseconds since 1970 UTC, or absent. The
// clouds write 0 for "no time".
type Millis struct {
	Integer
}

// NewText is a text that is present.
func NewText(s string) Text { return Text{Value: s, Valid: true} }

// NewInteger is an integer that is present.
func NewInteger(i int64) Integer { return Integer{Value: i, Valid: true} }

// Instant is the point in time, if there is one that RFC 3339 can write.
func (m Millis) Instant() (time.Time, bool) {
	t, ok, err := m.Moment()
	return t, ok && err == nil
}

// Moment is the point in time, if there is one. The error says that RFC 3339
// can't write it.
func (m Millis) Moment() (at time.Time, ok bool, err error) {
	if m.Value == 0 {
		return time.Time{}, false, nil
	}
	at = time.UnixMilli(m.Value).UTC()
	if at.Year() < 0 || at.Year() > 9999 {
		return time.Time{}, true, fmt.Errorf("%d milliseconds since 1970 are beyond the year 9999", m.Value)
	}
	return at, true, nil
}

// FormatTime writes a point in time as RFC 3339 in UTC, with a fraction only
// where there is one.
func FormatTime(t time.Time) string {
	return t.UTC().Format(time.RFC3339Nano)
}

// UnmarshalJSONFrom reads a text, number or boolean.
func (t *Text) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	token, err := readToken(dec, "a text")
	if err != nil {
		return err
	}
	*t = Text{}
	if token.Kind() != 'n' {
		*t = NewText(token.String())
	}
	return nil
}

// UnmarshalJSONFrom reads a number, or a text that shows one.
func (i *Integer) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	token, err := readToken(dec, "a whole number")
	if err != nil {
		return err
	}
	*i = Integer{}
	switch token.Kind() {
	case 'n':
		return nil
	case 't', 'f':
		return fmt.Errorf("%s where a whole number belongs", token)
	}
	digits := token.String()
	if digits == "" {
		return nil
	}
	value, err := parseInteger(digits)
	if err != nil {
		return fmt.Errorf("%q where a whole number of 64 bits belongs", clip(digits, 60))
	}
	*i = NewInteger(value)
	return nil
}

// UnmarshalJSONFrom reads a boolean, or a text that shows one.
func (b *Boolean) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	token, err := readToken(dec, "true or false")
	if err != nil {
		return err
	}
	*b = Boolean{}
	switch text := token.String(); {
	case token.Kind() == 'n', token.Kind() == '"' && text == "":
	case token.Kind() != '0' && strings.EqualFold(text, "true"):
		*b = Boolean{Value: true, Valid: true}
	case token.Kind() != '0' && strings.EqualFold(text, "false"):
		*b = Boolean{Valid: true}
	default:
		return fmt.Errorf("%q where true or false belongs", clip(text, 60))
	}
	return nil
}

// readToken gives the next token, which must be a single value.
func readToken(dec *jsontext.Decoder, want string) (jsontext.Token, error) {
	switch dec.PeekKind() {
	case '{':
		return jsontext.Token{}, fmt.Errorf("an object where %s belongs", want)
	case '[':
		return jsontext.Token{}, fmt.Errorf("an array where %s belongs", want)
	}
	return dec.ReadToken()
}

// parseInteger reads 151, and 151.0 and 1.51e2 as well, which are the same number.
func parseInteger(text string) (int64, error) {
	value, err := strconv.ParseInt(text, 10, 64)
	if err == nil || errors.Is(err, strconv.ErrRange) {
		return value, err
	}
	// Only up to 2^53 is a float exact, and beyond it there is no telling.
	const exact = 1 << 53
	float, err := strconv.ParseFloat(text, 64)
	if err != nil || float != math.Trunc(float) || math.Abs(float) > exact {
		return 0, strconv.ErrSyntax
	}
	return int64(float), nil
}

// clip keeps what is shown in an error short.
func clip(text string, most int) string {
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return string(runes[:most]) + "…"
}
