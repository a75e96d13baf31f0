package datasources

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
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

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/setting"
)

// arguments reads what a configuration sets. What can't be read is added to the
// diagnostics. It knows which arguments have been read, so that one that is declared
// and never read does not go unnoticed.
type arguments struct {
	clouds *Clouds
	region string // the one to read

	ctx    context.Context //nolint:containedctx // It lives as long as one read.
	config tfsdk.Config
	diags  *diag.Diagnostics
	read   map[string]bool
	// noRequest is whether the list is known to be empty without a request.
	noRequest bool
}

// unread are the declared arguments that no code has read.
func (a *arguments) unread(declared map[string]schema.Attribute) []string {
	unread := slices.Sorted(maps.Keys(declared))
	return slices.DeleteFunc(unread, func(name string) bool { return a.read[name] })
}

// get reads an argument; unset is its value if the configuration does not set it.
func get[V any](a *arguments, name string, unset V) V {
	a.read[name] = true
	var value *V
	a.diags.Append(a.config.GetAttribute(a.ctx, path.Root(name), &value)...)
	if value == nil {
		return unset
	}
	return *value
}

// string is "" if the argument is unset.
func (a *arguments) string(name string) string { return get(a, name, "") }

// bool is the default if the argument is unset.
func (a *arguments) bool(name string, unset bool) bool { return get(a, name, unset) }

// pageSize is the default if the argument is unset.
func (a *arguments) pageSize() int { return get(a, "page_size", defaultPageSize) }

// strings is nil if the argument is unset, and empty if it is an empty set.
func (a *arguments) strings(name string) []string {
	values := get[[]string](a, name, nil)
	slices.Sort(values)
	return values
}

// stringMap is nil if the argument is unset.
func (a *arguments) stringMap(name string) map[string]string {
	return get[map[string]string](a, name, nil)
}

// time is nil if the argument is unset.
func (a *arguments) time(name string) *time.Time {
	value := a.string(name)
	if value == "" {
		return nil
	}
	at, err := time.Parse(time.RFC3339, value)
	if err != nil {
		a.diags.AddAttributeError(path.Root(name), "Invalid time", err.Error())
	}
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
	const name = "timeouts"
	a.read[name] = true
	var value timeouts.Value
	a.diags.Append(a.config.GetAttribute(a.ctx, path.Root(name), &value)...)
	timeout, diags := value.Read(a.ctx, defaultTimeout)
	a.diags.Append(diags...)
	return timeout
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
func codes(values []string) string { return "`" + strings.Join(values, "`, `") + "`" }

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
