// Package provider is the provider cloudbackup: its configuration, and what it
// registers.
package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/datasources"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/functions"
)

// Provider is the provider cloudbackup.
type Provider struct {
	version string
}

var _ provider.ProviderWithFunctions = (*Provider)(nil)

// New returns the provider. Terraform and the clouds see the version, the latter in
// the User-Agent.
func New(version string) *Provider {
	return &Provider{version: version}
}

// Metadata names the provider.
func (p *Provider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "cloudbackup"
	resp.Version = p.version
}

// DataSources are all data sources.
func (p *Provider) DataSources(context.Context) []func() datasource.DataSource {
	return datasources.All()
}

// Functions are all functions.
func (p *Provider) Functions(context.Context) []func() function.Function {
	return []func() function.Function{
		functions.NewOlderThan,
		functions.NewAgeSeconds,
	}
}

// Resources are none: the provider only reads.
func (p *Provider) Resources(context.Context) []func() resource.Resource { return nil }
