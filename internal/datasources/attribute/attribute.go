// Package attribute declares computed attributes: of the items of an API, and of the data
// sources that return them.
//
// A declaration is one line: the attribute's name, the field of the item, and the
// description. The schema, Terraform's type and the value all follow from it:
//
//	func planFields(p *dbs.BackupPlan) []attribute.Field {
//		return []attribute.Field{
//			attribute.Of("backup_plan_id", &p.BackupPlanID, "Backup plan ID."),
//			...
//
// Values are written in Terraform's wire format, MessagePack, without a value of
// Terraform's own types in between: docs/decisions/0003-raw-state.md says why.
package attribute

import (
	"bytes"
	"iter"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/vmihailenco/msgpack/v5"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/apijson"
)

// Fields returns the fields of an item, which point to the item's values. For the schema,
// it is called with an item that has no values.
type Fields[T any] func(item *T) []Field

// Field is one field of an item. It has one attribute, or two if it is a point in
// time in milliseconds.
type Field struct {
	name        string
	description string
	value       any // a pointer to a Value, or nested
}

// Value are the types of values that are not nested. Each has its schema in Field.attribute
// and its form on the wire in encode.
type Value interface {
	apijson.String | apijson.Int64 | apijson.Float64 | apijson.Bool |
		apijson.Millis | apijson.OffsetTime | time.Time | // the zero time is null
		apijson.Items[apijson.String] | map[string]apijson.String | map[string]apijson.Int64 | map[string]time.Time
}

// milliseconds is the second attribute of a point in time in milliseconds.
type milliseconds apijson.Int64

// nested is a value that consists of items.
type nested struct {
	attribute func() schema.Attribute
	encode    func(wire *msgpack.Encoder) error
}

// Of declares an attribute of a value.
func Of[V Value](name string, v *V, description string) Field {
	return Field{name, description, v}
}

// Computed declares an attribute whose value the provider computes.
func Computed[V Value](name string, v V, description string) Field {
	return Field{name, description, &v}
}

// Object declares a nested object; nil is null.
func Object[T any](name string, item *T, description string, fields Fields[T]) Field {
	attribute := func() schema.Attribute {
		return schema.SingleNestedAttribute{Computed: true, MarkdownDescription: description, Attributes: fields.Attributes()}
	}
	return Field{name, description, nested{attribute, func(wire *msgpack.Encoder) error { return fields.encode(wire, item) }}}
}

// List declares a list of nested objects.
func List[T any](name string, v *apijson.Items[T], description string, fields Fields[T]) Field {
	var items []*T
	if v.Present {
		items = make([]*T, len(v.List))
	}
	for i := range items {
		items[i] = &v.List[i]
	}
	return Objects(name, items, description, fields)
}

// Objects declares a list of nested objects; nil is null.
func Objects[T any](name string, items []*T, description string, fields Fields[T]) Field {
	attribute := func() schema.Attribute {
		item := schema.NestedAttributeObject{Attributes: fields.Attributes()}
		return schema.ListNestedAttribute{Computed: true, MarkdownDescription: description, NestedObject: item}
	}
	return Field{name, description, nested{attribute, func(wire *msgpack.Encoder) error {
		if items == nil {
			return wire.EncodeNil()
		}
		return encodeList(wire, items, func(item **T) error { return fields.encode(wire, *item) })
	}}}
}

// Map declares a map of nested objects; nil is null.
func Map[T any](name string, items map[string]*T, description string, fields Fields[T]) Field {
	attribute := func() schema.Attribute {
		item := schema.NestedAttributeObject{Attributes: fields.Attributes()}
		return schema.MapNestedAttribute{Computed: true, MarkdownDescription: description, NestedObject: item}
	}
	return Field{name, description, nested{attribute, func(wire *msgpack.Encoder) error {
		return encodeMap(wire, items, func(item *T) error { return fields.encode(wire, item) })
	}}}
}

// attributes are the attributes of fields. A point in time in milliseconds has two.
func attributes(fields []Field) iter.Seq[Field] {
	return func(yield func(Field) bool) {
		for _, field := range fields {
			if !yield(field) {
				return
			}
			millis, ok := field.value.(*apijson.Millis)
			if ok && !yield(Field{field.name + "_ms", field.description, (*milliseconds)(&millis.Int64)}) {
				return
			}
		}
	}
}

// Attributes returns the schema of an item's attributes.
func (f Fields[T]) Attributes() map[string]schema.Attribute {
	schemas := map[string]schema.Attribute{}
	for field := range attributes(f(new(T))) {
		schemas[field.name] = field.attribute()
	}
	return schemas
}

