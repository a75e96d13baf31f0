// Package acctest is what acceptance tests share: a mock server of both clouds, and
// the provider's own server, which is called over its protocol in this process and reads
// from the mock server over HTTP. A CLI is only needed for what a CLI does;
// internal/tfcli is for that.
package acctest

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"testing"

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
	if _, err := server.Start(""); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	server.SetAccount(mockcloud.Account{
		Cloud: mockcloud.AlibabaCloud, AccessKey: mockcloud.DemoAlibabaAccessKey, SecretKey: mockcloud.DemoAlibabaSecretKey,
	})
	server.SetAccount(mockcloud.Account{
		Cloud: mockcloud.HuaweiCloud, AccessKey: mockcloud.DemoHuaweiAccessKey, SecretKey: mockcloud.DemoHuaweiSecretKey,
	})
	server.AddProject(mockcloud.Project{ID: ProjectID, Name: mockcloud.DemoHuaweiRegion})
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
			nested, isNested := config[name].(map[string]any)
			replacement, replaces := value.(map[string]any)
			if isNested && replaces {
				merged := maps.Clone(nested)
				maps.Copy(merged, replacement)
				value = merged
			}
			config[name] = value
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
	if p.schemas, err = schemas(); err != nil {
		t.Fatal(err)
	}
	value := dynamic(t, p.schemas.Provider.ValueType(), config)
	validated, err := p.server.ValidateProviderConfig(t.Context(), &tfprotov6.ValidateProviderConfigRequest{Config: value})
	if err != nil {
		t.Fatal(err)
	}
	if p.Diagnostics = diagnostics(validated.Diagnostics); p.Diagnostics.Errors() != "" {
		return p
	}
	configured, err := p.server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{TerraformVersion: "1.11.4", Config: value})
	if err != nil {
		t.Fatal(err)
	}
	p.Diagnostics = append(p.Diagnostics, diagnostics(configured.Diagnostics)...)
	return p
}

// Schema is the schema of a data source, by its name without the provider's.
func (p *Provider) Schema(name string) *tfprotov6.Schema {
	return p.schemas.DataSourceSchemas["cloudbackup_"+name]
}

// Result is the result of a read.
type Result struct {
	Diagnostics
	// State are the attributes by name, as [Value] returns them; nil after an error.
	State map[string]any
	// Raw is the state as it goes over the wire.
	Raw *tfprotov6.DynamicValue
}

// Read validates a configuration and reads a data source, as Terraform does.
func (p *Provider) Read(t testing.TB, name string, config map[string]any) Result {
	t.Helper()
	schema := p.Schema(name)
	if schema == nil {
		t.Fatalf("there is no data source %s", name)
	}
	value := dynamic(t, schema.ValueType(), config)
	validated, err := p.server.ValidateDataResourceConfig(t.Context(), &tfprotov6.ValidateDataResourceConfigRequest{TypeName: "cloudbackup_" + name, Config: value})
	if err != nil {
		t.Fatal(err)
	}
	result := Result{Diagnostics: diagnostics(validated.Diagnostics)}
	if result.Errors() != "" {
		return result
	}
	resp, err := p.server.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: "cloudbackup_" + name, Config: value})
	if err != nil {
		t.Fatal(err)
	}
	result.Diagnostics = append(result.Diagnostics, diagnostics(resp.Diagnostics)...)
	if result.Errors() != "" || resp.State == nil {
		return result
	}
	result.Raw = resp.State
	state, err := resp.State.Unmarshal(schema.ValueType())
	if err != nil {
		t.Fatal(err)
	}
	result.State, _ = Value(t, state).(map[string]any)
	return result
}

// Diagnostics are errors and warnings.
type Diagnostics []*tfprotov6.Diagnostic

func diagnostics(all []*tfprotov6.Diagnostic) Diagnostics { return all }

// Errors is the text of all errors, with the argument that each is about, or empty.
func (d Diagnostics) Errors() string { return d.text(tfprotov6.DiagnosticSeverityError) }

// Warnings is the text of all warnings, or empty.
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
	if err != nil {
		t.Fatal(err)
	}
	return &encoded
}

func toValue(t testing.TB, typ tftypes.Type, value any) tftypes.Value {
	t.Helper()
	switch value := value.(type) {
	case nil:
		return tftypes.NewValue(typ, nil)
	case Unknown:
		return tftypes.NewValue(typ, tftypes.UnknownValue)
	case map[string]any:
		values := map[string]tftypes.Value{}
		if object, ok := typ.(tftypes.Object); ok {
			for name := range value {
				if _, ok := object.AttributeTypes[name]; !ok {
					t.Fatalf("there is no argument %s", name)
				}
			}
			for name, typ := range object.AttributeTypes {
				values[name] = toValue(t, typ, value[name])
			}
			return tftypes.NewValue(typ, values)
		}
		for key, element := range value {
			values[key] = tftypes.NewValue(tftypes.String, element)
		}
		return tftypes.NewValue(typ, values)
	case []any:
		values := []tftypes.Value{}
		for _, element := range value {
			values = append(values, tftypes.NewValue(tftypes.String, element))
		}
		return tftypes.NewValue(typ, values)
	}
	return tftypes.NewValue(typ, value)
}
