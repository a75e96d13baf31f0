package datasources

import (
	"context"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// isRegion keeps a region from being anything but a part of a host's name.
var isRegion = stringvalidator.RegexMatches(regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`), "must be a region's id, such as cn-hangzhou")

// isPattern accepts regular expressions.
type isPattern struct{}

func (isPattern) Description(context.Context) string { return "must be a regular expression (RE2)" }

func (v isPattern) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (isPattern) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if _, err := regexp.Compile(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid regular expression", err.Error())
	}
}
