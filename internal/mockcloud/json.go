package mockcloud

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// node is a JSON value with its place in the source.
type node struct {
	offset   int
	raw      []byte // as written
	kind     byte   // the first byte: '{', '[', '"', 't', 'f', 'n', '-' or a digit
	members  []nodeMember
	elements []*node
}

type nodeMember struct{ name, value *node }

// parseJSON reads JSON. Numbers, strings and the order of members stay
// as written, which encoding/json's own types don't keep.
func parseJSON(source []byte) (*node, error) {
	var whole json.RawMessage
	if err := json.Unmarshal(source, &whole); err != nil {
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			return nil, placed(source, max(int(syntax.Offset)-1, 0), "%w", err)
		}
		return nil, err
	}
	s := scanner{source: source}
	return s.value(), nil
}

// placed returns an error that begins with "line:column: ".
func placed(source []byte, offset int, format string, args ...any) error {
	before := source[:min(offset, len(source))]
	line := bytes.Count(before, []byte("\n")) + 1
	column := offset - bytes.LastIndexByte(before, '\n')
	return fmt.Errorf("%d:%d: "+format, append([]any{line, column}, args...)...)
}

// scanner parses valid JSON.
type scanner struct {
	source []byte
	at     int
}

// next moves to the next value or bracket, and reports whether it is another
// byte than end.
func (s *scanner) next(end byte) bool {
	for strings.IndexByte(" \t\r\n,:", s.source[s.at]) >= 0 {
		s.at++
	}
	return s.source[s.at] != end
}

func (s *scanner) value() *node {
	s.next(0)
	n := &node{offset: s.at, kind: s.source[s.at]}
	s.at++
	switch n.kind {
	case '{':
		for s.next('}') {
			name := s.value()
			n.members = append(n.members, nodeMember{name, s.value()})
		}
		s.at++
	case '[':
		for s.next(']') {
			n.elements = append(n.elements, s.value())
		}
		s.at++
	case '"':
		for ; s.source[s.at] != '"'; s.at++ {
			if s.source[s.at] == '\\' {
				s.at++
			}
		}
		s.at++
	default:
		for s.at < len(s.source) && strings.IndexByte(" \t\r\n,]}", s.source[s.at]) < 0 {
			s.at++
		}
	}
	n.raw = s.source[n.offset:s.at:s.at]
	return n
}

// str returns the value of a string; of other values, their JSON; "" for null.
func (n *node) str() string { return stringOf(n.raw) }

func stringOf(raw []byte) string {
	switch {
	case len(raw) == 0 || string(raw) == "null":
		return ""
	case raw[0] != '"':
		return string(raw)
	case bytes.IndexByte(raw, '\\') < 0:
		return string(raw[1 : len(raw)-1])
	}
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return string(raw)
	}
	return s
}

// get returns the string at a path of member names; of a list of strings, its
// JSON without blanks; "" if there is none.
func (n *node) get(path ...string) string {
	for _, name := range path {
		at := slices.IndexFunc(n.members, func(m nodeMember) bool { return m.name.str() == name })
		if at < 0 {
			return ""
		}
		n = n.members[at].value
	}
	return stringOf(n.rewrite("", func(_ string, raw []byte) []byte { return raw }))
}

// rewrite returns the JSON of n with each scalar replaced by what change
// returns for it and for the name of the member that it is in.
func (n *node) rewrite(name string, change func(name string, raw []byte) []byte) []byte {
	if n.kind != '{' && n.kind != '[' {
		return change(name, n.raw)
	}
	b := append(make([]byte, 0, len(n.raw)+64), n.kind)
	for i, m := range n.members {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(append(b, m.name.raw...), ':')
		b = append(b, m.value.rewrite(m.name.str(), change)...)
	}
	for i, element := range n.elements {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, element.rewrite(name, change)...)
	}
	return append(b, n.kind+2) // In ASCII, '}' is '{'+2 and ']' is '['+2.
}
