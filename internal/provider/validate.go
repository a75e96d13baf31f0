package provider

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// isPositive accepts durations above zero. Whether the string is a duration is the
// attribute's type to check.
type isPositive struct{}

func (isPositive) Description(context.Context) string { return "must be above zero" }

func (v isPositive) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v isPositive) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if duration, err := time.ParseDuration(req.ConfigValue.ValueString()); err == nil && duration <= 0 {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid duration", fmt.Sprintf("The value %q %s.", req.ConfigValue.ValueString(), v.Description(ctx)))
	}
}

// isWhole accepts whole numbers within limits.
type isWhole struct{ least, most int }

func (v isWhole) Description(context.Context) string {
	return fmt.Sprintf("must be a whole number from %d to %d", v.least, v.most)
}

func (v isWhole) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v isWhole) ValidateNumber(ctx context.Context, req validator.NumberRequest, resp *validator.NumberResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	number := req.ConfigValue.ValueBigFloat()
	if whole, accuracy := number.Int64(); !number.IsInt() || accuracy != 0 || whole < int64(v.least) || whole > int64(v.most) {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid number", fmt.Sprintf("The value %s %s.", number.String(), v.Description(ctx)))
	}
}
