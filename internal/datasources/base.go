// Package datasources has the provider's data sources: one file each, with its
// arguments, the attributes of its items, and the operation that it reads. What they
// share is in base.go; a list builds on list.go, a single object on object.go.
package datasources

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
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

// cloud is what differs between the clouds, for a read. A further cloud is one more of
// these in allClouds, and its client in Clouds.
type cloud struct {
	// argument is the cloud's argument in the provider configuration.
	argument string
	client   func(*Clouds) client
	// arguments are those that all of the cloud's data sources have.
	arguments map[string]schema.Attribute
}

// client is a cloud's client.
type client interface {
	// Region is the region to read: the argument's value, or that of the provider.
	Region(ctx context.Context, argument string) (string, error)
	// Warnings are those that a read has found, about a clear-text endpoint for example.
	Warnings() []string
}

var (
	alibabaCloud = &cloud{
		argument: "alibabacloud",
		client:   func(c *Clouds) client { return c.DBS.Cloud },
	}
	huaweiCloud = &cloud{
		argument:  "huaweicloud",
		client:    func(c *Clouds) client { return c.TaurusDB.Cloud },
		arguments: map[string]schema.Attribute{"project_id": projectIDArgument()},
	}
	allClouds = []*cloud{alibabaCloud, huaweiCloud}
)

// defaultTimeout is the timeout of a read, unless the configuration sets one.
const defaultTimeout = 5 * time.Minute

// base is what lists and objects have in common.
type base struct {
	// name is the type's name without the provider's prefix: "dbs_backup_plans".
	name        string
	description string
	// subject is what is read, for errors: "backup plans".
	subject string
	cloud   *cloud
	// arguments are the attributes that a configuration sets, except those of the cloud,
	// region and timeouts, which the base adds.
	arguments map[string]schema.Attribute

	clouds *Clouds
}

// reader reads from the cloud what arguments selected, and returns the computed attributes
// in Terraform's wire format.
type reader func(ctx context.Context) (map[string][]byte, error)

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

// allArguments are the data source's own arguments and those that the base adds.
func (b *base) allArguments(ctx context.Context) map[string]schema.Attribute {
	all := map[string]schema.Attribute{"region": regionArgument(), "timeouts": timeoutsAttribute(ctx)}
	maps.Copy(all, b.cloud.arguments)
	maps.Copy(all, b.arguments)
	return all
}

// schema has the arguments and the computed attributes. No attribute may be both.
func (b *base) schema(ctx context.Context, computed map[string]schema.Attribute, resp *datasource.SchemaResponse) {
	attributes := b.allArguments(ctx)
	for name := range attributes {
		if computed[name] != nil {
			resp.Diagnostics.AddError("Defect in the provider",
				fmt.Sprintf("%s of %s is an argument and a field. Leave it out of the fields, and check it in the operation.", name, b.name))
		}
	}
	maps.Copy(attributes, computed)
	resp.Schema = schema.Schema{MarkdownDescription: b.description, Attributes: attributes}
}

// read reads a data source: query takes the arguments and returns what reads. The
// state is set once.
func (b *base) read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse, query func(*arguments) reader) {
	if err := b.checkConfiguration(); err != nil {
		b.fail(resp, err)
		return
	}
	cloud := b.cloud.client(b.clouds)
	args := &arguments{clouds: b.clouds, ctx: ctx, config: req.Config, diags: &resp.Diagnostics, read: map[string]bool{}}
	ctx, cancel := request.WithTimeout(ctx, args.timeout())
	defer cancel()
	argument := args.string("region")
	region, err := cloud.Region(ctx, argument)
	args.region = region
	run := query(args)
	if unread := args.unread(b.allArguments(ctx)); len(unread) > 0 && !resp.Diagnostics.HasError() {
		b.fail(resp, fmt.Errorf("the arguments %s have no effect; this is a defect in the provider, please report it at %s", strings.Join(unread, ", "), request.ReportURL))
	}
	if resp.Diagnostics.HasError() {
		return
	}
	if err != nil && !args.noRequest {
		if argument != "" {
			err = &argumentError{"region", err}
		}
		b.fail(resp, err)
		return
	}
	computed, err := run(ctx)
	for _, warning := range cloud.Warnings() {
		resp.Diagnostics.AddWarning("Requests are not encrypted", warning)
	}
	for name, encoded := range computed {
		if err == nil {
			err = rawstate.Set(ctx, name, encoded)
		}
	}
	if err != nil {
		b.fail(resp, err)
		return
	}
	// Beside raw state, the state is the configuration with the region that was read.
	var values map[string]tftypes.Value
	if err := req.Config.Raw.As(&values); err != nil {
		b.fail(resp, err)
		return
	}
	values = maps.Clone(values) // the map is the framework's own
	values["region"] = tftypes.NewValue(tftypes.String, nil)
	if region != "" {
		values["region"] = tftypes.NewValue(tftypes.String, region)
	}
	resp.State.Raw = tftypes.NewValue(req.Config.Raw.Type(), values)
}

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

// checkConfiguration returns an error if the read needs a value of the provider configuration
// that is unknown: without it, another account could be read.
func (b *base) checkConfiguration() error {
	if b.clouds == nil {
		return errors.New("The provider is not configured yet.") //nolint:staticcheck,revive // It is shown as a sentence of its own.
	}
	var unknown []string
	for _, name := range b.clouds.Unknown {
		argument, _, _ := strings.Cut(name, ".")
		ofAnother := func(c *cloud) bool { return c != b.cloud && c.argument == argument }
		if !slices.ContainsFunc(allClouds, ofAnother) {
			unknown = append(unknown, name)
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	return fmt.Errorf("The provider configuration depends on values that are known only after apply: %s. Use values that are known during planning, or run terraform apply with -target for the resources that they depend on first.", //nolint:staticcheck,revive // The same.
		strings.Join(unknown, ", "))
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
