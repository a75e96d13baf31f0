package datasources_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/acctest"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
)

// decode reads JSON with every digit of its numbers.
func decode(t testing.TB, raw []byte) any {
	t.Helper()
	var value any
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		t.Fatal(err)
	}
	return value
}

// at is the value at a path, such as "datastore.version". Below "list[]", it is a list of
// the values of all elements.
func at(value any, path string) any {
	name, rest, nested := strings.Cut(path, ".")
	object, _ := value.(map[string]any)
	element, isList := strings.CutSuffix(name, "[]")
	value = object[element]
	if !nested {
		return value
	}
	if !isList {
		return at(value, rest)
	}
	list, ok := value.([]any)
	if !ok {
		return nil
	}
	values := make([]any, len(list))
	for i, element := range list {
		values[i] = at(element, rest)
	}
	return values
}

// form is an API's value in the form that it has in the state.
func form(t testing.TB, form string, value any) any {
	t.Helper()
	if list, ok := value.([]any); ok && form != "tags" && form != "" {
		values := make([]any, len(list))
		for i, element := range list {
			values[i] = formOne(t, form, element)
		}
		return values
	}
	return formOne(t, form, value)
}

func formOne(t testing.TB, form string, value any) any {
	t.Helper()
	switch form {
	case "millis":
		number, ok := value.(json.Number)
		if !ok || number == "0" {
			return nil
		}
		ms, err := number.Int64()
		if err != nil {
			t.Fatal(err)
		}
		layout := "2006-01-02T15:04:05Z"
		if ms%1000 != 0 {
			layout = "2006-01-02T15:04:05.999Z"
		}
		return time.UnixMilli(ms).UTC().Format(layout)
	case "time":
		written, _ := value.(string)
		if written == "" {
			return nil
		}
		at, err := time.Parse("2006-01-02T15:04:05-0700", written)
		if err != nil {
			t.Fatal(err)
		}
		return at.UTC().Format("2006-01-02T15:04:05Z")
	case "tags":
		list, ok := value.([]any)
		if !ok {
			return nil
		}
		tags := map[string]any{}
		for _, tag := range list {
			tags[fmt.Sprint(at(tag, "key"))] = at(tag, "value")
		}
		return tags
	}
	return value
}

// expectItem compares an item of the state with one of the API, field by field.
func (r row) expectItem(t testing.TB, got any, item any) {
	t.Helper()
	attributes := map[string]bool{}
	for _, f := range r.fields(t) {
		want := at(item, f.api)
		if f.form == "millis" {
			if ms := at(got, f.attribute+"_ms"); !reflect.DeepEqual(ms, want) {
				t.Errorf("%s: %s_ms is %#v, want %#v", r.name, f.attribute, ms, want)
			}
			attributes[f.attribute+"_ms"] = true
		}
		attributes[f.attribute] = true
		if value, want := at(got, f.attribute), form(t, f.form, want); !reflect.DeepEqual(value, want) {
			t.Errorf("%s: %s is %#v, want %#v", r.name, f.attribute, value, want)
		}
	}
	object, _ := got.(map[string]any)
	for name := range object {
		known := slices.Contains(r.extra, name) || r.attribute == "" && r.isArgument(t, name)
		for attribute := range attributes {
			known = known || attribute == name || strings.HasPrefix(attribute, name+".") || strings.HasPrefix(attribute, name+"[]")
		}
		if !known {
			t.Errorf("%s: the attribute %s is not expected", r.name, name)
		}
	}
}

