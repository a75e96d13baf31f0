package datasources

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/setting"
)

// arguments reads what a configuration sets. What can't be read is added to the
// diagnostics. It knows which arguments have been read, so that one that is declared
// and never read does not go unnoticed.
type arguments struct {
	ctx    context.Context //nolint:containedctx // It lives as long as one read.
	config tfsdk.Config
	diags  *diag.Diagnostics
	read   map[string]bool
	// noRequest is whether the result is known without a request.
	noRequest bool
}

func newArguments(ctx context.Context, config tfsdk.Config, diags *diag.Diagnostics) *arguments {
	return &arguments{ctx: ctx, config: config, diags: diags, read: map[string]bool{}}
}

// unread are the declared arguments that no code has read.
func (a *arguments) unread(declared map[string]schema.Attribute) []string {
	var unread []string
	for _, name := range slices.Sorted(maps.Keys(declared)) {
		if !a.read[name] {
			unread = append(unread, name)
		}
	}
	return unread
}

func (a *arguments) get(name string, into any) {
	a.read[name] = true
	a.diags.Append(a.config.GetAttribute(a.ctx, path.Root(name), into)...)
}

// string is "" if the argument is unset.
func (a *arguments) string(name string) string {
	var value types.String
	a.get(name, &value)
	return value.ValueString()
}

// pageSize is the default if the argument is unset.
func (a *arguments) pageSize() int {
	var value types.Int64
	a.get("page_size", &value)
	if value.IsNull() {
		return defaultPageSize
	}
	return int(value.ValueInt64())
}

// bool is the default if the argument is unset.
func (a *arguments) bool(name string, unset bool) bool {
	var value types.Bool
	a.get(name, &value)
	if value.IsNull() {
		return unset
	}
	return value.ValueBool()
}

// strings is nil if the argument is unset, and empty if it is an empty set.
func (a *arguments) strings(name string) []string {
	var values []string
	a.get(name, &values)
	slices.Sort(values)
	return values
}

// stringMap is nil if the argument is unset.
func (a *arguments) stringMap(name string) map[string]string {
	var values map[string]string
	a.get(name, &values)
	return values
}

// time is nil if the argument is unset.
func (a *arguments) time(name string) *time.Time {
	var value timetypes.RFC3339
	a.get(name, &value)
	if value.IsNull() {
		return nil
	}
	at, diags := value.ValueRFC3339Time()
	a.diags.Append(diags...)
	return &at
}

// nameRegex matches everything if the argument is unset.
func (a *arguments) nameRegex() *regexp.Regexp {
	const name = "name_regex"
	pattern, err := regexp.Compile(a.string(name))
	if err != nil {
		a.diags.AddAttributeError(path.Root(name), "Invalid regular expression", err.Error())
	}
	return pattern
}

func (a *arguments) timeout() time.Duration {
	var value timeouts.Value
	a.get("timeouts", &value)
	timeout, diags := value.Read(a.ctx, defaultTimeout)
	a.diags.Append(diags...)
	return timeout
}

// values is a copy of the configuration's values. The map that the framework returns is
// its own.
func (a *arguments) values() map[string]tftypes.Value {
	var values map[string]tftypes.Value
	if err := a.config.Raw.As(&values); err != nil {
		a.diags.AddError("Unable to read the configuration", err.Error())
	}
	return maps.Clone(values)
}

// stringArgument is an optional string. An empty one is an error: it would not be sent, and
// so would not filter.
func stringArgument(description string, validators ...validator.String) schema.StringAttribute {
	return schema.StringAttribute{
		Optional:            true,
		MarkdownDescription: description,
		Validators:          append([]validator.String{stringvalidator.LengthAtLeast(1)}, validators...),
	}
}

// enumArgument is an optional string with a list of valid values.
func enumArgument(description string, values []string, validators ...validator.String) schema.StringAttribute {
	return stringArgument(fmt.Sprintf("%s Valid values: %s.", description, codes(values)), append(validators, stringvalidator.OneOf(values...))...)
}

// statusArgument filters by any status, documented or not.
func statusArgument(subject string, documented []string) schema.StringAttribute {
	return stringArgument(fmt.Sprintf("Status of the %s. Documented values: %s. Applied by the provider after all pages are read.", subject, codes(documented)))
}

func requiredArgument(description string, validators ...validator.String) schema.StringAttribute {
	argument := stringArgument(description, validators...)
	argument.Optional, argument.Required = false, true
	return argument
}

// regionArgument is computed too, so that the state always shows the region that was read.
func regionArgument() schema.StringAttribute {
	argument := stringArgument("Region to query. It selects the endpoint. Default: the provider's region.",
		stringvalidator.RegexMatches(setting.RegionPattern, "must be a region ID, such as cn-hangzhou"))
	argument.Computed = true
	return argument
}

func projectIDArgument() schema.StringAttribute {
	return stringArgument("ID of the project (32 letters or digits). Default: the provider's project in the provider's region; in another region, the project of that region, which is looked up in IAM.",
		stringvalidator.RegexMatches(setting.ProjectIDPattern, "must be 32 letters or digits"))
}

var instanceIDPattern = regexp.MustCompile(`^[0-9A-Za-z]{32}in07$`)

// isInstanceID validates the ID of a TaurusDB instance.
var isInstanceID = stringvalidator.RegexMatches(instanceIDPattern, "must be 32 letters or digits followed by in07")

const instanceIDDescription = "ID of the TaurusDB instance (32 letters or digits followed by `in07`)."

func nameRegexArgument() schema.StringAttribute {
	return stringArgument("Regular expression ([RE2 syntax](https://github.com/google/re2/wiki/Syntax)) that names must match. A missing name is matched as an empty string. Applied by the provider after all pages are read.", isRegexp{})
}

// timeArgument is an optional point in time.
func timeArgument(description string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional:            true,
		CustomType:          timetypes.RFC3339Type{},
		MarkdownDescription: description + " RFC 3339, such as `2026-01-31T00:00:00Z`.",
	}
}

// timeFilterArgument is a point in time that the provider filters by.
func timeFilterArgument(description string) schema.StringAttribute {
	argument := timeArgument(description)
	argument.MarkdownDescription += " Items without that time are omitted. Applied by the provider after all pages are read."
	return argument
}

// defaultPageSize is the largest page size of all operations.
const defaultPageSize = 100

func pageSizeArgument(valid string, validators ...validator.Int64) schema.Int64Attribute {
	return schema.Int64Attribute{
		Optional:            true,
		MarkdownDescription: fmt.Sprintf("Number of items to request per page. Valid values: %s. Default: %d. All pages are read in any case.", valid, defaultPageSize),
		Validators:          validators,
	}
}

// anyPageSize is the argument of operations whose pages may have any size.
func anyPageSize() schema.Int64Attribute {
	return pageSizeArgument("1 to 100", int64validator.Between(1, 100))
}

// codes lists values as code.
func codes(values []string) string {
	list := ""
	for i, value := range values {
		if i > 0 {
			list += ", "
		}
		list += "`" + value + "`"
	}
	return list
}

// isRegexp validates regular expressions.
type isRegexp struct{}

func (isRegexp) Description(context.Context) string { return "must be a regular expression (RE2)" }

func (v isRegexp) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (isRegexp) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if _, err := regexp.Compile(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid regular expression", err.Error())
	}
}
