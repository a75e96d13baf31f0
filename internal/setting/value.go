package setting

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Patterns of values that become part of a host, a path or a header.
var (
	RegionPattern    = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	ProjectIDPattern = regexp.MustCompile(`^[0-9A-Za-z]{32}$`)
	rolePattern      = regexp.MustCompile(`^[A-Za-z0-9_-][A-Za-z0-9._-]*$`)
)

// A Value is the value of a setting, and where it was found or, if it is empty,
// can be set.
type Value struct {
	String string
	Origin string
}

// NewValue returns a value without the blanks around it.
func NewValue(value, origin string) Value {
	return Value{String: strings.TrimSpace(value), Origin: origin}
}

// IsSet is whether there is a value.
func (v Value) IsSet() bool { return v.String != "" }

// Region is the value as the ID of a region. The example is for the error.
func (v Value) Region(example string) (string, error) {
	return v.match(RegionPattern, "the ID of a region, such as "+example)
}

// ProjectID is the value as the ID of a project.
func (v Value) ProjectID() (string, error) {
	return v.match(ProjectIDPattern, "a project ID, which has 32 letters or digits")
}

// RoleName is the value as the name of a role, which can be a segment of a path.
func (v Value) RoleName() (string, error) {
	return v.match(rolePattern, "the name of a role, which has letters, digits, dots, underscores and hyphens")
}

func (v Value) match(pattern *regexp.Regexp, what string) (string, error) {
	if !pattern.MatchString(v.String) {
		return "", fmt.Errorf("%s: %s is not %s", v.Origin, quote(v.String), what)
	}
	return v.String, nil
}

// Int is the value as a whole number within the option's limits; fallback if it
// isn't set.
func (v Value) Int(o Option, fallback int) (int, error) {
	if !v.IsSet() {
		return fallback, nil
	}
	number, err := strconv.Atoi(v.String)
	if err != nil || number < o.Min || number > o.Max {
		return 0, fmt.Errorf("%s: %s is not a whole number from %d to %d", v.Origin, quote(v.String), o.Min, o.Max)
	}
	return number, nil
}

// CheckPrintable is an error if the value can't be a key or a token. A line break
// in a key that was pasted would otherwise fail each attempt, as no header can have
// one. The error does not show the value.
func (v Value) CheckPrintable() error {
	if i := strings.IndexFunc(v.String, func(r rune) bool { return r <= ' ' || r > '~' }); i >= 0 {
		return fmt.Errorf("%s has a blank, a control character or a character outside of ASCII at position %d, which no key or token has; copy it again", v.Origin, i+1)
	}
	return nil
}
