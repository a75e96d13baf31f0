package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/float64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/alibabacloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/huaweicloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/setting"
)

// Schema is the provider's configuration. Its descriptions of where a setting
// comes from are made of the clouds' own tables.
func (p *Provider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Shows which database backups exist in the cloud: backup plans and full backups of Alibaba Cloud DBS, and full backups of Huawei Cloud TaurusDB.",
		Attributes: map[string]schema.Attribute{
			"alibabacloud": cloudAttribute("Alibaba Cloud", alibabaAttributes()),
			"huaweicloud":  cloudAttribute("Huawei Cloud", huaweiAttributes()),
			"max_concurrent_requests": schema.Int64Attribute{
				Optional:            true,
				MarkdownDescription: "How many requests are in flight at the most, to each cloud, over all data sources; 1 to 256, 8 by default.",
				Validators:          []validator.Int64{int64validator.Between(1, 256)},
			},
			"requests_per_second": schema.Float64Attribute{
				Optional:            true,
				MarkdownDescription: "How many requests are sent in a second at the most, to each cloud, over all data sources; 0.1 to 10000, 20 by default.",
				Validators:          []validator.Float64{float64validator.Between(0.1, 10_000)},
			},
			"max_retries": schema.Int64Attribute{
				Optional:            true,
				MarkdownDescription: "How often a request is tried again that was throttled or failed for a passing reason; 0 to 100, 8 by default.",
				Validators:          []validator.Int64{int64validator.Between(0, 100)},
			},
			"request_timeout": schema.StringAttribute{
				Optional:            true,
				CustomType:          timetypes.GoDurationType{},
				MarkdownDescription: "How long one HTTP request may take, as a duration like `10s`; `30s` by default.",
				Validators:          []validator.String{isPositive{}},
			},
		},
	}
}

func cloudAttribute(name string, attributes map[string]schema.Attribute) schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: name + ". It can be left out: what it lacks then is taken from the environment, and is missed only when a data source of this cloud is read.",
		Attributes:          attributes,
	}
}

// description makes the sentence of a setting, and of its environment names.
func description(s setting.Source) string {
	text := strings.ToUpper(s.What[:1]) + s.What[1:] + "."
	if len(s.Environment) > 0 {
		text += fmt.Sprintf(" Environment: `%s`.", strings.Join(s.Environment, "`, `"))
	}
	return text
}

// builder makes the attributes of one cloud out of its sources.
type builder map[string]setting.Source

func newBuilder(sources []setting.Source) builder {
	b := builder{}
	for _, s := range sources {
		b[s.Attribute] = s
	}
	return b
}

func (b builder) text(name string) schema.StringAttribute {
	return schema.StringAttribute{Optional: true, MarkdownDescription: description(b[name])}
}

func (b builder) secret(name string) schema.StringAttribute {
	attribute := b.text(name)
	attribute.Sensitive = true
	return attribute
}

func (b builder) seconds(name string, most int64) schema.Int64Attribute {
	return schema.Int64Attribute{
		Optional:            true,
		MarkdownDescription: description(b[name]),
		Validators:          []validator.Int64{int64validator.Between(900, most)},
	}
}

func alibabaAttributes() map[string]schema.Attribute {
	b := newBuilder(alibabacloud.Sources())
	const mostSeconds = 43_200
	return map[string]schema.Attribute{
		"region":                  b.text("region"),
		"access_key":              b.secret("access_key"),
		"secret_key":              b.secret("secret_key"),
		"security_token":          b.secret("security_token"),
		"profile":                 b.text("profile"),
		"shared_credentials_file": b.text("shared_credentials_file"),
		"ecs_role_name":           b.text("ecs_role_name"),
		"credentials_uri":         b.text("credentials_uri"),
		"endpoint":                b.text("endpoint"),
		"assume_role": schema.SingleNestedAttribute{
			Optional:            true,
			MarkdownDescription: "A RAM role to assume with the credentials that the other settings give.",
			Attributes: map[string]schema.Attribute{
				"role_arn":           b.text("assume_role.role_arn"),
				"session_name":       b.text("assume_role.session_name"),
				"session_expiration": b.seconds("assume_role.session_expiration", mostSeconds),
				"policy":             b.text("assume_role.policy"),
				"external_id":        b.text("assume_role.external_id"),
			},
		},
		"assume_role_with_oidc": schema.SingleNestedAttribute{
			Optional:            true,
			MarkdownDescription: "A RAM role to assume with the token of an OIDC identity provider. It needs no other credentials.",
			Attributes: map[string]schema.Attribute{
				"role_arn":           b.text("assume_role_with_oidc.role_arn"),
				"oidc_provider_arn":  b.text("assume_role_with_oidc.oidc_provider_arn"),
				"oidc_token_file":    b.text("assume_role_with_oidc.oidc_token_file"),
				"session_name":       b.text("assume_role_with_oidc.session_name"),
				"session_expiration": b.seconds("assume_role_with_oidc.session_expiration", mostSeconds),
				"policy":             b.text("assume_role_with_oidc.policy"),
			},
		},
	}
}

func huaweiAttributes() map[string]schema.Attribute {
	b := newBuilder(huaweicloud.Sources())
	const mostSeconds = 86_400
	return map[string]schema.Attribute{
		"region":             b.text("region"),
		"access_key":         b.secret("access_key"),
		"secret_key":         b.secret("secret_key"),
		"security_token":     b.secret("security_token"),
		"auth_token":         b.secret("auth_token"),
		"project_id":         b.text("project_id"),
		"project_name":       b.text("project_name"),
		"endpoint":           b.text("endpoint"),
		"iam_endpoint":       b.text("iam_endpoint"),
		"profile":            b.text("profile"),
		"shared_config_file": b.text("shared_config_file"),
		"ecs_agency":         b.text("ecs_agency"),
		"assume_role": schema.SingleNestedAttribute{
			Optional:            true,
			MarkdownDescription: "An agency of another account to take on with the credentials that the other settings give.",
			Attributes: map[string]schema.Attribute{
				"agency_name": b.text("assume_role.agency_name"),
				"domain_name": b.text("assume_role.domain_name"),
				"domain_id":   b.text("assume_role.domain_id"),
				"duration":    b.seconds("assume_role.duration", mostSeconds),
			},
		},
	}
}
