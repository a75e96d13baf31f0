package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// isPositive accepts durations above zero. Whether it is a duration is the
// attribute's type to say.
type isPositive struct{}

func (isPositive) Description(context.Context) string { return "must be above zero" }

func (v isPositive) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v isPositive) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if duration, err := time.ParseDuration(req.ConfigValue.ValueString()); err == nil && duration <= 0 {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid duration", v.Description(ctx))
	}
}
