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

// Item is one JSON object of a list, kept as the text it was made of: what
// goes in comes out word for word, with the types and the order of its
// members. An Item never changes; With and Without return a new one.
type Item struct {
	text    []byte
	members []span
}

// span is where a member's name and value stand in the text of an Item.
type span struct {
	name               string
	valueFrom, valueTo int
}

// ParseItem reads one JSON object.
func ParseItem(text []byte) (Item, error) {
	item := Item{text: bytes.Clone(text)}
	decoder := json.NewDecoder(bytes.NewReader(item.text))
	opening, err := decoder.Token()
	if err != nil {
		return Item{}, fmt.Errorf("an item is not JSON: %w", err)
	}
	if opening != json.Delim('{') {
		return Item{}, fmt.Errorf("an item must be a JSON object, not %v", opening)
	}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return Item{}, fmt.Errorf("an item is not JSON: %w", err)
		}
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return Item{}, fmt.Errorf("an item's member %v is not JSON: %w", name, err)
		}
		end := int(decoder.InputOffset())
		item.members = append(item.members, span{name: fmt.Sprint(name), valueFrom: end - len(value), valueTo: end})
	}
	if _, err := decoder.Token(); err != nil {
		return Item{}, fmt.Errorf("an item is not JSON: %w", err)
	}
	if len(bytes.TrimSpace(item.text[decoder.InputOffset():])) > 0 {
		return Item{}, errors.New("an item is followed by something else")
	}
	return item, nil
}

// JSON is ParseItem for literals in tests: it panics where that fails.
func JSON(text string) Item {
	item, err := ParseItem([]byte(text))
	if err != nil {
		panic(err)
	}
	return item
}

// NewItem makes an Item of a map, its members in the order of their names.
func NewItem(members map[string]any) Item {
	var b itemBuilder
	for _, name := range slices.Sorted(maps.Keys(members)) {
		b.add(name, members[name])
	}
	return b.item()
}

// With returns the item with the member set: in its place, or at the end.
func (i Item) With(name string, value any) Item {
	return i.rewrite(func(b *itemBuilder) {
		found := false
		i.each(func(n string, raw []byte) {
			if n == name {
				b.add(name, value)
				found = true
			} else {
				b.addRaw(n, raw)
			}
		})
		if !found {
			b.add(name, value)
		}
	})
}

// Without returns the item without the named members.
func (i Item) Without(names ...string) Item {
	return i.rewrite(func(b *itemBuilder) {
		i.each(func(n string, raw []byte) {
			if !slices.Contains(names, n) {
				b.addRaw(n, raw)
			}
		})
	})
}

// Raw returns the JSON of a member, and whether there is one.
func (i Item) Raw(name string) (json.RawMessage, bool) {
	for _, m := range i.members {
		if m.name == name {
			return i.text[m.valueFrom:m.valueTo:m.valueTo], true
		}
	}
	return nil, false
}

// Text returns the value of a member that is text; of other members, their
// JSON; "" for null and for a member that is absent.
func (i Item) Text(name string) string {
	raw, found := i.Raw(name)
	if !found || string(raw) == "null" {
		return ""
	}
	if raw[0] != '"' {
		return string(raw)
	}
	if !bytes.ContainsRune(raw, '\\') {
		return string(raw[1 : len(raw)-1])
	}
	var text string
	if err := json.Unmarshal(raw, &text); err != nil {
		return string(raw)
	}
	return text
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
func (i Item) String() string { return string(i.text) }

// MarshalJSON implements json.Marshaler.
func (i Item) MarshalJSON() ([]byte, error) { return i.text, nil }

// UnmarshalJSON implements json.Unmarshaler.
func (i *Item) UnmarshalJSON(text []byte) error {
	item, err := ParseItem(text)
	*i = item
	return err
}

// each calls visit with the name and JSON of each member.
func (i Item) each(visit func(name string, raw []byte)) {
	for _, m := range i.members {
		visit(m.name, i.text[m.valueFrom:m.valueTo:m.valueTo])
	}
}

// rewrite builds a new item of about the same length.
func (i Item) rewrite(build func(*itemBuilder)) Item {
	b := itemBuilder{
		text:    make([]byte, 0, len(i.text)+64),
		members: make([]span, 0, len(i.members)+1),
	}
	build(&b)
	return b.item()
}

// itemBuilder writes an object member by member. It notes where each stands,
// so that the thousands of items of a benchmark need not be parsed.
type itemBuilder struct {
	text    []byte
	members []span
}

func (b *itemBuilder) add(name string, value any) { b.addRaw(name, marshal(value)) }

func (b *itemBuilder) addRaw(name string, raw []byte) {
	separator := byte(',')
	if len(b.text) == 0 {
		separator = '{'
	}
	b.text = slices.Grow(b.text, len(name)+len(raw)+8)
	b.text = append(b.text, separator)
	b.text = append(b.text, marshal(name)...)
	b.text = append(b.text, ':')
	from := len(b.text)
	b.text = append(b.text, raw...)
	b.members = append(b.members, span{name: name, valueFrom: from, valueTo: len(b.text)})
}

func (b *itemBuilder) item() Item {
	if len(b.text) == 0 {
		b.text = append(b.text, '{')
	}
	return Item{text: append(b.text, '}'), members: b.members}
}

// marshal is json.Marshal without the escaping of <, > and &. It panics for
// what JSON has no form for (a channel, say): that is a mistake in a test.
func marshal(value any) []byte {
	switch v := value.(type) {
	case json.RawMessage:
		return v
	// The three of which nearly all members are made, without reflection:
	// benchmarks make tens of thousands of items.
	case string:
		if isPlain(v) {
			return append(append(append(make([]byte, 0, len(v)+2), '"'), v...), '"')
		}
	case int:
		return strconv.AppendInt(nil, int64(v), 10)
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

// isPlain tells whether text stands in JSON as it is.
func isPlain(text string) bool {
	for n := range len(text) {
		if c := text[n]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}