// expect compares a result with the server's items, in the order of the list.
func (r row) expect(t testing.TB, result acctest.Result, items []mockcloud.Item) {
	t.Helper()
	if result.State == nil {
		t.Fatalf("%s: %s", r.name, result.Errors())
	}
	if r.attribute == "" {
		r.expectItem(t, result.State, decode(t, []byte(items[0].String())))
		return
	}
	listed, ok := result.State[r.attribute].([]any)
	if !ok || len(listed) != len(items) {
		t.Fatalf("%s: %d items, want %d (%s%s)", r.name, len(listed), len(items), result.Errors(), result.Warnings())
	}
	ids, names := []any{}, []any{}
	for i, item := range items {
		decoded := decode(t, []byte(item.String()))
		r.expectItem(t, listed[i], decoded)
		ids = append(ids, at(decoded, r.id))
		names = append(names, at(decoded, r.itemName))
	}
	expectEqual(t, r.name+": complete", result.State["complete"], true)
	if r.id != "" {
		expectEqual(t, r.name+": ids", result.State["ids"], ids)
	}
	if r.itemName != "" {
		expectEqual(t, r.name+": names", result.State["names"], names)
	}
}

func expectEqual(t testing.TB, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s is %#v, want %#v", what, got, want)
	}
}

// Every field arrives with its value, in every number of pages.
func TestItems(t *testing.T) {
	t.Parallel()
	for _, r := range rows {
		for _, n := range []int{0, 3, 100, 250} {
			t.Run(fmt.Sprintf("%s/%d", r.name, n), func(t *testing.T) {
				t.Parallel()
				cloud := acctest.Cloud(t)
				r.seed(cloud, n)
				result := acctest.NewProvider(t, cloud.URL()).Read(t, r.name, r.config)
				if r.attribute == "" {
					r.expect(t, result, r.items(cloud))
					return
				}
				r.expect(t, result, r.sorted(cloud))
				total := any(json.Number(fmt.Sprint(n)))
				if !r.paginated {
					total = nil
				}
				expectEqual(t, "total_count", result.State["total_count"], total)
				for _, request := range cloud.Requests() {
					if !request.Verified || request.Operation != r.operation {
						t.Errorf("%s was requested, verified %v", request.Operation, request.Verified)
					}
				}
				second := acctest.NewProvider(t, cloud.URL()).Read(t, r.name, r.config)
				expectEqual(t, "the second read", second.State, result.State)
			})
		}
	}
}

// required are the fields without which an item is an error, or another item.
func (r row) required() []string { return []string{r.id, r.owner} }

// What the API leaves out or returns as null is null. An empty string stays empty.
func TestNulls(t *testing.T) {
	t.Parallel()
	for _, r := range rows {
		for name, value := range map[string]any{"absent": nil, "null": json.RawMessage("null"), "empty": ""} {
			t.Run(r.name+"/"+name, func(t *testing.T) {
				t.Parallel()
				cloud := acctest.Cloud(t)
				r.seed(cloud, 1)
				item := r.items(cloud)[0]
				for _, f := range r.fields(t) {
					field, _, nested := strings.Cut(f.api, ".")
					raw, ok := item.Raw(field)
					switch {
					case !ok || slices.Contains(r.required(), field):
					case value == nil:
						item = item.Without(field)
					case value != "" || !nested && raw[0] == '"':
						item = item.With(field, value)
					}
				}
				r.respond(t, cloud, item)
				r.expect(t, acctest.NewProvider(t, cloud.URL()).Read(t, r.name, r.config), []mockcloud.Item{item})
			})
		}
	}
}

// respond answers all requests of the row's operation with these items.
func (r row) respond(t testing.TB, cloud *mockcloud.Server, items ...mockcloud.Item) {
	t.Helper()
	if !strings.Contains(r.response, "ITEMS") {
		t.Fatalf("rows_test.go: the row of %s lacks a response with ITEMS", r.name)
	}
	list := []string{}
	for _, item := range items {
		list = append(list, item.String())
	}
	body := strings.NewReplacer("ITEMS", strings.Join(list, ","), "TOTAL", fmt.Sprint(len(items))).Replace(r.response)
	cloud.Respond(r.operation, func(mockcloud.Request) (int, string) { return 200, body })
}

