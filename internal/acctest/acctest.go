// Package acctest is what acceptance tests share: a mock server of both clouds, and
// the provider's own server, which is called over its protocol in this process and reads
// from the mock server over HTTP. A CLI is only needed for what a CLI does;
// internal/tfcli is for that.
package acctest

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/provider"
)

// ProjectID is a project that [Cloud] knows, without instances.
const ProjectID = "00112233445566778899aabbccddeeff"

// Cloud returns a mock server that lives as long as the test.
func Cloud(t testing.TB) *mockcloud.Server {
	t.Helper()
	server := mockcloud.New(mockcloud.Options{})
	_, err := server.Start("")
	must(t, err)
	t.Cleanup(func() { _ = server.Close() })
	server.Seed(mockcloud.Fixture{
		Accounts: mockcloud.Demo(time.Now()).Accounts,
		Projects: []mockcloud.Project{{ID: ProjectID, Name: mockcloud.DemoHuaweiRegion}},
	})
	return server
}

// Configuration is a provider configuration that reads from the mock server. It sets all
// that the environment could set otherwise.
func Configuration(url string) map[string]any {
	return map[string]any{
		"alibabacloud": map[string]any{
			"region":     mockcloud.DemoAlibabaRegion,
			"access_key": mockcloud.DemoAlibabaAccessKey,
			"secret_key": mockcloud.DemoAlibabaSecretKey,
			"endpoint":   url,
		},
		"huaweicloud": map[string]any{
			"region":       mockcloud.DemoHuaweiRegion,
			"access_key":   mockcloud.DemoHuaweiAccessKey,
			"secret_key":   mockcloud.DemoHuaweiSecretKey,
			"project_id":   ProjectID,
			"endpoint":     url,
			"iam_endpoint": url,
		},
	}
}

// Provider is the provider's server, configured.
type Provider struct {
	server  tfprotov6.ProviderServer
	schemas *tfprotov6.GetProviderSchemaResponse
	// Diagnostics are those of the configuration.
	Diagnostics Diagnostics
}

// NewProvider starts and configures the provider with [Configuration] and further
// arguments. A nested argument replaces a nested one, and nil removes it.
func NewProvider(t testing.TB, url string, further ...map[string]any) *Provider {
	t.Helper()
	config := Configuration(url)
	for _, more := range further {
		for name, value := range more {
			arguments, isNested := value.(map[string]any)
			if defaults, ok := config[name].(map[string]any); ok && isNested {
				maps.Copy(defaults, arguments)
			} else {
				config[name] = value
			}
		}
	}
	return Configure(t, config)
}

// schemas are those of the provider. Making them takes longer than most tests.
var schemas = sync.OnceValues(func() (*tfprotov6.GetProviderSchemaResponse, error) {
	return provider.Server("test").GetProviderSchema(context.Background(), &tfprotov6.GetProviderSchemaRequest{})
})

// Configure starts the provider, and configures it with these arguments alone.
func Configure(t testing.TB, config map[string]any) *Provider {
	t.Helper()
	p := &Provider{server: provider.Server("test")}
	var err error
	p.schemas, err = schemas()
	must(t, err)
	if message := Diagnostics(p.schemas.Diagnostics).Errors(); message != "" {
		t.Fatal(message)
	}
	value := dynamic(t, p.schemas.Provider.ValueType(), config)
	validated, err := p.server.ValidateProviderConfig(t.Context(), &tfprotov6.ValidateProviderConfigRequest{Config: value})
	must(t, err)
	if p.Diagnostics = validated.Diagnostics; p.Diagnostics.Errors() != "" {
		return p
	}
	configured, err := p.server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{TerraformVersion: "1.11.4", Config: value})
	must(t, err)
	p.Diagnostics = append(p.Diagnostics, configured.Diagnostics...)
	return p
}

// Schema is the schema of a data source, by its name without the provider's.
func (p *Provider) Schema(name string) *tfprotov6.Schema {
	return p.schemas.DataSourceSchemas["cloudbackup_"+name]
}

