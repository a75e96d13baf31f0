package setting

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// A Value is what a setting is, and where it was found or, if it is empty, could
// have been, for errors.
type Value struct {
	Text   string
	Origin string
}

// NewValue is a value without the blanks around it.
func NewValue(text, origin string) Value {
	return Value{Text: strings.TrimSpace(text), Origin: origin}
}

// Found is whether there is a value.
func (v Value) Found() bool { return v.Text != "" }

// regionID is what a region's id looks like, so that none can name another host.
var regionID = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// Region is the value as the id of a region. The example is for the error.
func (v Value) Region(example string) (string, error) {
	if !regionID.MatchString(v.Text) {
		return "", fmt.Errorf("%s: %q is not the id of a region, such as %s", v.Origin, v.Text, example)
	}
	return v.Text, nil
}

// Seconds is the value as a number of seconds within limits; 0 if there is none.
func (v Value) Seconds(least, most int) (int, error) {
	if !v.Found() {
		return 0, nil
	}
	seconds, err := strconv.Atoi(v.Text)
	if err != nil || seconds < least || seconds > most {
		return 0, fmt.Errorf("%s: %q is not a number of seconds from %d to %d", v.Origin, v.Text, least, most)
	}
	return seconds, nil
}