// Values in another JSON type than documented are read exactly.
func TestOddTypes(t *testing.T) {
	t.Parallel()
	for _, r := range rows {
		for name, faults := range map[string]mockcloud.Faults{
			"numbers as strings":  {NumbersAsStrings: true},
			"strings as numbers":  {StringsAsNumbers: true},
			"booleans as strings": {BooleansAsStrings: true},
			"unknown fields":      {UnknownFields: true},
			"another order":       {Shuffle: true},
		} {
			t.Run(r.name+"/"+name, func(t *testing.T) {
				t.Parallel()
				cloud := acctest.Cloud(t)
				r.seed(cloud, 40)
				cloud.SetFaults(faults)
				result := acctest.NewProvider(t, cloud.URL()).Read(t, r.name, r.paged(nil))
				if r.attribute == "" {
					r.expect(t, result, r.items(cloud))
					return
				}
				r.expect(t, result, r.sorted(cloud))
			})
		}
	}
}

// A number beyond 2^53 keeps every digit.
func TestHugeNumbers(t *testing.T) {
	t.Parallel()
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			cloud := acctest.Cloud(t)
			r.seed(cloud, 3)
			cloud.SetFaults(mockcloud.Faults{HugeNumbers: true})
			result := acctest.NewProvider(t, cloud.URL()).Read(t, r.name, r.config)
			if result.State == nil {
				t.Fatal(result.Errors())
			}
			item, items := any(result.State), r.items(cloud)
			if r.attribute != "" {
				items = r.sorted(cloud)
				item = result.State[r.attribute].([]any)[len(items)-1] // The first one may have no size yet.
			}
			original := decode(t, []byte(items[len(items)-1].String()))
			for _, f := range r.fields(t) {
				number, isNumber := at(original, f.api).(json.Number)
				want := json.Number("9007199254740993")
				switch {
				case strings.Contains(f.api, "_time"):
					want = number // The mock server changes no times.
				case slices.Contains(r.floats, f.api):
					want = "9007199254740992"
				}
				what := f.attribute + ` (a float has to be in the row's floats in rows_test.go)`
				if isNumber && f.form == "" && number != "0" {
					expectEqual(t, what, at(item, f.attribute), want)
				}
			}
		})
	}
}

// isArgument reports whether a configuration can have the attribute.
func (r row) isArgument(t testing.TB, name string) bool {
	t.Helper()
	return slices.ContainsFunc(acctest.Configure(t, map[string]any{}).Schema(r.name).Block.Attributes, func(a *tfprotov6.SchemaAttribute) bool {
		return a.Name == name && (a.Required || a.Optional)
	})
}

// The list of fields has every attribute of the schema, and the schema every field.
func TestFieldLists(t *testing.T) {
	t.Parallel()
	p := acctest.Configure(t, map[string]any{})
	for _, r := range rows {
		want := map[string]bool{}
		for _, f := range r.fields(t) {
			want[strings.ReplaceAll(f.attribute, "[]", "")] = true
			if f.form == "millis" {
				want[strings.ReplaceAll(f.attribute, "[]", "")+"_ms"] = true
			}
		}
		for _, name := range r.extra {
			want[name] = true
		}
		got := map[string]bool{}
		for _, attribute := range p.Schema(r.name).Block.Attributes {
			switch {
			case r.attribute == "" && attribute.Computed && attribute.Name != "region":
				leaves(attribute, "", got)
			case r.attribute != "" && attribute.Name == r.attribute:
				for _, nested := range attribute.NestedType.Attributes {
					leaves(nested, "", got)
				}
			}
		}
		if !maps.Equal(got, want) {
			t.Errorf("%s has %v, want %v", r.name, slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)))
		}
	}
}

func leaves(attribute *tfprotov6.SchemaAttribute, prefix string, into map[string]bool) {
	if attribute.NestedType == nil {
		into[prefix+attribute.Name] = true
		return
	}
	for _, nested := range attribute.NestedType.Attributes {
		leaves(nested, prefix+attribute.Name+".", into)
	}
}
