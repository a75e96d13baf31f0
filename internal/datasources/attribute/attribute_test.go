package attribute_test

import (
	"math"
	"math/big"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"pgregory.net/rapid"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/apijson"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/datasources/attribute"
)

type nested struct{ Name apijson.String }

type item struct {
	String  apijson.String
	Int     apijson.Int64
	Float   apijson.Float64
	Bool    apijson.Bool
	Millis  apijson.Millis
	Offset  apijson.OffsetTime
	Strings apijson.Items[apijson.String]
	Object  *nested
	List    apijson.Items[nested]
	Map     map[string]apijson.String
}

func nestedFields(i *nested) []attribute.Field {
	return []attribute.Field{attribute.Of("name", &i.Name, "The item's name.")}
}

var fields attribute.Fields[item] = func(i *item) []attribute.Field {
	return []attribute.Field{
		attribute.Of("string", &i.String, "A string."),
		attribute.Of("int", &i.Int, "An integer."),
		attribute.Of("float", &i.Float, "A number."),
		attribute.Of("bool", &i.Bool, "A boolean."),
		attribute.Of("millis", &i.Millis, "A time."),
		attribute.Of("offset", &i.Offset, "A time with an offset."),
		attribute.Strings("strings", &i.Strings, "Strings."),
		attribute.Object("object", i.Object, "An object.", nestedFields),
		attribute.List("list", &i.List, "Objects.", nestedFields),
		attribute.StringMap("map", i.Map, "A map."),
		attribute.Computed("computed", apijson.NewInt64(42), "Computed."),
	}
}

// want is Terraform's value of an item, made without the package.
func want(i item) tftypes.Value {
	str := func(s apijson.String) tftypes.Value {
		if !s.Valid {
			return tftypes.NewValue(tftypes.String, nil)
		}
		return tftypes.NewValue(tftypes.String, s.Value)
	}
	number := func(valid bool, n any) tftypes.Value {
		if !valid {
			return tftypes.NewValue(tftypes.Number, nil)
		}
		return tftypes.NewValue(tftypes.Number, n)
	}
	nestedType := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"name": tftypes.String}}
	nestedValue := func(n nested) tftypes.Value {
		return tftypes.NewValue(nestedType, map[string]tftypes.Value{"name": str(n.Name)})
	}
	values := map[string]tftypes.Value{
		"string":    str(i.String),
		"int":       number(i.Int.Valid, i.Int.Value),
		"float":     number(i.Float.Valid, big.NewFloat(i.Float.Value)),
		"bool":      tftypes.NewValue(tftypes.Bool, nil),
		"millis":    tftypes.NewValue(tftypes.String, nil),
		"millis_ms": number(i.Millis.Valid, i.Millis.Value),
		"offset":    tftypes.NewValue(tftypes.String, nil),
		"strings":   tftypes.NewValue(tftypes.List{ElementType: tftypes.String}, nil),
		"object":    tftypes.NewValue(nestedType, nil),
		"list":      tftypes.NewValue(tftypes.List{ElementType: nestedType}, nil),
		"map":       tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, nil),
		"computed":  number(true, 42),
	}
	if i.Bool.Valid {
		values["bool"] = tftypes.NewValue(tftypes.Bool, i.Bool.Value)
	}
	if at, ok, err := i.Millis.Time(); ok && err == nil {
		values["millis"] = tftypes.NewValue(tftypes.String, apijson.FormatTime(at))
	}
	if at, ok, err := i.Offset.Time(); ok && err == nil {
		values["offset"] = tftypes.NewValue(tftypes.String, apijson.FormatTime(at))
	}
	if i.Strings.Present {
		list := []tftypes.Value{}
		for _, s := range i.Strings.List {
			list = append(list, str(s))
		}
		values["strings"] = tftypes.NewValue(tftypes.List{ElementType: tftypes.String}, list)
	}
	if i.Object != nil {
		values["object"] = nestedValue(*i.Object)
	}
	if i.List.Present {
		list := []tftypes.Value{}
		for _, n := range i.List.List {
			list = append(list, nestedValue(n))
		}
		values["list"] = tftypes.NewValue(tftypes.List{ElementType: nestedType}, list)
	}
	if i.Map != nil {
		m := map[string]tftypes.Value{}
		for key, s := range i.Map {
			m[key] = str(s)
		}
		values["map"] = tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, m)
	}
	return tftypes.NewValue(fields.Type(), values)
}

