package field

import (
	"fmt"
	"reflect"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/vmihailenco/msgpack/v5"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/scalar"
)

// form is one way to show a value: an attribute.
type form struct {
	suffix    string // of the attribute's name
	note      string // at the end of its description
	kind      tftypes.Type
	attribute func(description, markdown string) schema.Attribute
	encode    func(wire *msgpack.Encoder, pointer any) error
}

// forms are the attributes of each type of field: one for most, and two for a
// point in time, which is both a text and a number.
var forms = map[reflect.Type][]form{
	reflect.TypeFor[scalar.Text]():    {{kind: tftypes.String, attribute: stringAttribute, encode: of(encodeText)}},
	reflect.TypeFor[scalar.Integer](): {{kind: tftypes.Number, attribute: int64Attribute, encode: of(encodeInteger)}},
	reflect.TypeFor[scalar.Boolean](): {{kind: tftypes.Bool, attribute: boolAttribute, encode: of(encodeBoolean)}},
	reflect.TypeFor[scalar.Millis](): {
		{note: " RFC 3339, UTC; null where there is none.", kind: tftypes.String, attribute: stringAttribute, encode: of(encodeInstant)},
		{suffix: "_ms", note: " Milliseconds since 1970-01-01 UTC, as the API gives it; 0 is its \"none\".", kind: tftypes.Number, attribute: int64Attribute,
			encode: of(func(wire *msgpack.Encoder, m scalar.Millis) error { return encodeInteger(wire, m.Integer) })},
	},
}

// of takes a value from the pointer to it.
func of[V any](encode func(*msgpack.Encoder, V) error) func(*msgpack.Encoder, any) error {
	return func(wire *msgpack.Encoder, pointer any) error {
		value, _ := pointer.(*V) // The table of forms is by type.
		return encode(wire, *value)
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
			encode:    func(wire *msgpack.Encoder, item *T) error { return f.encode(wire, get(item)) },
		})
	}
	return columns
}

func encodeText(wire *msgpack.Encoder, t scalar.Text) error {
	if !t.Valid {
		return wire.EncodeNil()
	}
	return wire.EncodeString(t.Value)
}

func encodeInteger(wire *msgpack.Encoder, i scalar.Integer) error {
	if !i.Valid {
		return wire.EncodeNil()
	}
	return wire.EncodeInt(i.Value)
}

func encodeBoolean(wire *msgpack.Encoder, b scalar.Boolean) error {
	if !b.Valid {
		return wire.EncodeNil()
	}
	return wire.EncodeBool(b.Value)
}

func encodeInstant(wire *msgpack.Encoder, m scalar.Millis) error {
	t, ok := m.Instant()
	if !ok {
		return wire.EncodeNil()
	}
	return wire.EncodeString(scalar.FormatTime(t))
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
