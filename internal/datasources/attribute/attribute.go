// Package attribute declares the computed attributes of an API's items.
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
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/vmihailenco/msgpack/v5"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/apijson"
)

// Fields returns the attributes of an item, which point to the item's values.
type Fields[T any] func(item *T) []Field

// Field is one field of an item. It has one attribute, or two if it is a point in
// time in milliseconds.
type Field struct {
	name        string
	second      string // name of the second attribute; "" if there is none
	description string
	value       value
}

// value is what a field holds.
type value interface {
	// forms are the attributes of the field, one or two.
	forms() []form
	// encode writes the value of the attribute with this index.
	encode(index int, wire *msgpack.Encoder) error
}

// form is one attribute of a field.
type form struct {
	note      string // at the end of the description
	typ       tftypes.Type
	attribute func(description string) schema.Attribute
}

// scalar are the types of single values.
type scalar interface {
	apijson.String | apijson.Int64 | apijson.Float64 | apijson.Bool | apijson.Millis | apijson.OffsetTime
}

// Of declares an attribute of a single value.
func Of[V scalar](name string, v *V, description string) Field {
	var held value
	second := ""
	switch v := any(v).(type) {
	case *apijson.String:
		held = (*stringValue)(v)
	case *apijson.Int64:
		held = (*int64Value)(v)
	case *apijson.Float64:
		held = (*float64Value)(v)
	case *apijson.Bool:
		held = (*boolValue)(v)
	case *apijson.Millis:
		second = name + "_ms"
		held = (*millisValue)(v)
	case *apijson.OffsetTime:
		held = (*offsetTimeValue)(v)
	}
	return Field{name, second, description, held}
}

// Computed declares an attribute whose value the provider computes.
func Computed[V scalar](name string, v V, description string) Field {
	return Of(name, &v, description)
}

type (
	stringValue     apijson.String
	int64Value      apijson.Int64
	float64Value    apijson.Float64
	boolValue       apijson.Bool
	millisValue     apijson.Millis
	offsetTimeValue apijson.OffsetTime
)

func stringAttribute(description string) schema.Attribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: description}
}

func int64Attribute(description string) schema.Attribute {
	return schema.Int64Attribute{Computed: true, MarkdownDescription: description}
}

var (
	stringForms  = []form{{typ: tftypes.String, attribute: stringAttribute}}
	int64Forms   = []form{{typ: tftypes.Number, attribute: int64Attribute}}
	float64Forms = []form{{typ: tftypes.Number, attribute: func(description string) schema.Attribute {
		return schema.Float64Attribute{Computed: true, MarkdownDescription: description}
	}}}
	boolForms = []form{{typ: tftypes.Bool, attribute: func(description string) schema.Attribute {
		return schema.BoolAttribute{Computed: true, MarkdownDescription: description}
	}}}
	millisForms = []form{
		{typ: tftypes.String, attribute: stringAttribute, note: " RFC 3339 in UTC. Null if there is none."},
		{typ: tftypes.Number, attribute: int64Attribute, note: " Raw API value in milliseconds since the Unix epoch; 0 if there is none."},
	}
	offsetTimeForms = []form{{typ: tftypes.String, attribute: stringAttribute, note: " RFC 3339 in UTC. Null if there is none."}}
)

func (*stringValue) forms() []form     { return stringForms }
func (*int64Value) forms() []form      { return int64Forms }
func (*float64Value) forms() []form    { return float64Forms }
func (*boolValue) forms() []form       { return boolForms }
func (*millisValue) forms() []form     { return millisForms }
func (*offsetTimeValue) forms() []form { return offsetTimeForms }

func (v *stringValue) encode(_ int, wire *msgpack.Encoder) error {
	if !v.Valid {
		return wire.EncodeNil()
	}
	return wire.EncodeString(v.Value)
}

func (v *int64Value) encode(_ int, wire *msgpack.Encoder) error {
	if !v.Valid {
		return wire.EncodeNil()
	}
	return wire.EncodeInt(v.Value)
}

func (v *float64Value) encode(_ int, wire *msgpack.Encoder) error {
	if !v.Valid {
		return wire.EncodeNil()
	}
	// The framework writes a number without a fraction as an integer, too.
	if i := int64(v.Value); float64(i) == v.Value {
		return wire.EncodeInt(i)
	}
	return wire.EncodeFloat64(v.Value)
}

