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

// columnsOf gives the attributes of one field: one for most types, and two for
// a point in time, which is both a text and a number.
func columnsOf[T any](name, doc string, kind reflect.Type, get func(*T) any) []column[T] {
	plain := strings.ReplaceAll(doc, "'", "")
	markdown := strings.ReplaceAll(doc, "'", "`")
	switch kind {
	case reflect.TypeFor[scalar.Text]():
		return []column[T]{{name, schema.StringAttribute{Computed: true, Description: plain, MarkdownDescription: markdown}, tftypes.String,
			func(item *T) tftypes.Value { return Text(*get(item).(*scalar.Text)) }}}
	case reflect.TypeFor[scalar.Integer]():
		return []column[T]{{name, schema.Int64Attribute{Computed: true, Description: plain, MarkdownDescription: markdown}, tftypes.Number,
			func(item *T) tftypes.Value { return integer(*get(item).(*scalar.Integer)) }}}
	case reflect.TypeFor[scalar.Boolean]():
		return []column[T]{{name, schema.BoolAttribute{Computed: true, Description: plain, MarkdownDescription: markdown}, tftypes.Bool,
			func(item *T) tftypes.Value { return boolean(*get(item).(*scalar.Boolean)) }}}
	case reflect.TypeFor[scalar.Millis]():
		return []column[T]{
			{name, schema.StringAttribute{Computed: true, Description: plain + timeNote, MarkdownDescription: markdown + timeNote}, tftypes.String,
				func(item *T) tftypes.Value { return instant(*get(item).(*scalar.Millis)) }},
			{name + "_ms", schema.Int64Attribute{Computed: true, Description: plain + millisNote, MarkdownDescription: markdown + millisNote}, tftypes.Number,
				func(item *T) tftypes.Value { return integer(get(item).(*scalar.Millis).Integer) }},
		}
	}
	panic(fmt.Sprintf("field: %s has a type of no attribute, %s", name, kind))
}

const (
	timeNote   = " RFC 3339, UTC; null where there is none."
	millisNote = " Milliseconds since 1970-01-01 UTC, as the API gives it; 0 is its \"none\"."
)

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
