package mockcloud

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Item is one JSON object: a backup plan, say, as the API returns it. Its
// members keep their order, and values are what they were made of, to the last
// digit. An Item never changes; With and Without return another one.
type Item struct {
	members []member
	encoded jsontext.Value // the object: a page of a list is a copy of these
}

type member struct {
	name  string
	value jsontext.Value
}

// newItem encodes members.
func newItem(members []member) Item {
	size := 2
	for _, m := range members {
		size += len(m.name) + len(m.value) + 4
	}
	encoded := append(make([]byte, 0, size), '{') // Exactly: lists of 100,000 items are held.
	for n, m := range members {
		if n > 0 {
			encoded = append(encoded, ',')
		}
		encoded, _ = jsontext.AppendQuote(encoded, m.name) // Invalid UTF-8 is replaced.
		encoded = append(append(encoded, ':'), m.value...)
	}
	return Item{members, append(encoded, '}')}
}

// object makes an Item of names and values, in turn.
func object(pairs ...any) Item { return Item{}.With(pairs...) }

// JSON makes an Item of a JSON object. It is for literals in tests: it panics if
// that fails.
func JSON(encoded string) (item Item) {
	if err := json.Unmarshal([]byte(encoded), &item); err != nil {
		panic(err)
	}
	return item
}

// NewItem makes an Item of a map, its members in the order of their names.
func NewItem(values map[string]any) Item { return JSON(string(encode(values))) }

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (i *Item) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	if token, err := decoder.ReadToken(); err != nil {
		return err
	} else if token.Kind() != '{' {
		return fmt.Errorf("this must be an object, not %s", token)
	}
	var members []member
	for decoder.PeekKind() != '}' {
		name, err := decoder.ReadToken()
		if err != nil {
			return err
		}
		m := member{name: name.String()}
		value, err := decoder.ReadValue()
		if err != nil {
			return err
		}
		m.value = value.Clone()
		members = append(members, m)
	}
	*i = newItem(members)
	_, err := decoder.ReadToken()
	return err
}

// With returns the item with members set, each in its place or at the end: names
// and values, in turn.
func (i Item) With(pairs ...any) Item {
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
	return newItem(slices.DeleteFunc(slices.Clone(i.members), func(m member) bool { return slices.Contains(names, m.name) }))
}

// Raw returns the JSON of a member, and whether there is one.
func (i Item) Raw(name string) (raw jsontext.Value, found bool) {
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

func stringOf(raw jsontext.Value) string {
	switch raw.Kind() {
	case '"':
		plain, _ := jsontext.AppendUnquote(nil, raw) // It is valid.
		return string(plain)
	case 'n':
		return ""
	default:
		return string(raw)
	}
}

// integer returns the value of a member that is a whole number, as a number or
// as a string; 0 for other members.
func (i Item) integer(name string) int64 {
	value, _ := strconv.ParseInt(i.Get(name), 10, 64)
	return value
}

// String returns the item's JSON.
func (i Item) String() string { return string(i.encoded) }

// encode returns the JSON of a value. It panics for one without a JSON form (a
// channel, say): that is a mistake in a test.
func encode(value any) jsontext.Value {
	switch v := value.(type) {
	case jsontext.Value:
		return v
	case Item:
		return v.encoded
	case []Item:
		parts := make([][]byte, 0, len(v))
		for _, item := range v {
			parts = append(parts, item.encoded)
		}
		return slices.Concat([]byte{'['}, bytes.Join(parts, []byte{','}), []byte{']'})
	}
	encoded, err := json.Marshal(value, json.Deterministic(true), jsontext.AllowInvalidUTF8(true))
	if err != nil {
		panic(fmt.Sprintf("mockcloud: %T has no JSON form: %v", value, err))
	}
	return encoded
}

type valueChange func(name string, depth int, value jsontext.Value) jsontext.Value

// rewrite returns JSON with each value that is no object and no array replaced by
// what change returns for it, for its depth, and for the name of the member that
// it is in. It adds more to each object. It panics if the JSON is not valid.
func rewrite(source jsontext.Value, change valueChange, more ...member) jsontext.Value {
	var out bytes.Buffer
	decoder := jsontext.NewDecoder(bytes.NewReader(source), jsontext.AllowInvalidUTF8(true))
	encoder := jsontext.NewEncoder(&out, jsontext.PreserveRawStrings(true), jsontext.AllowInvalidUTF8(true))
	check := func(err error) {
		if err != nil {
			panic(fmt.Sprintf("mockcloud: %v", err))
		}
	}
	name := ""
	for {
		kind := decoder.PeekKind()
		if strings.IndexByte("{}[]", byte(kind)) >= 0 {
			for _, m := range more {
				if kind == '}' {
					check(encoder.WriteToken(jsontext.String(m.name)))
					check(encoder.WriteValue(m.value))
				}
			}
			token, err := decoder.ReadToken()
			check(err)
			check(encoder.WriteToken(token))
			continue
		}
		value, err := decoder.ReadValue()
		if errors.Is(err, io.EOF) {
			return bytes.TrimSuffix(out.Bytes(), []byte("\n"))
		}
		check(err)
		depth := decoder.StackDepth()
		if within, length := decoder.StackIndex(depth); within == '{' && length%2 == 1 {
			name = stringOf(value)
		} else {
			value = change(name, depth, value)
		}
		check(encoder.WriteValue(value))
	}
}
