package attribute

import (
	"bytes"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/vmihailenco/msgpack/v5"
)

// count is the number of the field's attributes.
func (f *Field) count() int {
	if f.second != "" {
		return 2
	}
	return 1
}

func (f *Field) attributeName(i int) string {
	if i == 1 {
		return f.second
	}
	return f.name
}

// Attributes returns the schema of an item's attributes.
func (f Fields[T]) Attributes() map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{}
	for _, field := range f(new(T)) {
		for i, form := range field.value.forms() {
			attributes[field.attributeName(i)] = form.attribute(field.description + form.note)
		}
	}
	return attributes
}

// Names returns the attributes' names in the order of their declaration. A name that
// is declared twice is in it twice.
func (f Fields[T]) Names() []string {
	var names []string
	for _, field := range f(new(T)) {
		for i := range field.count() {
			names = append(names, field.attributeName(i))
		}
	}
	return names
}

// Type is Terraform's type of one item.
func (f Fields[T]) Type() tftypes.Object {
	object := tftypes.Object{AttributeTypes: map[string]tftypes.Type{}}
	for _, field := range f(new(T)) {
		for i, form := range field.value.forms() {
			object.AttributeTypes[field.attributeName(i)] = form.typ
		}
	}
	return object
}

// maxGrow bounds the memory that is reserved for a list before it is written.
const maxGrow = 64 << 20

// EncodeList writes a list of items in Terraform's wire format.
func (f Fields[T]) EncodeList(items []*T) ([]byte, error) {
	var buffer bytes.Buffer
	wire := msgpack.NewEncoder(&buffer)
	if err := wire.EncodeArrayLen(len(items)); err != nil {
		return nil, err
	}
	for i, item := range items {
		if i == 1 {
			// Items are much alike, so the first shows what room the others need.
			buffer.Grow(int(min(int64(buffer.Len())*int64(len(items))*9/8, maxGrow)))
		}
		if err := f.encode(wire, item); err != nil {
			return nil, err
		}
	}
	return buffer.Bytes(), nil
}

// encode writes one item; nil is null.
func (f Fields[T]) encode(wire *msgpack.Encoder, item *T) error {
	if item == nil {
		return wire.EncodeNil()
	}
	fields := f(item)
	count := 0
	for _, field := range fields {
		count += field.count()
	}
	if err := wire.EncodeMapLen(count); err != nil {
		return err
	}
	for _, field := range fields {
		for i := range field.count() {
			if err := wire.EncodeString(field.attributeName(i)); err != nil {
				return err
			}
			if err := field.value.encode(i, wire); err != nil {
				return err
			}
		}
	}
	return nil
}

// Value is Terraform's value of one item; nil is null.
func (f Fields[T]) Value(item *T) (tftypes.Value, error) {
	return decode(f.Type(), func(wire *msgpack.Encoder) error { return f.encode(wire, item) })
}

// Values are Terraform's values of an item's attributes, by name.
func (f Fields[T]) Values(item *T) (map[string]tftypes.Value, error) {
	value, err := f.Value(item)
	if err != nil {
		return nil, err
	}
	values := map[string]tftypes.Value{}
	return values, value.As(&values)
}

// MapValue is Terraform's value of a map of items.
func (f Fields[T]) MapValue(items map[string]*T) (tftypes.Value, error) {
	return decode(tftypes.Map{ElementType: f.Type()}, func(wire *msgpack.Encoder) error {
		return encodeMap(wire, items, func(item *T) error { return f.encode(wire, item) })
	})
}

// decode makes a value of Terraform's own types of what write writes. It is used for
// single values; lists go over the wire as they were written.
func decode(typ tftypes.Type, write func(*msgpack.Encoder) error) (tftypes.Value, error) {
	var buffer bytes.Buffer
	if err := write(msgpack.NewEncoder(&buffer)); err != nil {
		return tftypes.Value{}, err
	}
	return Decode(buffer.Bytes(), typ)
}

// Decode reads a value in Terraform's wire format.
func Decode(wire []byte, typ tftypes.Type) (tftypes.Value, error) {
	return tfprotov6.DynamicValue{MsgPack: wire}.Unmarshal(typ)
}

// encodeMap writes a map in the order of its keys; nil is null.
func encodeMap[V any](wire *msgpack.Encoder, values map[string]V, encode func(V) error) error {
	if values == nil {
		return wire.EncodeNil()
	}
	if err := wire.EncodeMapLen(len(values)); err != nil {
		return err
	}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		if err := wire.EncodeString(key); err != nil {
			return err
		}
		if err := encode(values[key]); err != nil {
			return err
		}
	}
	return nil
}
