package provider

import (
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/alibabacloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/huaweicloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/setting"
)

func schemaOf(t *testing.T) *tfprotov6.SchemaBlock {
	t.Helper()
	schemas, err := Server("test").GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil || len(schemas.Diagnostics) > 0 {
		t.Fatal(err, schemas.Diagnostics)
	}
	return schemas.Provider.Block
}

// fill returns a value of a type in which each attribute has a value of its own, and
// adds the values to a map by their path.
func fill(path string, typ tftypes.Type, values map[string]string) tftypes.Value {
	if object, ok := typ.(tftypes.Object); ok {
		attributes := map[string]tftypes.Value{}
		for name, typ := range object.AttributeTypes {
			attributes[name] = fill(strings.TrimPrefix(path+"."+name, "."), typ, values)
		}
		return tftypes.NewValue(typ, attributes)
	}
	if typ.Is(tftypes.Number) {
		values[path] = strconv.Itoa(1000 + len(values))
		number, _ := strconv.Atoi(values[path])
		return tftypes.NewValue(typ, number)
	}
	values[path] = "value of " + path
	return tftypes.NewValue(typ, values[path])
}

// Every attribute of the schema arrives as the option that has its path, and as nothing
// else.
func TestEveryAttributeArrives(t *testing.T) {
	t.Parallel()
	want := map[string]string{}
	config := newConfiguration(fill("", schemaOf(t).ValueType(), want))
	if len(config.unknown) > 0 || !maps.Equal(config.values, want) {
		t.Errorf("the values are %q, want %q", config.values, want)
	}
	for cloud, options := range map[string][]setting.Option{"alibabacloud": alibabacloud.Options(), "huaweicloud": huaweicloud.Options()} {
		settings := config.cloud(cloud)
		lookup := setting.Lookup{Configuration: settings}
		for _, o := range options {
			if o.Attribute == "" {
				continue
			}
			if o.Cloud != cloud {
				t.Errorf("%s.%s is an option of %s", cloud, o.Attribute, o.Cloud)
			}
			if got := lookup.Configured(o).String; got == "" || got != want[cloud+"."+o.Attribute] {
				t.Errorf("%s.%s has %q, want %q", cloud, o.Attribute, got, want[cloud+"."+o.Attribute])
			}
			delete(settings, o.Attribute)
		}
		if len(settings) > 0 {
			t.Errorf("no option of %s has %q", cloud, settings)
		}
	}
}

// Each option of the requests comes from its attribute, or has its default.
func TestRequestOptions(t *testing.T) {
	t.Parallel()
	got := configuration{}.requests()
	if want := (request.Options{MaxConcurrent: 16, MaxRetries: 8, Timeout: 30 * time.Second}); got != want {
		t.Errorf("the options are %+v, want %+v", got, want)
	}
	got = configuration{values: setting.Values{"max_concurrent_requests": "3", "requests_per_second": "0.5", "max_retries": "0", "request_timeout": "1m30s"}}.requests()
	if want := (request.Options{MaxConcurrent: 3, PerSecond: 0.5, MaxRetries: 0, Timeout: 90 * time.Second}); got != want {
		t.Errorf("the options are %+v, want %+v", got, want)
	}
}

// An unknown value is named by its path; an object that is unknown as a whole is one.
func TestUnknownValues(t *testing.T) {
	t.Parallel()
	typ, ok := schemaOf(t).ValueType().(tftypes.Object)
	if !ok {
		t.Fatal("the configuration is no object")
	}
	cloud := typ.AttributeTypes["alibabacloud"].(tftypes.Object)
	role := cloud.AttributeTypes["assume_role"].(tftypes.Object)
	value := func(typ tftypes.Object, set map[string]tftypes.Value) tftypes.Value {
		attributes := map[string]tftypes.Value{}
		for name, typ := range typ.AttributeTypes {
			attributes[name] = tftypes.NewValue(typ, nil)
		}
		maps.Copy(attributes, set)
		return tftypes.NewValue(typ, attributes)
	}
	unknown := func(typ tftypes.Type) tftypes.Value { return tftypes.NewValue(typ, tftypes.UnknownValue) }
	config := newConfiguration(value(typ, map[string]tftypes.Value{
		"huaweicloud": unknown(typ.AttributeTypes["huaweicloud"]),
		"max_retries": unknown(tftypes.Number),
		"alibabacloud": value(cloud, map[string]tftypes.Value{
			"secret_key":  unknown(tftypes.String),
			"region":      tftypes.NewValue(tftypes.String, "r"),
			"assume_role": value(role, map[string]tftypes.Value{"role_arn": unknown(tftypes.String)}),
		}),
	}))
	if want := []string{"alibabacloud.assume_role.role_arn", "alibabacloud.secret_key", "huaweicloud", "max_retries"}; !slices.Equal(config.unknown, want) {
		t.Errorf("unknown are %q, want %q", config.unknown, want)
	}
	if want := (setting.Values{"alibabacloud.region": "r"}); !maps.Equal(config.values, want) {
		t.Errorf("the values are %q, want %q", config.values, want)
	}
}

