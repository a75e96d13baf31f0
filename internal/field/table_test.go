package field_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

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
	if got := table.Value(&full); !got.Equal(object(table, want)) {
		t.Errorf("got %s", got)
	}
	empty := map[string]any{"the_text": nil, "integer": nil, "boolean": nil, "time": nil, "time_ms": nil, "computed": "!"}
	if got := table.Value(&item{}); !got.Equal(object(table, empty)) {
		t.Errorf("got %s", got)
	}
	if !table.Value(nil).IsNull() {
		t.Error("no item is not null")
	}
	if got := table.List([]item{full, {}}); !got.Equal(tftypes.NewValue(tftypes.List{ElementType: table.Type()}, []tftypes.Value{object(table, want), object(table, empty)})) {
		t.Errorf("got %s", got)
	}
}

func object(table *field.Table[item], values map[string]any) tftypes.Value {
	attributes := map[string]tftypes.Value{}
	for name, kind := range table.Type().AttributeTypes {
		attributes[name] = tftypes.NewValue(kind, values[name])
	}
	return tftypes.NewValue(table.Type(), attributes)
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
