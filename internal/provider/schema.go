package provider

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/float64validator"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/alibabacloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/huaweicloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/setting"
)

// objects describes the attributes that are objects.
var objects = map[string]string{
	"alibabacloud":                       "Settings of Alibaba Cloud. " + unset + " If several variables of a setting are set, `ALICLOUD_*` wins over `ALIBABA_CLOUD_*`, and that over `ALIBABACLOUD_*`.",
	"huaweicloud":                        "Settings of Huawei Cloud. " + unset + " If several variables of a setting are set, `HW_*` wins over `OS_*`, and that over `HUAWEICLOUD_SDK_*`.",
	"alibabacloud.assume_role":           "RAM role to assume with the credentials that the other settings supply.",
	"alibabacloud.assume_role_with_oidc": "RAM role to assume with the token of an OIDC identity provider. It requires no other credentials. What is unset comes from the environment.",
	"huaweicloud.assume_role":            "Agency of another account to assume with the credentials that the other settings supply.",
}

const unset = "What is unset comes from the environment, and is an error only if a data source of this cloud needs it."

// Schema is the provider configuration. The clouds' attributes are made from their
// options.
func (p *Provider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads the database backups of two clouds: Alibaba Cloud DBS and Huawei Cloud TaurusDB.",
		Attributes: map[string]schema.Attribute{
			"alibabacloud": cloudAttribute("alibabacloud", alibabacloud.Options()),
			"huaweicloud":  cloudAttribute("huaweicloud", huaweicloud.Options()),
			"max_concurrent_requests": wholeNumber(1, 256,
				fmt.Sprintf("Maximum number of requests in flight per API host, over all data sources. Valid values: 1 to 256. Default: %d.", request.DefaultMaxConcurrent)),
			"requests_per_second": schema.Float64Attribute{
				Optional:            true,
				MarkdownDescription: "Maximum number of requests per second and API host, over all data sources. Valid values: 0.1 to 10000. Default: no maximum; a host that throttles is slowed down.",
				Validators:          []validator.Float64{float64validator.Between(0.1, 10_000)},
			},
			"max_retries": wholeNumber(0, 100,
				fmt.Sprintf("Maximum number of retries for throttled requests and transient errors. Valid values: 0 to 100. Default: %d.", request.DefaultMaxRetries)),
			"request_timeout": schema.StringAttribute{
				Optional:            true,
				CustomType:          timetypes.GoDurationType{},
				MarkdownDescription: fmt.Sprintf("Timeout of a single HTTP request, as a duration such as `10s`. Default: `%s`.", request.DefaultTimeout),
				Validators:          []validator.String{isPositive{}},
			},
		},
	}
}

func cloudAttribute(cloud string, options []setting.Option) schema.Attribute {
	root := map[string]schema.Attribute{}
	within := map[string]map[string]schema.Attribute{"": root}
	for _, o := range options {
		if o.Attribute == "" {
			continue
		}
		object, name, nested := strings.Cut(o.Attribute, ".")
		if !nested {
			object, name = "", o.Attribute
		}
		if within[object] == nil {
			within[object] = map[string]schema.Attribute{}
			root[object] = schema.SingleNestedAttribute{Optional: true, MarkdownDescription: objects[cloud+"."+object], Attributes: within[object]}
		}
		within[object][name] = attribute(o)
	}
	return schema.SingleNestedAttribute{Optional: true, MarkdownDescription: objects[cloud], Attributes: root}
}

func attribute(o setting.Option) schema.Attribute {
	if o.Max != 0 {
		return wholeNumber(o.Min, o.Max, o.Markdown())
	}
	return schema.StringAttribute{Optional: !o.Required, Required: o.Required, Sensitive: o.Sensitive, MarkdownDescription: o.Markdown()}
}

// wholeNumber is a number that is checked by the provider: for a fraction, the
// framework's integers have an error that blames the provider.
func wholeNumber(least, most int, description string) schema.Attribute {
	return schema.NumberAttribute{Optional: true, MarkdownDescription: description, Validators: []validator.Number{isWhole{least, most}}}
}

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
