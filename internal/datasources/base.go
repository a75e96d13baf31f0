// Package datasources has the provider's data sources: one file each, with its
// arguments, the attributes of its items, and the operation that it reads. What they
// share is in base.go; a list builds on list.go, a single object on object.go.
package datasources

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/alibabacloud/dbs"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/huaweicloud/taurusdb"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/rawstate"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/redact"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
)

// All are the constructors of all data sources.
func All() []func() datasource.DataSource {
	return []func() datasource.DataSource{
		newDBSBackupPlans,
		newDBSFullBackups,
		newDBSIncrementalBackups,
		newDBSRestoreRanges,
		newTaurusDBBackups,
		newTaurusDBProjectBackups,
		newTaurusDBInstances,
		newTaurusDBRestoreRanges,
		newTaurusDBBackupPolicy,
	}
}

// Clouds is what the provider passes to the data sources when it is configured.
type Clouds struct {
	DBS      *dbs.Client
	TaurusDB *taurusdb.Client
	// Unknown are the arguments of the provider configuration whose values are
	// unknown during planning.
	Unknown []string
	// Secrets are masked in errors.
	Secrets *redact.Secrets
}

// cloud is the name of a cloud's argument in the provider configuration.
type cloud string

const (
	alibabaCloud cloud = "alibabacloud"
	huaweiCloud  cloud = "huaweicloud"
)

// defaultTimeout is the timeout of a read, unless the configuration sets one.
const defaultTimeout = 5 * time.Minute

// base is what all data sources have in common, whatever they return.
type base struct {
	// name is the type's name without the provider's prefix: "dbs_backup_plans".
	name        string
	description string
	// subject is what is read, for errors: "backup plans".
	subject string
	cloud   cloud
	// arguments are the attributes that a configuration sets, except region,
	// project_id and timeouts, which the base adds.
	arguments map[string]schema.Attribute

	clouds *Clouds
}

// reader reads from the cloud, in a region, what arguments selected.
type reader func(ctx context.Context, region string) (state, error)

// state is the result of a read.
type state struct {
	values map[string]tftypes.Value
	// raw are attributes in Terraform's wire format.
	raw map[string][]byte
	// warning is shown with a summary and a detail, if there is one.
	warning [2]string
}

// argumentError is an error whose cause is the value of an argument.
type argumentError struct {
	argument string
	err      error
}

func (e *argumentError) Error() string { return e.err.Error() }
func (e *argumentError) Unwrap() error { return e.err }

// Metadata sets the type's name.
func (b *base) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + b.name
}

// Configure takes the clouds from the provider. Terraform validates a configuration
// before it configures the provider: then there are none.
func (b *base) Configure(_ context.Context, req datasource.ConfigureRequest, _ *datasource.ConfigureResponse) {
	b.clouds, _ = req.ProviderData.(*Clouds)
}

// schema has the arguments and the computed attributes.
func (b *base) schema(ctx context.Context, computed map[string]schema.Attribute) schema.Schema {
	attributes := maps.Clone(b.arguments)
	attributes["region"] = regionArgument()
	if b.cloud == huaweiCloud {
		attributes["project_id"] = projectIDArgument()
	}
	attributes["timeouts"] = timeoutsAttribute(ctx)
	maps.Copy(attributes, computed)
	return schema.Schema{MarkdownDescription: b.description, Attributes: attributes}
}

// read reads a data source: select takes the arguments and returns what reads. The
// state is set once.
func (b *base) read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse, selectItems func(*arguments) reader) {
	args := newArguments(ctx, req.Config, &resp.Diagnostics)
	regionArg := args.string("region")
	timeout := args.timeout()
	run := selectItems(args)
	if unread := args.unread(b.arguments); len(unread) > 0 && !resp.Diagnostics.HasError() {
		b.fail(resp, fmt.Errorf("the arguments %s have no effect; this is a defect in the provider, please report it at %s", strings.Join(unread, ", "), issuesURL))
	}
	if resp.Diagnostics.HasError() {
		return
	}
	if err := b.clouds.check(b.cloud); err != nil {
		b.fail(resp, err)
		return
	}
	region, err := b.clouds.region(b.cloud, regionArg)
	if err != nil && !args.noRequest {
		if regionArg != "" {
			err = &argumentError{"region", err}
		}
		b.fail(resp, err)
		return
	}
	ctx, cancel := request.WithTimeout(ctx, timeout)
	defer cancel()
	result, err := run(ctx, region)
	for _, warning := range b.clouds.warnings(b.cloud) {
		resp.Diagnostics.AddWarning("Requests are not encrypted", warning)
	}
	for name, encoded := range result.raw {
		if err == nil {
			err = rawstate.Set(ctx, name, encoded)
		}
	}
	if err != nil {
		b.fail(resp, err)
		return
	}
	if result.warning[0] != "" {
		resp.Diagnostics.AddWarning(result.warning[0], result.warning[1])
	}
	values := args.values()
	values["region"] = stringValue(region, region != "")
	maps.Copy(values, result.values)
	resp.State.Raw = tftypes.NewValue(req.Config.Raw.Type(), values)
}

const issuesURL = "https://github.com/cloudbackup/terraform-provider-cloudbackup/issues"

// fail adds an error, at the argument that caused it if there is one.
func (b *base) fail(resp *datasource.ReadResponse, err error) {
	summary := "Unable to read " + b.subject
	var argument *argumentError
	if errors.As(err, &argument) {
		resp.Diagnostics.AddAttributeError(path.Root(argument.argument), summary, err.Error())
		return
	}
	resp.Diagnostics.AddError(summary, err.Error())
}

// check returns an error if the read needs a value of the provider configuration that is
// unknown: without it, another account could be read.
func (c *Clouds) check(cloud cloud) error {
	if c == nil {
		return errors.New("The provider is not configured yet.") //nolint:staticcheck,revive // It is shown as a sentence of its own.
	}
	var unknown []string
	for _, name := range c.Unknown {
		root, _, _ := strings.Cut(name, ".")
		if root == string(cloud) || root != string(alibabaCloud) && root != string(huaweiCloud) {
			unknown = append(unknown, name)
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	return fmt.Errorf("The provider configuration depends on values that are known only after apply: %s. Use values that are known during planning, or run terraform apply with -target for the resources that they depend on first.", //nolint:staticcheck,revive // The same.
		strings.Join(unknown, ", "))
}

// region is the region to read: the argument's value, or that of the provider.
func (c *Clouds) region(cloud cloud, argument string) (string, error) {
	if cloud == huaweiCloud {
		return c.TaurusDB.Cloud.Region(argument)
	}
	return c.DBS.Cloud.Region(argument)
}

// warnings are those that a read has found, about a clear-text endpoint for example.
func (c *Clouds) warnings(cloud cloud) []string {
	if cloud == huaweiCloud {
		return c.TaurusDB.Cloud.Warnings()
	}
	return c.DBS.Cloud.Warnings()
}

func timeoutsAttribute(ctx context.Context) schema.Attribute {
	attribute := timeouts.AttributesWithOpts(ctx, timeouts.Opts{
		ReadDescription: "Timeout of the whole read, including pagination and retries, as a duration such as `30s`. Default: `5m`.",
	})
	// The package has no option for the description of the whole.
	if nested, ok := attribute.(schema.SingleNestedAttribute); ok {
		nested.MarkdownDescription = "Timeouts."
		return nested
	}
	return attribute
}
