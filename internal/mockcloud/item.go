package mockcloud

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// Item is one JSON object: a backup plan, say, as the API returns it. Its
// members keep their order, and values are what they were made of, to the last
// digit. An Item never changes; With and Without return another one.
type Item struct {
	members []member
	encoded []byte // the object: a page of a list is a copy of these
}

type member struct {
	name  string
	value json.RawMessage
}

// newItem encodes members.
func newItem(members []member) Item {
	size := 2
	for _, m := range members {
		size += len(m.name) + len(m.value) + 4
	}
	encoded := append(make([]byte, 0, size), '{')
	for n := range members {
		m := &members[n]
		if n > 0 {
			encoded = append(encoded, ',')
		}
		encoded = append(append(encoded, encode(m.name)...), ':')
		from := len(encoded)
		encoded = append(encoded, m.value...)
		m.value = encoded[from:len(encoded):len(encoded)]
	}
	return Item{members, append(encoded, '}')}
}

// object makes an Item of names and values, in turn.
func object(pairs ...any) Item { return Item{}.with(pairs...) }

// ParseItem reads one JSON object.
func ParseItem(encoded []byte) (Item, error) {
	n, err := parseJSON(encoded)
	if err != nil {
		return Item{}, fmt.Errorf("an item is not JSON: %w", err)
	}
	if n.kind != '{' {
		return Item{}, errors.New("an item must be a JSON object")
	}
	return n.item(), nil
}

func (n *node) item() Item {
	members := make([]member, 0, len(n.members))
	for _, m := range n.members {
		members = append(members, member{m.name.str(), m.value.raw})
	}
	return newItem(members)
}

// JSON is ParseItem for literals in tests: it panics if that fails.
func JSON(encoded string) Item {
	item, err := ParseItem([]byte(encoded))
	if err != nil {
		panic(err)
	}
	return item
}

// NewItem makes an Item of a map, its members in the order of their names.
func NewItem(values map[string]any) Item {
	members := make([]member, 0, len(values))
	for _, name := range slices.Sorted(maps.Keys(values)) {
		members = append(members, member{name, encode(values[name])})
	}
	return newItem(members)
}

// With returns the item with the member set: in its place, or at the end.
func (i Item) With(name string, value any) Item { return i.with(name, value) }

// with is With for names and values, in turn.
func (i Item) with(pairs ...any) Item {
	members := slices.Clone(i.members)
	for pair := range slices.Chunk(pairs, 2) {
		name, _ := pair[0].(string)
		n := slices.IndexFunc(members, func(m member) bool { return m.name == name })
		if n < 0 {
			n, members = len(members), append(members, member{name: name})
		}
		members[n].value = encode(pair[1])
	}
	return newItem(members)
}

// pairs are the item's names and values, in turn.
func (i Item) pairs() []any {
	var pairs []any
	for _, m := range i.members {
		pairs = append(pairs, m.name, m.value)
	}
	return pairs
}

// Without returns the item without the named members.
func (i Item) Without(names ...string) Item {
	members := slices.DeleteFunc(slices.Clone(i.members), func(m member) bool { return slices.Contains(names, m.name) })
	if len(members) == len(i.members) {
		return i
	}
	return newItem(members)
}

// Raw returns the JSON of a member, and whether there is one.
func (i Item) Raw(name string) (json.RawMessage, bool) {
	for _, m := range i.members {
		if m.name == name {
			return m.value, true
		}
	}
	return nil, false
}

// Get returns the value of a string member; of other members, their JSON; ""
// for null and for a member that is absent.
func (i Item) Get(name string) string {
	raw, _ := i.Raw(name)
	return stringOf(raw)
}

// integer returns the value of a member that is a whole number, as a number or
// as a string; 0 for other members.
func (i Item) integer(name string) int64 {
	value, _ := strconv.ParseInt(i.Get(name), 10, 64)
	return value
}

// Names returns the names of the members, in order.
func (i Item) Names() []string {
	names := make([]string, 0, len(i.members))
	for _, m := range i.members {
		names = append(names, m.name)
	}
	return names
}

// String returns the item's JSON.
func (i Item) String() string { return string(i.encoded) }

// MarshalJSON implements json.Marshaler.
func (i Item) MarshalJSON() ([]byte, error) {
	if i.encoded == nil {
		return []byte("{}"), nil
	}
	return i.encoded, nil
}

// joinItems is the JSON array of items.
func joinItems(items []Item, extra int) []byte {
	size := 2 + 3*extra
	for _, item := range items {
		size += len(item.encoded) + 1
	}
	b := append(make([]byte, 0, size), '[')
	for _, item := range items {
		b = append(append(b, item.encoded...), ',')
	}
	b = append(b, bytes.Repeat([]byte("{},"), extra)...)
	if b[len(b)-1] == ',' {
		b = b[:len(b)-1]
	}
	return append(b, ']')
}

// encode is json.Marshal without the escaping of <, > and &. It panics for a
// value without a JSON form (a channel, say): that is a mistake in a test.
func encode(value any) json.RawMessage {
	switch v := value.(type) {
	case json.RawMessage:
		return v
	// Nearly all members are one of these. Without reflection, 10,000 plans
	// take a quarter of the time.
	case string:
		if isPlain(v) {
			return append(append(append(make([]byte, 0, len(v)+2), '"'), v...), '"')
		}
	case int:
		return strconv.AppendInt(nil, int64(v), 10)
	case int64:
		return strconv.AppendInt(nil, v, 10)
	case bool:
		return strconv.AppendBool(nil, v)
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(fmt.Sprintf("mockcloud: %T has no JSON form: %v", value, err))
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// isPlain reports whether a string needs no escape in JSON.
func isPlain(s string) bool {
	for n := range len(s) {
		if c := s[n]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}
