package huaweicloud

import "github.com/cloudbackup/terraform-provider-cloudbackup/internal/setting"

// vendor is the cloud's name in errors.
const vendor = "Huawei Cloud"

// Settings are the attributes of huaweicloud in the provider configuration.
type Settings = setting.Values

// Options are all settings, in the order of the documentation.
func Options() []setting.Option { return catalog.Options }

var catalog = setting.Catalog{Cloud: "huaweicloud"}

// The options. The names of the variables are those that users of the official
// Terraform provider have set already, and those of the vendor's SDK.
var (
	regionOption = catalog.Add("region", []string{"HW_REGION_NAME", "OS_REGION_NAME"},
		"Region to read, such as `cn-north-4`. A data source can have its own. Default: the region of the profile that supplies the credentials.")
	accessKeyOption = catalog.Add("access_key", []string{"HW_ACCESS_KEY", "OS_ACCESS_KEY"},
		"ID of the access key.", setting.Sensitive)
	secretKeyOption = catalog.Add("secret_key", []string{"HW_SECRET_KEY", "OS_SECRET_KEY"},
		"Secret of the access key.", setting.Sensitive)
	securityTokenOption = catalog.Add("security_token", []string{"HW_SECURITY_TOKEN"},
		"Security token of a temporary access key.", setting.Sensitive)
	authTokenOption = catalog.Add("auth_token", []string{"HW_AUTH_TOKEN", "OS_AUTH_TOKEN"},
		"IAM token, sent as `X-Auth-Token` instead of a signature. It wins over an access key.", setting.Sensitive)
	profileOption = catalog.Add("profile", []string{"HW_PROFILE"},
		"Profile of the Huawei Cloud CLI's (KooCLI's) configuration file. Default: the current profile of the file.")
	configFileOption = catalog.Add("shared_config_file", []string{"HW_SHARED_CONFIG_FILE"},
		"Path of the Huawei Cloud CLI's configuration file, in JSON. Default: `~/.hcloud/config.json`.")
	ecsAgencyOption = catalog.Add("ecs_agency", nil,
		"Agency of the ECS instance that Terraform runs on. An instance has one agency at most, so any name selects it.")
	projectIDOption = catalog.Add("project_id", []string{"HW_PROJECT_ID", "OS_PROJECT_ID", "OS_TENANT_ID", "HUAWEICLOUD_SDK_PROJECT_ID"},
		"ID of the project in the provider's region: 32 letters or digits. Default: the project that IAM lists under `project_name`.")
	projectNameOption = catalog.Add("project_name", []string{"HW_PROJECT_NAME", "OS_PROJECT_NAME", "OS_TENANT_NAME"},
		"Name of the project in the provider's region. Default: the name of the region.")
	endpointOption = catalog.Add("endpoint", nil,
		"URL that replaces the TaurusDB endpoint of every region.")
	iamEndpointOption = catalog.Add("iam_endpoint", []string{"HW_AUTH_URL", "OS_AUTH_URL"},
		"URL that replaces the IAM endpoint of every region, with or without `/v3` at its end.")
	agencyNameOption = catalog.Add("assume_role.agency_name", []string{"HW_ASSUME_ROLE_AGENCY_NAME"},
		"Name of the agency to assume. An agency that only the environment names is not assumed with credentials of the provider configuration.", setting.Required)
	domainNameOption = catalog.Add("assume_role.domain_name", []string{"HW_ASSUME_ROLE_DOMAIN_NAME"},
		"Name of the account that has the agency. Either this or `domain_id` is required.")
	domainIDOption = catalog.Add("assume_role.domain_id", []string{"HW_ASSUME_ROLE_DOMAIN_ID"},
		"ID of the account that has the agency.")
	durationOption = catalog.Add("assume_role.duration", []string{"HW_ASSUME_ROLE_DURATION"},
		"Duration of the agency's temporary keys in seconds. Valid values: 900 to 86400. Default: 3600.", setting.Between(900, 86400))
	cloudOption = catalog.Add("", []string{"HW_CLOUD"},
		"Domain of the endpoints: `myhuaweicloud.com` or `myhuaweicloud.eu`. Another domain requires `endpoint` and `iam_endpoint`.")

	// The SDK's own names are a group by themselves: a key of the one group is never
	// paired with a secret of the other.
	sdkAccessKeyOption = catalog.Add("", []string{"HUAWEICLOUD_SDK_AK"},
		"ID of the access key, under the SDK's name.", setting.Sensitive)
	sdkSecretKeyOption = catalog.Add("", []string{"HUAWEICLOUD_SDK_SK"},
		"Secret of the access key, under the SDK's name.", setting.Sensitive)
	sdkSecurityTokenOption = catalog.Add("", []string{"HUAWEICLOUD_SDK_SECURITY_TOKEN"},
		"Security token of a temporary access key, under the SDK's name.", setting.Sensitive)
	sdkFileOption = catalog.Add("", []string{"HUAWEICLOUD_SDK_CREDENTIALS_FILE"},
		"Path of the SDK's credentials file, in INI with a section `basic`. Default: `~/.huaweicloud/credentials`.")
	sdkRegionsFileOption = catalog.Add("", []string{"HUAWEICLOUD_SDK_REGIONS_FILE"},
		"Path of the SDK's file of endpoints. Default: `~/.huaweicloud/regions.yaml`. `HUAWEICLOUD_SDK_REGION_GAUSSDB_<REGION>` sets the TaurusDB endpoint of one region.")
)