// Result is the result of a read.
type Result struct {
	Diagnostics
	// State are the attributes by name, in Go's types: string, bool, json.Number with
	// every digit, []any, map[string]any, and nil for null. It is nil after an error.
	State map[string]any
}

// Read validates a configuration and reads a data source, as Terraform does.
func (p *Provider) Read(t testing.TB, name string, config map[string]any) Result {
	t.Helper()
	schema := p.Schema(name)
	value := dynamic(t, schema.ValueType(), config)
	validated, err := p.server.ValidateDataResourceConfig(t.Context(), &tfprotov6.ValidateDataResourceConfigRequest{TypeName: "cloudbackup_" + name, Config: value})
	must(t, err)
	result := Result{Diagnostics: validated.Diagnostics}
	if result.Errors() != "" {
		return result
	}
	resp, err := p.server.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: "cloudbackup_" + name, Config: value})
	must(t, err)
	result.Diagnostics = append(result.Diagnostics, resp.Diagnostics...)
	if result.Errors() != "" || resp.State == nil {
		return result
	}
	state, err := resp.State.Unmarshal(schema.ValueType())
	must(t, err)
	result.State, _ = fromValue(t, state).(map[string]any)
	return result
}

// Diagnostics are errors and warnings.
type Diagnostics []*tfprotov6.Diagnostic

// Errors has all errors in one string, each with the argument that it is about; "" if there are none.
func (d Diagnostics) Errors() string { return d.text(tfprotov6.DiagnosticSeverityError) }

// Warnings has all warnings in one string; "" if there are none.
func (d Diagnostics) Warnings() string { return d.text(tfprotov6.DiagnosticSeverityWarning) }

func (d Diagnostics) text(severity tfprotov6.DiagnosticSeverity) string {
	text := ""
	for _, one := range d {
		if one.Severity == severity {
			text += fmt.Sprintf("%s: %s\n%s\n", one.Attribute, one.Summary, one.Detail)
		}
	}
	return text
}

// Unknown is a value that is known only after apply.
type Unknown struct{}

// dynamic makes a value of Go's types. What is not set is null.
func dynamic(t testing.TB, typ tftypes.Type, value any) *tfprotov6.DynamicValue {
	t.Helper()
	encoded, err := tfprotov6.NewDynamicValue(typ, toValue(t, typ, value))
	must(t, err)
	return &encoded
}

func toValue(t testing.TB, typ tftypes.Type, value any) tftypes.Value {
	t.Helper()
	if value == (Unknown{}) {
		return tftypes.NewValue(typ, tftypes.UnknownValue)
	}
	object, isObject := typ.(tftypes.Object)
	attributes, isMap := value.(map[string]any)
	if !isObject || !isMap {
		encoded, err := json.Marshal(value)
		must(t, err)
		decoded, err := tfprotov6.DynamicValue{JSON: encoded}.Unmarshal(typ)
		must(t, err)
		return decoded
	}
	for name := range attributes {
		if object.AttributeTypes[name] == nil {
			t.Fatalf("there is no argument %s", name)
		}
	}
	values := map[string]tftypes.Value{}
	for name, typ := range object.AttributeTypes {
		values[name] = toValue(t, typ, attributes[name])
	}
	return tftypes.NewValue(typ, values)
}

func fromValue(t testing.TB, value tftypes.Value) any {
	t.Helper()
	switch typ := value.Type(); {
	case value.IsNull():
		return nil
	case typ.Is(tftypes.String):
		return as[string](t, value)
	case typ.Is(tftypes.Bool):
		return as[bool](t, value)
	case typ.Is(tftypes.Number):
		return json.Number(as[*big.Float](t, value).Text('f', -1))
	case typ.Is(tftypes.List{}), typ.Is(tftypes.Set{}):
		list := []any{}
		for _, element := range as[[]tftypes.Value](t, value) {
			list = append(list, fromValue(t, element))
		}
		return list
	}
	object := map[string]any{}
	for name, attribute := range as[map[string]tftypes.Value](t, value) {
		object[name] = fromValue(t, attribute)
	}
	return object
}

func as[T any](t testing.TB, value tftypes.Value) (converted T) {
	t.Helper()
	must(t, value.As(&converted))
	return converted
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
