// Package field makes Terraform's view of an API's items from their Go types.
//
// A struct of the API packages is the table of its fields: the field's name is
// the API's name, its type says what it holds, and its `doc` tag describes it.
// From that one line come the attribute, its description and its value. Values
// are built as tftypes, without the framework's reflection over a model, which
// costs more than everything else a read does.
package field

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Table is the fields of one type of items, in the order of their declaration.
type Table[T any] struct {
	columns []column[T]
	object  tftypes.Object
}

// column is one attribute of an item.
type column[T any] struct {
	name      string
	attribute schema.Attribute
	kind      tftypes.Type
	value     func(item *T) tftypes.Value
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

// Value is Terraform's value of one item; nil is null.
func (t *Table[T]) Value(item *T) tftypes.Value {
	if item == nil {
		return tftypes.NewValue(t.object, nil)
	}
	values := make(map[string]tftypes.Value, len(t.columns))
	for i := range t.columns {
		values[t.columns[i].name] = t.columns[i].value(item)
	}
	return tftypes.NewValue(t.object, values)
}

// List is Terraform's value of a list of items.
func (t *Table[T]) List(items []T) tftypes.Value {
	values := make([]tftypes.Value, len(items))
	for i := range items {
		values[i] = t.Value(&items[i])
	}
	return tftypes.NewValue(tftypes.List{ElementType: t.object}, values)
}
