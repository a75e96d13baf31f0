package field_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"pgregory.net/rapid"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/field"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/scalar"
)

func TestNames(t *testing.T) {
	t.Parallel()
	for api, want := range map[string]string{
		"OSSBucketName":                   "oss_bucket_name",
		"SourceEndpointOracleSID":         "source_endpoint_oracle_sid",
		"SourceEndpointIpPort":            "source_endpoint_ip_port",
		"EnableMysqlPhysicalBackupBinLog": "enable_mysql_physical_backup_bin_log",
		"BackupPlanId":                    "backup_plan_id",
		"size_unit":                       "size_unit",
		"id":                              "id",
	} {
		if got := field.Name(api); got != want {
			t.Errorf("%s is %s, want %s", api, got, want)
		}
	}
}

type item struct {
	Text    scalar.Text    `json:"the_text" doc:"A 'text'."`
	Integer scalar.Integer `doc:"An integer."`
	Boolean scalar.Boolean `doc:"A boolean."`
	Time    scalar.Millis  `doc:"A time."`
}

// One declaration gives the attribute, its description and its value, and a time
// gives two of each.
func TestTable(t *testing.T) {
	t.Parallel()
	table := field.Of(field.Computed("computed", "Worked out.", func(i *item) scalar.Text { return scalar.NewText(i.Text.Value + "!") }))
	attributes := table.Attributes()
	if len(attributes) != 6 {
		t.Errorf("%d attributes", len(attributes))
	}
	if got := attributes["the_text"].GetMarkdownDescription(); got != "A `text`." {
		t.Errorf("described as %q", got)
	}
	if got := attributes["the_text"].GetDescription(); got != "A text." {
		t.Errorf("described as %q", got)
	}

	full := item{Text: scalar.NewText("a"), Integer: scalar.NewInteger(1 << 62), Boolean: scalar.Boolean{Value: true, Valid: true}, Time: scalar.Millis{Integer: scalar.NewInteger(1500)}}
	want := map[string]any{
		"the_text": "a", "integer": int64(1 << 62), "boolean": true, "time": "1970-01-01T00:00:01.5Z", "time_ms": int64(1500), "computed": "a!",
	}
	empty := map[string]any{"the_text": nil, "integer": nil, "boolean": nil, "time": nil, "time_ms": nil, "computed": "!"}
	for _, test := range []struct {
		item *item
		want tftypes.Value
	}{
		{&full, object(table, want)},
		{&item{}, object(table, empty)},
		{nil, tftypes.NewValue(table.Type(), nil)},
	} {
		if got, err := table.Value(test.item); err != nil || !got.Equal(test.want) {
			t.Errorf("got %s, %v", got, err)
		}
	}
}

// A list is written byte for byte as terraform-plugin-go writes it.
func TestListIsTheWireForm(t *testing.T) {
	t.Parallel()
	table := field.Of(field.Computed("computed", "Worked out.", func(i *item) scalar.Text { return i.Text }))
	kind := tftypes.List{ElementType: table.Type()}
	rapid.Check(t, func(t *rapid.T) {
		valid := rapid.Bool()
		integer := rapid.Custom(func(t *rapid.T) scalar.Integer {
			return scalar.Integer{Value: rapid.Int64().Draw(t, "value"), Valid: valid.Draw(t, "valid")}
		})
		items := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) *item {
			return &item{
				Text:    scalar.Text{Value: rapid.String().Draw(t, "text"), Valid: valid.Draw(t, "a text")},
				Integer: integer.Draw(t, "integer"),
				Boolean: scalar.Boolean{Value: valid.Draw(t, "boolean"), Valid: valid.Draw(t, "a boolean")},
				Time:    scalar.Millis{Integer: integer.Draw(t, "time")},
			}
		}), 0, 20).Draw(t, "items")
		wire, err := table.List(items)
		if err != nil {
			t.Fatal(err)
		}
		values := []tftypes.Value{}
		for _, i := range items {
			value, err := table.Value(i)
			if err != nil {
				t.Fatal(err)
			}
			values = append(values, value)
		}
		want, err := tfprotov6.NewDynamicValue(kind, tftypes.NewValue(kind, values))
		if err != nil || !bytes.Equal(wire, want.MsgPack) {
			t.Fatalf("%x, want %x (%v)", wire, want.MsgPack, err)
		}
	})
}

func object(table *field.Table[item], values map[string]any) tftypes.Value {
	attributes := map[string]tftypes.Value{}
	for name, kind := range table.Type().AttributeTypes {
		attributes[name] = tftypes.NewValue(kind, values[name])
	}
	return tftypes.NewValue(table.Type(), attributes)
}

// A first item that is far larger than the others asks for no more room than there
// is.
func TestLargeFirstItem(t *testing.T) {
	t.Parallel()
	table := field.Of[item]()
	items := slices.Repeat([]*item{{}}, 100_000)
	items[0] = &item{Text: scalar.NewText(strings.Repeat("x", 1<<20))}
	wire, err := table.List(items)
	if err != nil || cap(wire) > 64<<20 {
		t.Errorf("%d bytes, %v", cap(wire), err)
	}
}

// A wrong declaration is found when the table is made.
func TestWrongDeclarations(t *testing.T) {
	t.Parallel()
	for name, declare := range map[string]func(){
		"no description": func() {
			field.Of[struct{ Text scalar.Text }]()
		},
		"no scalar": func() {
			field.Of[struct {
				Text string `doc:"A text."`
			}]()
		},
		"one name twice": func() {
			field.Of(field.Computed("the_text", "A text.", func(i *item) scalar.Text { return i.Text }))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			defer func() {
				if recover() == nil {
					t.Error("it was accepted")
				}
			}()
			declare()
		})
	}
}
