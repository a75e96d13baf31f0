package setting

import (
	"strconv"
	"strings"
)

// A Source is where one setting comes from: an attribute of the provider's
// configuration, else the first of some environment variables that is not empty.
type Source struct {
	Block       string   // the cloud's block: "alibabacloud"
	Attribute   string   // in the block: "assume_role.role_arn"; "" where there is none
	Environment []string // in the order in which they are looked at
	What        string   // what the setting is, as half a sentence
}

// Ways are the ways to supply the setting.
func (s Source) Ways() []string {
	ways := make([]string, 0, 1+len(s.Environment))
	if s.Attribute != "" {
		ways = append(ways, s.Block+"."+s.Attribute)
	}
	return append(ways, s.Environment...)
}

// String lists the ways to supply the setting.
func (s Source) String() string { return strings.Join(s.Ways(), ", ") }

// In is the value that the block has.
func (s Source) In(block string) Value {
	if v := NewValue(block, s.Block+"."+s.Attribute); v.Found() {
		return v
	}
	return Value{Origin: s.String()}
}

// From is the value that the environment has.
func (s Source) From(getenv func(string) string) Value {
	for _, name := range s.Environment {
		if v := NewValue(getenv(name), "the environment variable "+name); v.Found() {
			return v
		}
	}
	return Value{Origin: s.String()}
}

// Find is the block's value, else the environment's.
func (s Source) Find(block string, getenv func(string) string) Value {
	if v := s.In(block); v.Found() {
		return v
	}
	return s.From(getenv)
}

// FindNumber is the same for a number, whose absence is 0 in the block.
func (s Source) FindNumber(block int, getenv func(string) string) Value {
	text := ""
	if block != 0 {
		text = strconv.Itoa(block)
	}
	return s.Find(text, getenv)
}