// Numbers that are not whole, or out of range, and durations that are none, are errors of
// their attribute, in the provider's words.
func TestValidation(t *testing.T) {
	t.Parallel()
	server := Server("test")
	typ, ok := schemaOf(t).ValueType().(tftypes.Object)
	if !ok {
		t.Fatal("the configuration is no object")
	}
	for _, test := range []struct {
		attribute string
		value     any
		want      string // "": valid
	}{
		{"max_retries", 0, ""},
		{"max_retries", 100, ""},
		{"max_retries", 101, "must be a whole number from 0 to 100"},
		{"max_retries", -1, "The value -1 must be a whole number from 0 to 100"},
		{"max_retries", 1.5, "The value 1.5 must be a whole number from 0 to 100"},
		{"max_concurrent_requests", 0, "from 1 to 256"},
		{"max_concurrent_requests", 0.5, "from 1 to 256"},
		{"max_concurrent_requests", 1e300, "from 1 to 256"},
		{"requests_per_second", 0.1, ""},
		{"requests_per_second", 0, "between 0.1"},
		{"request_timeout", "10s", ""},
		{"request_timeout", "0s", `The value "0s" must be above zero`},
		{"request_timeout", "-1s", "above zero"},
		{"request_timeout", "10", "duration"},
	} {
		attributes := map[string]tftypes.Value{}
		for name, typ := range typ.AttributeTypes {
			attributes[name] = tftypes.NewValue(typ, nil)
		}
		attributes[test.attribute] = tftypes.NewValue(typ.AttributeTypes[test.attribute], test.value)
		config, err := tfprotov6.NewDynamicValue(typ, tftypes.NewValue(typ, attributes))
		if err != nil {
			t.Fatal(err)
		}
		resp, err := server.ValidateProviderConfig(t.Context(), &tfprotov6.ValidateProviderConfigRequest{Config: &config})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, d := range resp.Diagnostics {
			got = append(got, d.Detail)
			if d.Attribute.String() != `AttributeName("`+test.attribute+`")` {
				t.Errorf("%s = %v: the error is of %s", test.attribute, test.value, d.Attribute)
			}
		}
		if all := strings.Join(got, "\n"); (all == "") != (test.want == "") || !strings.Contains(all, test.want) || strings.Contains(all, "provider developers") {
			t.Errorf("%s = %v: the errors are %q", test.attribute, test.value, got)
		}
	}
}

// Secrets are sensitive, and roles are required where they are assumed.
func TestFlags(t *testing.T) {
	t.Parallel()
	var sensitive, required []string
	for _, cloud := range schemaOf(t).Attributes {
		if cloud.NestedType == nil {
			continue
		}
		for _, attribute := range cloud.NestedType.Attributes {
			if attribute.Sensitive {
				sensitive = append(sensitive, cloud.Name+"."+attribute.Name)
			}
			if attribute.NestedType == nil {
				continue
			}
			for _, inner := range attribute.NestedType.Attributes {
				if inner.Required {
					required = append(required, cloud.Name+"."+attribute.Name+"."+inner.Name)
				}
			}
		}
	}
	slices.Sort(sensitive)
	if want := []string{"alibabacloud.access_key", "alibabacloud.credentials_uri", "alibabacloud.secret_key", "alibabacloud.security_token",
		"huaweicloud.access_key", "huaweicloud.auth_token", "huaweicloud.secret_key", "huaweicloud.security_token"}; !slices.Equal(sensitive, want) {
		t.Errorf("sensitive are %q, want %q", sensitive, want)
	}
	slices.Sort(required)
	if want := []string{"alibabacloud.assume_role.role_arn", "huaweicloud.assume_role.agency_name"}; !slices.Equal(required, want) {
		t.Errorf("required are %q, want %q", required, want)
	}
}

// While Terraform's log is off, no records are made.
func TestLogIsOff(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		provider, all string
		want          bool
	}{
		{"", "", false}, {"", "OFF", false}, {"off", "TRACE", false}, {"", "trace", true}, {"", "JSON", true}, {"", "1", true},
		{"INFO", "", true}, {"warn", "OFF", true},
	} {
		h := newLogHandler(func(name string) string {
			return map[string]string{"TF_LOG_PROVIDER": test.provider, "TF_LOG": test.all}[name]
		})
		if got := h.Enabled(t.Context(), slog.LevelError); got != test.want {
			t.Errorf("TF_LOG_PROVIDER=%s, TF_LOG=%s: errors are logged: %v", test.provider, test.all, got)
		}
	}
}
