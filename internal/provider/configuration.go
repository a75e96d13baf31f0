package provider

import (
	"math/big"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/alibabacloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/huaweicloud"
)

// configuration is the provider's block as Terraform gave it. It is read as it
// is, not into structs: while planning, any part of it may be unknown, and the
// names of those parts are what a read has to report.
type configuration struct {
	block
	unknown []string
}

// block is an object of the configuration. A block that isn't there has no
// attributes.
type block map[string]tftypes.Value

func newConfiguration(raw tftypes.Value) configuration {
	config := configuration{block: asBlock(raw)}
	config.findUnknown("", config.block)
	slices.Sort(config.unknown)
	return config
}

// findUnknown lists the attributes without a known value, by name.
func (c *configuration) findUnknown(prefix string, b block) {
	for name, value := range b {
		if !value.IsKnown() {
			c.unknown = append(c.unknown, prefix+name)
			continue
		}
		c.findUnknown(prefix+name+".", b.block(name))
	}
}

func asBlock(value tftypes.Value) block {
	var attributes map[string]tftypes.Value
	if value.IsKnown() && value.Type().Is(tftypes.Object{}) {
		_ = value.As(&attributes) // An object can always be read as one.
	}
	return attributes
}

func (b block) block(name string) block { return asBlock(b[name]) }

// set is whether the block has a value of that name.
func (b block) set(name string) bool {
	value, ok := b[name]
	return ok && value.IsKnown() && !value.IsNull()
}

// text is "" where there is none, or it isn't known.
func (b block) text(name string) string {
	var text string
	if b.set(name) {
		_ = b[name].As(&text) // The schema says that it is a text.
	}
	return text
}

// number is 0 where there is none, or it isn't known.
func (b block) number(name string) float64 {
	number := new(big.Float)
	if b.set(name) {
		_ = b[name].As(&number) // The schema says that it is a number.
	}
	value, _ := number.Float64()
	return value
}

// limits are the settings that hold for each cloud.
type limits struct {
	maxConcurrent int
	perSecond     float64
	maxRetries    int
	timeout       time.Duration
}

func (c configuration) limits(diags *diag.Diagnostics) limits {
	l := limits{maxConcurrent: 8, perSecond: 20, maxRetries: 8, timeout: 30 * time.Second}
	if c.set("max_concurrent_requests") {
		l.maxConcurrent = int(c.number("max_concurrent_requests"))
	}
	if c.set("requests_per_second") {
		l.perSecond = c.number("requests_per_second")
	}
	if c.set("max_retries") {
		l.maxRetries = int(c.number("max_retries"))
	}
	if c.set("request_timeout") {
		timeout, err := time.ParseDuration(c.text("request_timeout"))
		if err != nil {
			diags.AddAttributeError(path.Root("request_timeout"), "Invalid duration", err.Error())
		}
		l.timeout = timeout
	}
	return l
}

func (c configuration) alibabaCloud() alibabacloud.Settings {
	b := c.block.block("alibabacloud")
	s := alibabacloud.Settings{
		Region:                b.text("region"),
		AccessKey:             b.text("access_key"),
		SecretKey:             b.text("secret_key"),
		SecurityToken:         b.text("security_token"),
		Profile:               b.text("profile"),
		SharedCredentialsFile: b.text("shared_credentials_file"),
		ECSRoleName:           b.text("ecs_role_name"),
		CredentialsURI:        b.text("credentials_uri"),
		Endpoint:              b.text("endpoint"),
	}
	if b.set("assume_role") {
		role := b.block("assume_role")
		s.AssumeRole = &alibabacloud.AssumeRole{
			RoleARN:           role.text("role_arn"),
			SessionName:       role.text("session_name"),
			SessionExpiration: int(role.number("session_expiration")),
			Policy:            role.text("policy"),
			ExternalID:        role.text("external_id"),
		}
	}
	if b.set("assume_role_with_oidc") {
		role := b.block("assume_role_with_oidc")
		s.AssumeRoleWithOIDC = &alibabacloud.AssumeRoleWithOIDC{
			RoleARN:           role.text("role_arn"),
			OIDCProviderARN:   role.text("oidc_provider_arn"),
			OIDCTokenFile:     role.text("oidc_token_file"),
			SessionName:       role.text("session_name"),
			SessionExpiration: int(role.number("session_expiration")),
			Policy:            role.text("policy"),
		}
	}
	return s
}

func (c configuration) huaweiCloud() huaweicloud.Settings {
	b := c.block.block("huaweicloud")
	s := huaweicloud.Settings{
		Region:           b.text("region"),
		AccessKey:        b.text("access_key"),
		SecretKey:        b.text("secret_key"),
		SecurityToken:    b.text("security_token"),
		AuthToken:        b.text("auth_token"),
		ProjectID:        b.text("project_id"),
		ProjectName:      b.text("project_name"),
		Endpoint:         b.text("endpoint"),
		IAMEndpoint:      b.text("iam_endpoint"),
		Profile:          b.text("profile"),
		SharedConfigFile: b.text("shared_config_file"),
		ECSAgency:        b.text("ecs_agency"),
	}
	if b.set("assume_role") {
		role := b.block("assume_role")
		s.AssumeRole = &huaweicloud.AssumeRole{
			AgencyName: role.text("agency_name"),
			DomainName: role.text("domain_name"),
			DomainID:   role.text("domain_id"),
			Duration:   int(role.number("duration")),
		}
	}
	return s
}
