// Package provider is the provider cloudbackup: its configuration, and what it
// registers.
package provider

import (
	"context"
	"fmt"
	"log/slog"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/alibabacloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/alibabacloud/dbs"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/bulk"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/datasources"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/functions"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/huaweicloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/huaweicloud/taurusdb"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
)

// Provider is the provider cloudbackup.
type Provider struct {
	version string
}

var _ provider.ProviderWithFunctions = (*Provider)(nil)

// New returns the provider. The version is told to Terraform, and to the clouds
// in the User-Agent.
func New(version string) *Provider {
	return &Provider{version: version}
}

// Server returns the provider as Terraform talks to it.
func Server(version string) tfprotov6.ProviderServer {
	return bulk.Server(functions.NullArguments(providerserver.NewProtocol6(New(version))()))
}

// Metadata names the provider.
func (p *Provider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "cloudbackup"
	resp.Version = p.version
}

// Configure makes the clients of both clouds. It reads nothing from disk or
// network: what a cloud lacks is reported when that cloud is read.
func (p *Provider) Configure(_ context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	config := newConfiguration(req.Config.Raw)
	limits := config.limits(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	secrets := &request.Secrets{}
	client := func(cloud string) *request.Client {
		return request.New(request.Options{
			Cloud:         cloud,
			UserAgent:     fmt.Sprintf("terraform-provider-cloudbackup/%s Terraform/%s", p.version, req.TerraformVersion),
			MaxConcurrent: limits.maxConcurrent,
			PerSecond:     limits.perSecond,
			MaxRetries:    limits.maxRetries,
			Timeout:       limits.timeout,
			Logger:        slog.New(logHandler{}),
			Secrets:       secrets,
		})
	}
	alibaba := alibabacloud.NewClient(config.alibabaCloud(), os.Getenv, client("Alibaba Cloud"), secrets)
	huawei := huaweicloud.NewClient(config.huaweiCloud(), os.Getenv, client("Huawei Cloud"), secrets)
	for _, insecure := range []string{alibaba.InsecureEndpoint(), huawei.InsecureEndpoint()} {
		if insecure != "" {
			resp.Diagnostics.AddWarning("Requests are not encrypted",
				fmt.Sprintf("The endpoint %s is plain HTTP: requests are signed, but whoever is on the way can read them and their answers. Use https://.", insecure))
		}
	}
	resp.DataSourceData = &datasources.Clouds{
		DBS:      &dbs.Client{Cloud: alibaba, Concurrency: limits.maxConcurrent},
		TaurusDB: &taurusdb.Client{Cloud: huawei, Concurrency: limits.maxConcurrent},
		Unknown:  config.unknown,
	}
}

// DataSources are all data sources.
func (p *Provider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{
		datasources.NewDBSBackupPlans,
		datasources.NewDBSFullBackups,
		datasources.NewTaurusDBBackups,
	}
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