// attribute is the schema of the attribute.
func (f Field) attribute() schema.Attribute {
	switch value := f.value.(type) {
	case *apijson.Int64:
		return schema.Int64Attribute{Computed: true, MarkdownDescription: f.description}
	case *milliseconds:
		const note = " Raw API value in milliseconds since the Unix epoch; 0 if there is none."
		return schema.Int64Attribute{Computed: true, MarkdownDescription: f.description + note}
	case *apijson.Float64:
		return schema.Float64Attribute{Computed: true, MarkdownDescription: f.description}
	case *apijson.Bool:
		return schema.BoolAttribute{Computed: true, MarkdownDescription: f.description}
	case *apijson.Millis, *apijson.OffsetTime:
		const note = " RFC 3339 in UTC. Null if there is none."
		return schema.StringAttribute{Computed: true, MarkdownDescription: f.description + note}
	case *apijson.Items[apijson.String]:
		return schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: f.description}
	case *map[string]apijson.String, *map[string]time.Time:
		return schema.MapAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: f.description}
	case *map[string]apijson.Int64:
		return schema.MapAttribute{Computed: true, ElementType: types.Int64Type, MarkdownDescription: f.description}
	case nested:
		return value.attribute()
	}
	return schema.StringAttribute{Computed: true, MarkdownDescription: f.description}
}

// Encode returns the values of an item's attributes in Terraform's wire format, by name.
func (f Fields[T]) Encode(item *T) (map[string][]byte, error) {
	encoded := map[string][]byte{}
	for field := range attributes(f(item)) {
		var buffer bytes.Buffer
		if err := encode(msgpack.NewEncoder(&buffer), field.value); err != nil {
			return nil, err
		}
		encoded[field.name] = buffer.Bytes()
	}
	return encoded, nil
}

// encode writes one item; nil is null.
func (f Fields[T]) encode(wire *msgpack.Encoder, item *T) error {
	if item == nil {
		return wire.EncodeNil()
	}
	fields, count := f(item), 0
	for range attributes(fields) {
		count++
	}
	if err := wire.EncodeMapLen(count); err != nil {
		return err
	}
	for field := range attributes(fields) {
		if err := wire.EncodeString(field.name); err != nil {
			return err
		}
		if err := encode(wire, field.value); err != nil {
			return err
		}
	}
	return nil
}

// encode writes the value of a field.
func encode(wire *msgpack.Encoder, value any) error {
	switch v := value.(type) {
	case *apijson.String:
		if v.Valid {
			return wire.EncodeString(v.Value)
		}
	case *apijson.Int64:
		if v.Valid {
			return wire.EncodeInt(v.Value)
		}
	case *milliseconds:
		return encode(wire, (*apijson.Int64)(v))
	case *apijson.Float64:
		// The framework writes a number without a fraction as an integer, too.
		if i := int64(v.Value); v.Valid && math.Abs(v.Value) < 1<<63 && float64(i) == v.Value {
			return wire.EncodeInt(i)
		}
		if v.Valid {
			return wire.EncodeFloat64(v.Value)
		}
	case *apijson.Bool:
		if v.Valid {
			return wire.EncodeBool(v.Value)
		}
	case *apijson.Millis:
		if at, ok, err := v.Time(); ok && err == nil {
			return wire.EncodeString(apijson.FormatTime(at))
		}
	case *apijson.OffsetTime:
		if at, ok, err := v.Time(); ok && err == nil {
			return wire.EncodeString(apijson.FormatTime(at))
		}
	case *time.Time:
		if !v.IsZero() {
			return wire.EncodeString(apijson.FormatTime(*v))
		}
	case *apijson.Items[apijson.String]:
		if v.Present {
			return encodeList(wire, v.List, func(s *apijson.String) error { return encode(wire, s) })
		}
	case *map[string]apijson.String:
		return encodeMap(wire, *v, func(s apijson.String) error { return encode(wire, &s) })
	case *map[string]apijson.Int64:
		return encodeMap(wire, *v, func(i apijson.Int64) error { return encode(wire, &i) })
	case *map[string]time.Time:
		return encodeMap(wire, *v, func(at time.Time) error { return encode(wire, &at) })
	case nested:
		return v.encode(wire)
	}
	return wire.EncodeNil()
}

// maxGrow bounds the memory that is reserved for a list before it is written.
const maxGrow = 64 << 20

func encodeList[V any](wire *msgpack.Encoder, values []V, element func(*V) error) error {
	if err := wire.EncodeArrayLen(len(values)); err != nil {
		return err
	}
	buffer := wire.Writer().(*bytes.Buffer) //nolint:forcetypeassert // Encode made it.
	before := buffer.Len()
	for i := range values {
		if i == 1 { // Items are much alike: the first shows what room the others need.
			buffer.Grow(int(min(int64(buffer.Len()-before)*int64(len(values))*9/8, maxGrow)))
		}
		if err := element(&values[i]); err != nil {
			return err
		}
	}
	return nil
}

// encodeMap writes a map in the order of its keys; nil is null.
func encodeMap[V any](wire *msgpack.Encoder, values map[string]V, element func(V) error) error {
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
		if err := element(values[key]); err != nil {
			return err
		}
	}
	return nil
}