func (v *boolValue) encode(_ int, wire *msgpack.Encoder) error {
	if !v.Valid {
		return wire.EncodeNil()
	}
	return wire.EncodeBool(v.Value)
}

func (v *millisValue) encode(index int, wire *msgpack.Encoder) error {
	if index == 1 {
		return (*int64Value)(&v.Int64).encode(0, wire)
	}
	at, ok, err := (*apijson.Millis)(v).Time()
	if !ok || err != nil {
		return wire.EncodeNil()
	}
	return wire.EncodeString(apijson.FormatTime(at))
}

func (v *offsetTimeValue) encode(_ int, wire *msgpack.Encoder) error {
	at, ok, err := (*apijson.OffsetTime)(v).Time()
	if !ok || err != nil {
		return wire.EncodeNil()
	}
	return wire.EncodeString(apijson.FormatTime(at))
}

// Strings declares a list of strings.
func Strings(name string, v *apijson.Items[apijson.String], description string) Field {
	return Field{name, "", description, stringsValue{v}}
}

type stringsValue struct {
	*apijson.Items[apijson.String]
}

func (stringsValue) forms() []form {
	return []form{{typ: tftypes.List{ElementType: tftypes.String}, attribute: func(description string) schema.Attribute {
		return schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: description}
	}}}
}

func (v stringsValue) encode(_ int, wire *msgpack.Encoder) error {
	if !v.Present {
		return wire.EncodeNil()
	}
	if err := wire.EncodeArrayLen(len(v.List)); err != nil {
		return err
	}
	for i := range v.List {
		if err := (*stringValue)(&v.List[i]).encode(0, wire); err != nil {
			return err
		}
	}
	return nil
}

// StringMap declares a map of strings; nil is null.
func StringMap(name string, v map[string]apijson.String, description string) Field {
	return Field{name, "", description, stringMapValue(v)}
}

type stringMapValue map[string]apijson.String

func (stringMapValue) forms() []form {
	return []form{{typ: tftypes.Map{ElementType: tftypes.String}, attribute: func(description string) schema.Attribute {
		return schema.MapAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: description}
	}}}
}

func (v stringMapValue) encode(_ int, wire *msgpack.Encoder) error {
	return encodeMap(wire, v, func(s apijson.String) error { return (*stringValue)(&s).encode(0, wire) })
}

// Object declares a nested object; nil is null.
func Object[T any](name string, v *T, description string, fields Fields[T]) Field {
	return Field{name, "", description, objectValue[T]{v, fields}}
}

type objectValue[T any] struct {
	item   *T
	fields Fields[T]
}

func (v objectValue[T]) forms() []form {
	return []form{{typ: v.fields.Type(), attribute: func(description string) schema.Attribute {
		return schema.SingleNestedAttribute{Computed: true, MarkdownDescription: description, Attributes: v.fields.Attributes()}
	}}}
}

func (v objectValue[T]) encode(_ int, wire *msgpack.Encoder) error {
	return v.fields.encode(wire, v.item)
}

// List declares a list of nested objects.
func List[T any](name string, v *apijson.Items[T], description string, fields Fields[T]) Field {
	return Field{name, "", description, listValue[T]{v, fields}}
}

type listValue[T any] struct {
	items  *apijson.Items[T]
	fields Fields[T]
}

func (v listValue[T]) forms() []form {
	return []form{{typ: tftypes.List{ElementType: v.fields.Type()}, attribute: func(description string) schema.Attribute {
		return schema.ListNestedAttribute{Computed: true, MarkdownDescription: description, NestedObject: schema.NestedAttributeObject{Attributes: v.fields.Attributes()}}
	}}}
}

func (v listValue[T]) encode(_ int, wire *msgpack.Encoder) error {
	if !v.items.Present {
		return wire.EncodeNil()
	}
	if err := wire.EncodeArrayLen(len(v.items.List)); err != nil {
		return err
	}
	for i := range v.items.List {
		if err := v.fields.encode(wire, &v.items.List[i]); err != nil {
			return err
		}
	}
	return nil
}
