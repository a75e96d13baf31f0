// Package field makes Terraform's view of an API's items from their Go types.
//
// A struct of the API packages is the table of its fields: the field's name is
// the API's name, its type says what it holds, and its `doc` tag describes it.
// From that one line come the attribute, its description and its value. Items
// are written straight to Terraform's wire format, MessagePack: a value of each
// attribute, made first, would cost more than everything else a read does.
package field

import (
	"bytes"
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/vmihailenco/msgpack/v5"
)

// Table is the fields of one type of items, in the order of the attributes' names,
// which is that of the wire.
type Table[T any] struct {
	columns []column[T]
	object  tftypes.Object
}

// column is one attribute of an item.
type column[T any] struct {
	name      string
	attribute schema.Attribute
	kind      tftypes.Type
	encode    func(wire *msgpack.Encoder, item *T) error
}

// Extra is an attribute beyond the fields of the items' type.
type Extra[T any] struct {
	columns []column[T]
}

// Computed is an attribute that the provider works out of an item's fields. V is
// one of the scalar types.
func Computed[T, V any](name, doc string, compute func(item *T) V) Extra[T] {
	return Extra[T]{columnsOf(name, doc, reflect.TypeFor[V](), func(item *T) any {
		v := compute(item)
		return &v
	})}
}

// Of makes the table of a struct type whose fields are scalars. It panics on a
// type that isn't one, or on a field without a description: a mistake in the
// declaration, which any test meets.
func Of[T any](extras ...Extra[T]) *Table[T] {
	t := &Table[T]{object: tftypes.Object{AttributeTypes: map[string]tftypes.Type{}}}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[T]()) {
		doc, ok := f.Tag.Lookup("doc")
		if !ok {
			panic(fmt.Sprintf("field: %s.%s has no doc tag", reflect.TypeFor[T](), f.Name))
		}
		get := func(item *T) any {
			return reflect.ValueOf(item).Elem().FieldByIndex(f.Index).Addr().Interface()
		}
		for _, c := range columnsOf(Name(apiName(f)), doc, f.Type, get) {
			t.add(c)
		}
	}
	for _, extra := range extras {
		for _, c := range extra.columns {
			t.add(c)
		}
	}
	slices.SortFunc(t.columns, func(a, b column[T]) int { return cmp.Compare(a.name, b.name) })
	return t
}

func (t *Table[T]) add(c column[T]) {
	if _, ok := t.object.AttributeTypes[c.name]; ok {
		panic(fmt.Sprintf("field: %s has two attributes %q", reflect.TypeFor[T](), c.name))
	}
	t.object.AttributeTypes[c.name] = c.kind
	t.columns = append(t.columns, c)
}

// apiName is the field's name in the API's JSON.
func apiName(f reflect.StructField) string {
	if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" {
		return name
	}
	return f.Name
}

// Attributes gives the schema of an item's attributes.
func (t *Table[T]) Attributes() map[string]schema.Attribute {
	attributes := make(map[string]schema.Attribute, len(t.columns))
	for _, c := range t.columns {
		attributes[c.name] = c.attribute
	}
	return attributes
}

// Type is Terraform's type of one item.
func (t *Table[T]) Type() tftypes.Object { return t.object }

// mostRoom is what a list is given at once at the most, in bytes.
const mostRoom = 32 << 20

// List writes a list of items as it goes over the wire.
func (t *Table[T]) List(items []*T) ([]byte, error) {
	var buffer bytes.Buffer
	wire := msgpack.NewEncoder(&buffer)
	if err := wire.EncodeArrayLen(len(items)); err != nil {
		return nil, err
	}
	for i, item := range items {
		if i == 1 {
			// Items are much alike: the first tells what room the others need. It may be
			// one of a kind, so that this has a bound.
			buffer.Grow(int(min(int64(buffer.Len())*int64(len(items)), mostRoom)))
		}
		if err := t.encode(wire, item); err != nil {
			return nil, err
		}
	}
	return buffer.Bytes(), nil
}

func (t *Table[T]) encode(wire *msgpack.Encoder, item *T) error {
	if err := wire.EncodeMapLen(len(t.columns)); err != nil {
		return err
	}
	for i := range t.columns {
		if err := wire.EncodeString(t.columns[i].name); err != nil {
			return err
		}
		if err := t.columns[i].encode(wire, item); err != nil {
			return err
		}
	}
	return nil
}

// Value is Terraform's value of one item; nil is null.
func (t *Table[T]) Value(item *T) (tftypes.Value, error) {
	if item == nil {
		return tftypes.NewValue(t.object, nil), nil
	}
	var buffer bytes.Buffer
	if err := t.encode(msgpack.NewEncoder(&buffer), item); err != nil {
		return tftypes.Value{}, err
	}
	return Decode(buffer.Bytes(), t.object)
}

// Decode reads a value of the wire.
func Decode(wire []byte, kind tftypes.Type) (tftypes.Value, error) {
	return tfprotov6.DynamicValue{MsgPack: wire}.Unmarshal(kind)
}
