package attribute_test

import (
	"context"
	"math"
	"math/big"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
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
	Time    time.Time
	Times   map[string]time.Time
	Counts  map[string]apijson.Int64
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
		attribute.Of("strings", &i.Strings, "Strings."),
		attribute.Object("object", i.Object, "An object.", nestedFields),
		attribute.List("list", &i.List, "Objects.", nestedFields),
		attribute.Of("map", &i.Map, "A map."),
		attribute.Of("time", &i.Time, "A time of Go's."),
		attribute.Of("times", &i.Times, "A map of times."),
		attribute.Of("counts", &i.Counts, "A map of numbers."),
		attribute.Computed("computed", apijson.NewInt64(42), "Computed."),
	}
}

// result has items as a data source does.
type result struct {
	List []*item
	Map  map[string]*item
	One  *item
}

var resultFields attribute.Fields[result] = func(r *result) []attribute.Field {
	return []attribute.Field{
		attribute.Objects("items", r.List, "Items.", fields),
		attribute.Map("map", r.Map, "Items by key.", fields),
		attribute.Object("one", r.One, "One.", fields),
	}
}

func typeOf[T any](fields attribute.Fields[T]) tftypes.Object {
	object, _ := schema.NestedAttributeObject{Attributes: fields.Attributes()}.Type().TerraformType(context.Background()).(tftypes.Object)
	return object
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
	moment := func(at time.Time) tftypes.Value {
		if at.IsZero() {
			return tftypes.NewValue(tftypes.String, nil)
		}
		return tftypes.NewValue(tftypes.String, apijson.FormatTime(at))
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
		"time":      moment(i.Time),
		"times":     tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, nil),
		"counts":    tftypes.NewValue(tftypes.Map{ElementType: tftypes.Number}, nil),
	}
	if i.Times != nil {
		m := map[string]tftypes.Value{}
		for key, at := range i.Times {
			m[key] = moment(at)
		}
		values["times"] = tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, m)
	}
	if i.Counts != nil {
		m := map[string]tftypes.Value{}
		for key, n := range i.Counts {
			m[key] = number(n.Valid, n.Value)
		}
		values["counts"] = tftypes.NewValue(tftypes.Map{ElementType: tftypes.Number}, m)
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
	return tftypes.NewValue(typeOf(fields), values)
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
		i.Float.Value = rapid.OneOf(rapid.Float64Range(-1e18, 1e18), rapid.Just(2803.0), rapid.Just(0.1), rapid.Just(0x1p63), rapid.Just(1e300)).Draw(t, "float")
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
	moments := rapid.Custom(func(t *rapid.T) time.Time {
		if rapid.Bool().Draw(t, "null") {
			return time.Time{}
		}
		return time.UnixMilli(rapid.Int64Range(0, 1<<41).Draw(t, "time"))
	})
	i.Time = moments.Draw(t, "time")
	if rapid.Bool().Draw(t, "maps") {
		i.Times = rapid.MapOf(rapid.String(), moments).Draw(t, "times")
		i.Counts = map[string]apijson.Int64{"": apijson.NewInt64(rapid.Int64().Draw(t, "count")), "absent": {}}
	}
	return i
}

// decode reads an attribute that was encoded.
func decode(t interface{ Fatalf(string, ...any) }, encoded []byte, typ tftypes.Type) tftypes.Value {
	value, err := tfprotov6.DynamicValue{MsgPack: encoded}.Unmarshal(typ)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return value
}

// What goes over the wire is the value that Terraform's own types would have, exactly.
func TestValues(t *testing.T) {
	t.Parallel()
	itemType := typeOf(fields)
	types := typeOf(resultFields).AttributeTypes
	rapid.Check(t, func(t *rapid.T) {
		r := result{List: []*item{}, Map: map[string]*item{}}
		wanted := []tftypes.Value{}
		wantedByKey := map[string]tftypes.Value{}
		for n := range rapid.IntRange(0, 3).Draw(t, "items") {
			i := drawItem(t)
			r.One = &i
			r.List = append(r.List, &i)
			wanted = append(wanted, want(i))
			r.Map[string(rune('a'+n))] = &i
			wantedByKey[string(rune('a'+n))] = want(i)
		}
		encoded, err := resultFields.Encode(&r)
		if err != nil {
			t.Fatal(err)
		}
		if got := decode(t, encoded["items"], types["items"]); !got.Equal(tftypes.NewValue(types["items"], wanted)) {
			t.Fatalf("the list is %s", got)
		}
		if got := decode(t, encoded["map"], types["map"]); !got.Equal(tftypes.NewValue(types["map"], wantedByKey)) {
			t.Fatalf("the map is %s", got)
		}
		one := decode(t, encoded["one"], itemType)
		if r.One == nil {
			if !one.IsNull() {
				t.Fatalf("no item is %s", one)
			}
			return
		}
		if !one.Equal(want(*r.One)) {
			t.Fatalf("%s\n%s", one, want(*r.One))
		}
		attributes, err := fields.Encode(r.One)
		if err != nil || len(attributes) != len(itemType.AttributeTypes) {
			t.Fatalf("%d attributes, want %d (%v)", len(attributes), len(itemType.AttributeTypes), err)
		}
		var values map[string]tftypes.Value
		if err := one.As(&values); err != nil {
			t.Fatal(err)
		}
		for name, encoded := range attributes {
			if got := decode(t, encoded, itemType.AttributeTypes[name]); !got.Equal(values[name]) {
				t.Fatalf("%s is %s, want %s", name, got, values[name])
			}
		}
	})
	encoded, err := resultFields.Encode(&result{})
	if err != nil {
		t.Fatal(err)
	}
	for name, encoded := range encoded {
		if got := decode(t, encoded, types[name]); !got.IsNull() {
			t.Errorf("nothing is %s", got)
		}
	}
}

// Every attribute is computed and has a description.
func TestSchema(t *testing.T) {
	t.Parallel()
	attributes := fields.Attributes()
	for name, a := range attributes {
		if a.GetMarkdownDescription() == "" || !a.IsComputed() {
			t.Errorf("%s has no description, or is not computed", name)
		}
	}
	for name, want := range map[string]string{
		"millis":    "A time. RFC 3339 in UTC. Null if there is none.",
		"millis_ms": "A time. Raw API value in milliseconds since the Unix epoch; 0 if there is none.",
		"offset":    "A time with an offset. RFC 3339 in UTC. Null if there is none.",
	} {
		if got := attributes[name].GetMarkdownDescription(); got != want {
			t.Errorf("%s is described as %q, want %q", name, got, want)
		}
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
		if _, err := resultFields.Encode(&result{List: items}); err != nil {
			b.Fatal(err)
		}
	}
}
