package alibabacloud

import "github.com/cloudbackup/terraform-provider-cloudbackup/internal/setting"

// vendor is the cloud's name in errors.
const vendor = "Alibaba Cloud"

// Settings are the attributes of alibabacloud in the provider configuration.
type Settings = setting.Values

// Options are all settings, in the order of the documentation.
func Options() []setting.Option { return catalog.Options }

var catalog = setting.Catalog{Cloud: "alibabacloud"}

// The options. The names of the variables are those that users of the official
// Terraform provider and of the vendor's libraries have set already.
var (
	regionOption = catalog.Add("region", []string{"ALICLOUD_REGION", "ALIBABA_CLOUD_REGION"},
		"Region to read, such as `cn-hangzhou`. A data source can have its own. Default: the region of the profile that supplies the credentials.")
	accessKeyOption = catalog.Add("access_key", []string{"ALICLOUD_ACCESS_KEY", "ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABACLOUD_ACCESS_KEY_ID"},
		"ID of the access key.", setting.Sensitive)
	secretKeyOption = catalog.Add("secret_key", []string{"ALICLOUD_SECRET_KEY", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABACLOUD_ACCESS_KEY_SECRET"},
		"Secret of the access key.", setting.Sensitive)
	securityTokenOption = catalog.Add("security_token", []string{"ALICLOUD_SECURITY_TOKEN", "ALIBABA_CLOUD_SECURITY_TOKEN", "ALIBABACLOUD_SECURITY_TOKEN"},
		"Security token (STS) of a temporary access key.", setting.Sensitive)
	profileOption = catalog.Add("profile", []string{"ALICLOUD_PROFILE", "ALIBABA_CLOUD_PROFILE"},
		"Profile of the Alibaba Cloud CLI's configuration file. A profile of mode `External` runs the command in it. Default: the current profile of the file.")
	credentialsFileOption = catalog.Add("shared_credentials_file", []string{"ALICLOUD_SHARED_CREDENTIALS_FILE", "ALIBABA_CLOUD_CREDENTIALS_FILE"},
		"Path of the Alibaba Cloud CLI's configuration file, in JSON. Default: `~/.aliyun/config.json`.")
	ecsRoleOption = catalog.Add("ecs_role_name", []string{"ALICLOUD_ECS_ROLE_NAME", "ALIBABA_CLOUD_ECS_METADATA"},
		"RAM role of the ECS instance that Terraform runs on.")
	credentialsURIOption = catalog.Add("credentials_uri", []string{"ALICLOUD_CREDENTIALS_URI", "ALIBABA_CLOUD_CREDENTIALS_URI"},
		"URL that returns temporary credentials.", setting.Sensitive)
	endpointOption = catalog.Add("endpoint", []string{"ALIBABA_CLOUD_ENDPOINT_DBS", "DBS_ENDPOINT"},
		"URL that replaces the DBS endpoint of every region, such as `https://dbs-api-vpc.cn-hangzhou.aliyuncs.com` within a VPC.")
	roleARNOption = catalog.Add("assume_role.role_arn", []string{"ALICLOUD_ASSUME_ROLE_ARN", "ALIBABA_CLOUD_ROLE_ARN"},
		"ARN of the RAM role to assume. A role that only the environment names is not assumed with credentials of the provider configuration. If the environment names an OIDC token, `ALIBABA_CLOUD_ROLE_ARN` is the role of that token.", setting.Required)
	roleSessionNameOption = catalog.Add("assume_role.session_name", []string{"ALICLOUD_ASSUME_ROLE_SESSION_NAME", "ALIBABA_CLOUD_ROLE_SESSION_NAME"},
		"Name of the assumed role's session. Default: `terraform-provider-cloudbackup`.")
	roleSessionExpirationOption = catalog.Add("assume_role.session_expiration", []string{"ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION"},
		"Duration of the assumed role's session in seconds. Valid values: 900 to 43200. Default: 3600.", setting.Between(900, 43200))
	rolePolicyOption = catalog.Add("assume_role.policy", nil,
		"Policy in JSON that narrows the permissions of the assumed role's session.")
	roleExternalIDOption = catalog.Add("assume_role.external_id", nil,
		"External ID that the role's trust policy requires.")
	oidcRoleARNOption = catalog.Add("assume_role_with_oidc.role_arn", []string{"ALIBABA_CLOUD_ROLE_ARN"},
		"ARN of the RAM role to assume with the token.")
	oidcProviderARNOption = catalog.Add("assume_role_with_oidc.oidc_provider_arn", []string{"ALIBABA_CLOUD_OIDC_PROVIDER_ARN"},
		"ARN of the OIDC identity provider.")
	oidcTokenFileOption = catalog.Add("assume_role_with_oidc.oidc_token_file", []string{"ALIBABA_CLOUD_OIDC_TOKEN_FILE"},
		"Path of the file with the OIDC token. It is read again for each session.")
	oidcSessionNameOption = catalog.Add("assume_role_with_oidc.session_name", []string{"ALIBABA_CLOUD_ROLE_SESSION_NAME"},
		"Name of the session. Default: `terraform-provider-cloudbackup`.")
	oidcSessionExpirationOption = catalog.Add("assume_role_with_oidc.session_expiration", nil,
		"Duration of the session in seconds. Valid values: 900 to 43200. Default: 3600.", setting.Between(900, 43200))
	oidcPolicyOption = catalog.Add("assume_role_with_oidc.policy", nil,
		"Policy in JSON that narrows the permissions of the session.")
	stsEndpointOption = catalog.Add("", []string{"ALIBABA_CLOUD_ENDPOINT_STS", "STS_ENDPOINT"},
		"URL that replaces `https://sts.aliyuncs.com`, at which roles are assumed.")
	stsRegionOption = catalog.Add("", []string{"ALIBABA_CLOUD_STS_REGION"},
		"Region whose STS endpoint is used.")
	stsVPCOption = catalog.Add("", []string{"ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED"},
		"`true`: the VPC endpoint of the STS region is used.")
	disableMetadataOption = catalog.Add("", []string{"ALIBABA_CLOUD_ECS_METADATA_DISABLED"},
		"`true`: the ECS metadata service is never used; a setting that needs it is an error.")
	disableIMDSv1Option = catalog.Add("", []string{"ALIBABA_CLOUD_IMDSV1_DISABLED"},
		"`true`: the ECS metadata service is used with a session token only.")
	disableExternalOption = catalog.Add("", []string{"ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS"},
		"`true`: the command of a profile of mode `External` is not run; the profile is an error.")
)