func drawItem(t *rapid.T) item {
	str := rapid.Custom(func(t *rapid.T) apijson.String {
		if rapid.Bool().Draw(t, "null") {
			return apijson.String{}
		}
		return apijson.NewString(rapid.String().Draw(t, "string"))
	})
	names := rapid.Custom(func(t *rapid.T) nested { return nested{str.Draw(t, "name")} })
	i := item{
		String: str.Draw(t, "string"),
		Int:    apijson.Int64{Valid: rapid.Bool().Draw(t, "int")},
		Float:  apijson.Float64{Valid: rapid.Bool().Draw(t, "float")},
		Bool:   apijson.Bool{Valid: rapid.Bool().Draw(t, "bool")},
		Millis: apijson.Millis{Int64: apijson.NewInt64(rapid.Int64().Draw(t, "millis"))},
		Offset: apijson.OffsetTime{String: apijson.NewString(rapid.SampledFrom([]string{"", "2020-07-06T10:41:14+0800", "soon"}).Draw(t, "offset"))},
	}
	if i.Int.Valid {
		i.Int.Value = rapid.OneOf(rapid.Int64(), rapid.Just(int64(1<<53+1)), rapid.Just(int64(math.MaxInt64))).Draw(t, "int")
	}
	if i.Float.Valid {
		i.Float.Value = rapid.OneOf(rapid.Float64Range(-1e18, 1e18), rapid.Just(2803.0), rapid.Just(0.1), rapid.Just(1e300)).Draw(t, "float")
	}
	if i.Bool.Valid {
		i.Bool.Value = rapid.Bool().Draw(t, "bool")
	}
	if i.Strings.Present = rapid.Bool().Draw(t, "strings"); i.Strings.Present {
		i.Strings.List = rapid.SliceOf(str).Draw(t, "strings")
	}
	if rapid.Bool().Draw(t, "object") {
		i.Object = &nested{str.Draw(t, "name")}
	}
	if i.List.Present = rapid.Bool().Draw(t, "list"); i.List.Present {
		i.List.List = rapid.SliceOf(names).Draw(t, "list")
	}
	if rapid.Bool().Draw(t, "map") {
		i.Map = rapid.MapOf(rapid.String(), str).Draw(t, "map")
	}
	return i
}

// What goes over the wire is the value that Terraform's own types would have, exactly.
func TestValues(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var items []*item
		wanted := []tftypes.Value{}
		byKey := map[string]*item{}
		wantedByKey := map[string]tftypes.Value{}
		for n := range rapid.IntRange(0, 3).Draw(t, "items") {
			i := drawItem(t)
			items = append(items, &i)
			wanted = append(wanted, want(i))
			byKey[string(rune('a'+n))] = &i
			wantedByKey[string(rune('a'+n))] = want(i)
			single, err := fields.Value(&i)
			if err != nil || !single.Equal(want(i)) {
				t.Fatalf("%v\n%s\n%s", err, single, want(i))
			}
		}
		encoded, err := fields.EncodeList(items)
		if err != nil {
			t.Fatal(err)
		}
		typ := tftypes.List{ElementType: fields.Type()}
		got, err := attribute.Decode(encoded, typ)
		if err != nil || !got.Equal(tftypes.NewValue(typ, wanted)) {
			t.Fatalf("%v\n%s", err, got)
		}
		got, err = fields.MapValue(byKey)
		if err != nil || !got.Equal(tftypes.NewValue(tftypes.Map{ElementType: fields.Type()}, wantedByKey)) {
			t.Fatalf("%v\n%s", err, got)
		}
	})
	null, err := fields.Value(nil)
	if err != nil || !null.IsNull() {
		t.Errorf("no item is %s (%v)", null, err)
	}
}

// The schema has the type of the value, and every attribute a description.
func TestSchema(t *testing.T) {
	t.Parallel()
	attributes := fields.Attributes()
	for name, typ := range fields.Type().AttributeTypes {
		a, ok := attributes[name]
		switch {
		case !ok:
			t.Errorf("%s is not in the schema", name)
		case !a.GetType().TerraformType(t.Context()).Equal(typ):
			t.Errorf("%s is %s, want %s", name, a.GetType(), typ)
		case a.GetMarkdownDescription() == "" || !a.IsComputed():
			t.Errorf("%s has no description, or is not computed", name)
		}
	}
	if len(attributes) != len(fields.Names()) {
		t.Errorf("%d attributes of %d names", len(attributes), len(fields.Names()))
	}
}

func BenchmarkEncodeList(b *testing.B) {
	items := make([]*item, 1000)
	for n := range items {
		items[n] = &item{
			String: apijson.NewString("a string of some length"), Int: apijson.NewInt64(7),
			Millis: apijson.Millis{Int64: apijson.NewInt64(1583740896000)},
			List:   apijson.Items[nested]{Present: true, List: []nested{{apijson.NewString("x")}}},
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := fields.EncodeList(items); err != nil {
			b.Fatal(err)
		}
	}
}
