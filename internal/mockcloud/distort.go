package mockcloud

import (
	"bytes"
	"encoding/json"
	"strings"
)

// hugeNumber is 2^53+1: the first whole number that a float64 can't hold.
const hugeNumber = "9007199254740993"

// unknownEnum is a status that no documentation has.
const unknownEnum = "quarantined"

// total returns the JSON of a total, and whether it is told at all. usual is
// how the API tells it.
func (f Faults) total(total int, usual []byte) (raw []byte, told bool) {
	number := marshal(total)
	switch f.Total {
	case TotalNone:
		return nil, false
	case TotalNull:
		return []byte("null"), true
	case TotalText:
		return []byte(`"` + string(number) + `"`), true
	case TotalNumber:
		return number, true
	default:
		return f.oddType(usual), true
	}
}

// distortsItems tells whether items change on their way out, to leave them
// alone where not.
func (f Faults) distortsItems() bool {
	return f.NumbersAsText || f.TextAsNumbers || f.BooleansAsText || f.HugeNumbers ||
		f.UnknownFields || f.UnknownEnums || f.InvalidUTF8
}

// item returns what the faults make of an item. Its id stays: it is what a
// test goes by.
func (f Faults) item(k *kind, item Item) Item {
	return item.rewrite(func(b *itemBuilder) {
		item.each(func(name string, raw []byte) {
			if name != k.id {
				raw = f.member(k, name, raw)
			}
			b.addRaw(name, raw)
		})
		if f.UnknownFields {
			b.add("FutureText", "of a later version")
			b.add("FutureObject", map[string]any{"Values": []any{1, "two", nil, map[string]any{}}})
			b.add("FutureNull", nil)
		}
	})
}

// member returns what the faults make of a member.
func (f Faults) member(k *kind, name string, raw []byte) []byte {
	switch {
	case f.UnknownEnums && name == k.status:
		return marshal(unknownEnum)
	case f.InvalidUTF8 && name == k.freeText:
		text := []byte(`"`)
		if raw[0] == '"' {
			text = raw[: len(raw)-1 : len(raw)-1]
		}
		return append(text, "\xff\xfe\xc3\""...)
	case f.HugeNumbers && name == "size":
		return marshal(hugeNumber + ".0")
	case f.HugeNumbers && isNumber(raw) && !strings.Contains(name, "Time"):
		raw = []byte(hugeNumber)
	}
	return f.oddType(raw)
}

// oddType gives a value another type, the same to a person.
func (f Faults) oddType(raw []byte) []byte {
	switch {
	case f.NumbersAsText && isNumber(raw), f.BooleansAsText && isBoolean(raw):
		return []byte(`"` + string(raw) + `"`)
	case f.TextAsNumbers && raw[0] == '"' && isNumber(raw[1:len(raw)-1]):
		return raw[1 : len(raw)-1]
	}
	return raw
}

// isNumber tells whether text is a number as JSON writes them.
func isNumber(text []byte) bool {
	return len(text) > 0 && (text[0] == '-' || '0' <= text[0] && text[0] <= '9') && json.Valid(text)
}

func isBoolean(raw []byte) bool { return string(raw) == "true" || string(raw) == "false" }

// pad adds what makes an answer deep or long.
func (f Faults) pad(b *itemBuilder) {
	if f.UnknownFields {
		b.add("FutureMember", map[string]any{"Since": "a later version"})
	}
	if f.Deep > 0 {
		b.addRaw("Deep", append(bytes.Repeat([]byte("["), f.Deep), bytes.Repeat([]byte("]"), f.Deep)...))
	}
	if f.HugeBody > 0 {
		padding := bytes.Repeat([]byte("x"), f.HugeBody<<20+2)
		padding[0], padding[len(padding)-1] = '"', '"'
		b.addRaw("Padding", padding)
	}
}
