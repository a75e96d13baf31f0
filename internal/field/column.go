package field

import (
	"fmt"
	"math/big"
	"reflect"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/scalar"
)

// The null values are the same for every item.
var (
	nullString = tftypes.NewValue(tftypes.String, nil)
	nullNumber = tftypes.NewValue(tftypes.Number, nil)
	nullBool   = tftypes.NewValue(tftypes.Bool, nil)
	trueValue  = tftypes.NewValue(tftypes.Bool, true)
	falseValue = tftypes.NewValue(tftypes.Bool, false)
)

// form is one way to show a value: an attribute.
type form struct {
	suffix    string // of the attribute's name
	note      string // at the end of its description
	kind      tftypes.Type
	attribute func(description, markdown string) schema.Attribute
	value     func(pointer any) tftypes.Value
}

// forms are the attributes of each type of field: one for most, and two for a
// point in time, which is both a text and a number.
var forms = map[reflect.Type][]form{
	reflect.TypeFor[scalar.Text]():    {{kind: tftypes.String, attribute: stringAttribute, value: of(Text)}},
	reflect.TypeFor[scalar.Integer](): {{kind: tftypes.Number, attribute: int64Attribute, value: of(integer)}},
	reflect.TypeFor[scalar.Boolean](): {{kind: tftypes.Bool, attribute: boolAttribute, value: of(boolean)}},
	reflect.TypeFor[scalar.Millis](): {
		{note: " RFC 3339, UTC; null where there is none.", kind: tftypes.String, attribute: stringAttribute, value: of(instant)},
		{suffix: "_ms", note: " Milliseconds since 1970-01-01 UTC, as the API gives it; 0 is its \"none\".", kind: tftypes.Number, attribute: int64Attribute,
			value: of(func(m scalar.Millis) tftypes.Value { return integer(m.Integer) })},
	},
}

// of takes a value from the pointer to it.
func of[V any](build func(V) tftypes.Value) func(any) tftypes.Value {
	return func(pointer any) tftypes.Value {
		value, _ := pointer.(*V) // The table of forms is by type.
		return build(*value)
	}
}

func stringAttribute(description, markdown string) schema.Attribute {
	return schema.StringAttribute{Computed: true, Description: description, MarkdownDescription: markdown}
}

func int64Attribute(description, markdown string) schema.Attribute {
	return schema.Int64Attribute{Computed: true, Description: description, MarkdownDescription: markdown}
}

func boolAttribute(description, markdown string) schema.Attribute {
	return schema.BoolAttribute{Computed: true, Description: description, MarkdownDescription: markdown}
}

// columnsOf gives the attributes of one field. Get gives the pointer to an item's
// value of it.
func columnsOf[T any](name, doc string, kind reflect.Type, get func(item *T) any) []column[T] {
	if len(forms[kind]) == 0 {
		panic(fmt.Sprintf("field: %s has a type of no attribute, %s", name, kind))
	}
	var columns []column[T]
	for _, f := range forms[kind] {
		columns = append(columns, column[T]{
			name:      name + f.suffix,
			attribute: f.attribute(strings.ReplaceAll(doc, "'", "")+f.note, strings.ReplaceAll(doc, "'", "`")+f.note),
			kind:      f.kind,
			value:     func(item *T) tftypes.Value { return f.value(get(item)) },
		})
	}
	return columns
}

// Text is the value of a text.
func Text(t scalar.Text) tftypes.Value {
	if !t.Valid {
		return nullString
	}
	return tftypes.NewValue(tftypes.String, t.Value)
}

func integer(i scalar.Integer) tftypes.Value {
	if !i.Valid {
		return nullNumber
	}
	return Number(&i.Value)
}

// Number is the value of a whole number; nil is null.
func Number(i *int64) tftypes.Value {
	if i == nil {
		return nullNumber
	}
	return tftypes.NewValue(tftypes.Number, new(big.Float).SetInt64(*i))
}

func boolean(b scalar.Boolean) tftypes.Value {
	switch {
	case !b.Valid:
		return nullBool
	case b.Value:
		return trueValue
	}
	return falseValue
}

func instant(m scalar.Millis) tftypes.Value {
	t, ok := m.Instant()
	if !ok {
		return nullString
	}
	return tftypes.NewValue(tftypes.String, scalar.FormatTime(t))
}

// Name is the attribute's name of an API's name: OSSBucketName is
// oss_bucket_name, and SourceEndpointOracleSID is source_endpoint_oracle_sid.
func Name(api string) string {
	var b strings.Builder
	runes := []rune(api)
	for i, r := range runes {
		if unicode.IsUpper(r) && i > 0 && runes[i-1] != '_' {
			startsWord := !unicode.IsUpper(runes[i-1])
			endsAcronym := i+1 < len(runes) && unicode.IsLower(runes[i+1])
			if startsWord || endsAcronym {
				b.WriteByte('_')
			}
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
