package huaweicloud

import "github.com/cloudbackup/terraform-provider-cloudbackup/internal/setting"

// vendor is the cloud's name in errors.
const vendor = "Huawei Cloud"

func source(attribute string, environment []string, what string) setting.Source {
	return setting.Source{Block: "huaweicloud", Attribute: attribute, Environment: environment, What: what}
}

// The settings. The names are those that users of the official Terraform provider
// have set already, HW_ before OS_, and those of the vendor's SDK.
var (
	regionSource = source("region", []string{"HW_REGION_NAME", "OS_REGION_NAME"},
		"the region to read")
	accessKeySource = source("access_key", []string{"HW_ACCESS_KEY", "OS_ACCESS_KEY"},
		"the access key's id")
	secretKeySource = source("secret_key", []string{"HW_SECRET_KEY", "OS_SECRET_KEY"},
		"the access key's secret")
	securityTokenSource = source("security_token", []string{"HW_SECURITY_TOKEN"},
		"the token of a temporary access key")
	authTokenSource = source("auth_token", []string{"HW_AUTH_TOKEN"},
		"an IAM token, sent as X-Auth-Token instead of a signature")
	profileSource = source("profile", []string{"HW_PROFILE"},
		"a profile of the Huawei Cloud CLI's configuration file; the file's current one where none is named")
	configFileSource = source("shared_config_file", []string{"HW_SHARED_CONFIG_FILE"},
		"the Huawei Cloud CLI's configuration file, in JSON; ~/.hcloud/config.json where none is named")
	// The SDK's own names are a group by themselves: a key of the one kind is never
	// paired with a secret of the other.
	sdkAccessKeySource = source("", []string{"HUAWEICLOUD_SDK_AK"},
		"the access key's id, as the vendor's SDK names it")
	sdkSecretKeySource = source("", []string{"HUAWEICLOUD_SDK_SK"},
		"the access key's secret, as the vendor's SDK names it")
	sdkSecurityTokenSource = source("", []string{"HUAWEICLOUD_SDK_SECURITY_TOKEN"},
		"the token of a temporary access key, as the vendor's SDK names it")
	sdkCredentialsFileSource = source("", []string{"HUAWEICLOUD_SDK_CREDENTIALS_FILE"},
		"the SDK's credentials file, in INI, section basic; ~/.huaweicloud/credentials where none is named")
	ecsAgencySource = source("ecs_agency", nil,
		"the agency of the ECS instance that Terraform runs on; any name asks for the one that the instance has")
	agencyNameSource = source("assume_role.agency_name", []string{"HW_ASSUME_ROLE_AGENCY_NAME"},
		"an agency of another account to assume with the other credentials; an agency that only the environment names is not assumed with credentials of the block")
	domainNameSource = source("assume_role.domain_name", []string{"HW_ASSUME_ROLE_DOMAIN_NAME"},
		"the name of the account that has the agency")
	domainIDSource = source("assume_role.domain_id", []string{"HW_ASSUME_ROLE_DOMAIN_ID"},
		"the id of the account that has the agency, instead of its name")
	durationSource = source("assume_role.duration", []string{"HW_ASSUME_ROLE_DURATION"},
		"how long the agency's temporary keys last, in seconds, 900 to 86400; 3600 where it is not set")
	projectIDSource = source("project_id", []string{"HW_PROJECT_ID", "OS_PROJECT_ID", "OS_TENANT_ID", "HUAWEICLOUD_SDK_PROJECT_ID"},
		"the project of the provider's region; looked up in IAM where it is not set")
	projectNameSource = source("project_name", []string{"HW_PROJECT_NAME", "OS_PROJECT_NAME", "OS_TENANT_NAME"},
		"the name that the project is looked up by; the region's where it is not set")
	endpointSource = source("endpoint", nil,
		"the URL that replaces the TaurusDB endpoint of every region")
	iamEndpointSource = source("iam_endpoint", []string{"HW_AUTH_URL"},
		"the URL that replaces the IAM endpoint of every region, with or without /v3 at its end")
)

// Sources are all settings and where each comes from, in the order in which the
// credentials among them are looked for.
func Sources() []setting.Source {
	return []setting.Source{
		regionSource, accessKeySource, secretKeySource, securityTokenSource, authTokenSource,
		profileSource, configFileSource,
		sdkAccessKeySource, sdkSecretKeySource, sdkSecurityTokenSource, sdkCredentialsFileSource,
		ecsAgencySource,
		agencyNameSource, domainNameSource, domainIDSource, durationSource,
		projectIDSource, projectNameSource, endpointSource, iamEndpointSource,
	}
}

func errNoRegion() error { return setting.NoRegion(vendor, regionSource, "region") }

func errNoCredentials() error {
	return setting.NoCredentials(vendor, []setting.Way{
		{Name: "an access key, with its token if it is a temporary one", Sources: []setting.Source{accessKeySource, secretKeySource, securityTokenSource}},
		{Name: "an IAM token", Sources: []setting.Source{authTokenSource}},
		{Name: "a profile of the Huawei Cloud CLI, of ~/.hcloud/config.json unless another file is named", Sources: []setting.Source{profileSource, configFileSource}},
		{Name: "an access key as the vendor's SDK names it", Sources: []setting.Source{sdkAccessKeySource, sdkSecretKeySource, sdkSecurityTokenSource}},
		{Name: "a credentials file of the vendor's SDK, ~/.huaweicloud/credentials unless another one is named", Sources: []setting.Source{sdkCredentialsFileSource}},
		{Name: "the agency of the ECS instance", Sources: []setting.Source{ecsAgencySource}},
	}, agencyNameSource)
}
