package alibabacloud

import "github.com/cloudbackup/terraform-provider-cloudbackup/internal/setting"

// vendor is the cloud's name in errors.
const vendor = "Alibaba Cloud"

func source(attribute string, environment []string, what string) setting.Source {
	return setting.Source{Block: "alibabacloud", Attribute: attribute, Environment: environment, What: what}
}

// The settings. The names are those that users of the official Terraform provider
// and of the vendor's libraries have set already.
var (
	regionSource = source("region", []string{"ALICLOUD_REGION", "ALIBABA_CLOUD_REGION"},
		"the region to read")
	accessKeySource = source("access_key", []string{"ALICLOUD_ACCESS_KEY", "ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABACLOUD_ACCESS_KEY_ID"},
		"the access key's id")
	secretKeySource = source("secret_key", []string{"ALICLOUD_SECRET_KEY", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABACLOUD_ACCESS_KEY_SECRET"},
		"the access key's secret")
	securityTokenSource = source("security_token", []string{"ALICLOUD_SECURITY_TOKEN", "ALIBABA_CLOUD_SECURITY_TOKEN", "ALIBABACLOUD_SECURITY_TOKEN"},
		"the token of a temporary access key")
	profileSource = source("profile", []string{"ALICLOUD_PROFILE", "ALIBABA_CLOUD_PROFILE"},
		"a profile of the Alibaba Cloud CLI's configuration file; the file's current one where none is named")
	credentialsFileSource = source("shared_credentials_file", []string{"ALICLOUD_SHARED_CREDENTIALS_FILE", "ALIBABA_CLOUD_CREDENTIALS_FILE"},
		"the Alibaba Cloud CLI's configuration file, in JSON; ~/.aliyun/config.json where none is named")
	ecsRoleSource = source("ecs_role_name", []string{"ALICLOUD_ECS_ROLE_NAME", "ALIBABA_CLOUD_ECS_METADATA"},
		"the RAM role of the ECS instance that Terraform runs on")
	credentialsURISource = source("credentials_uri", []string{"ALICLOUD_CREDENTIALS_URI", "ALIBABA_CLOUD_CREDENTIALS_URI"},
		"a URL that answers with temporary credentials")
	roleARNSource = source("assume_role.role_arn", []string{"ALICLOUD_ASSUME_ROLE_ARN", "ALIBABA_CLOUD_ROLE_ARN"},
		"the ARN of a RAM role to assume with the other credentials; a role that only the environment names is not assumed with credentials of the block")
	roleSessionNameSource = source("assume_role.session_name", []string{"ALICLOUD_ASSUME_ROLE_SESSION_NAME", "ALIBABA_CLOUD_ROLE_SESSION_NAME"},
		"the name of the assumed role's session")
	roleSessionExpirationSource = source("assume_role.session_expiration", []string{"ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION"},
		"how long the assumed role's session lasts, in seconds, 900 to 43200; 3600 where it is not set")
	rolePolicySource = source("assume_role.policy", nil,
		"a policy that narrows what the assumed role's session may do")
	roleExternalIDSource = source("assume_role.external_id", nil,
		"the external id that the role's trust policy asks for")
	oidcRoleARNSource = source("assume_role_with_oidc.role_arn", []string{"ALIBABA_CLOUD_ROLE_ARN"},
		"the ARN of a RAM role to assume with the token of an OIDC identity provider")
	oidcProviderARNSource = source("assume_role_with_oidc.oidc_provider_arn", []string{"ALIBABA_CLOUD_OIDC_PROVIDER_ARN"},
		"the ARN of the OIDC identity provider")
	oidcTokenFileSource = source("assume_role_with_oidc.oidc_token_file", []string{"ALIBABA_CLOUD_OIDC_TOKEN_FILE"},
		"the file with the OIDC token, read again when it changes")
	oidcSessionNameSource = source("assume_role_with_oidc.session_name", []string{"ALIBABA_CLOUD_ROLE_SESSION_NAME"},
		"the name of the session that the OIDC token opens")
	oidcSessionExpirationSource = source("assume_role_with_oidc.session_expiration", nil,
		"how long the session of the OIDC token lasts, in seconds, 900 to 43200; 3600 where it is not set")
	oidcPolicySource = source("assume_role_with_oidc.policy", nil,
		"a policy that narrows what the session of the OIDC token may do")
	endpointSource = source("endpoint", []string{"ALIBABA_CLOUD_ENDPOINT_DBS", "DBS_ENDPOINT"},
		"the URL that replaces the DBS endpoint of every region")
	stsEndpointSource = source("", []string{"ALIBABA_CLOUD_ENDPOINT_STS", "STS_ENDPOINT"},
		"the host that replaces sts.aliyuncs.com, which roles are assumed at")
)

// Sources are all settings and where each comes from, in the order in which the
// credentials among them are looked for.
func Sources() []setting.Source {
	return []setting.Source{
		regionSource, accessKeySource, secretKeySource, securityTokenSource,
		profileSource, credentialsFileSource, ecsRoleSource, credentialsURISource,
		roleARNSource, roleSessionNameSource, roleSessionExpirationSource, rolePolicySource, roleExternalIDSource,
		oidcRoleARNSource, oidcProviderARNSource, oidcTokenFileSource, oidcSessionNameSource, oidcSessionExpirationSource, oidcPolicySource,
		endpointSource, stsEndpointSource,
	}
}

func errNoRegion() error { return setting.NoRegion(vendor, regionSource, "region_id") }

func errNoCredentials() error {
	return setting.NoCredentials(vendor, []setting.Way{
		{Name: "an access key, with its token if it is a temporary one", Sources: []setting.Source{accessKeySource, secretKeySource, securityTokenSource}},
		{Name: "a profile of the Alibaba Cloud CLI, of ~/.aliyun/config.json unless another file is named", Sources: []setting.Source{profileSource, credentialsFileSource}},
		{Name: "the RAM role of the ECS instance", Sources: []setting.Source{ecsRoleSource}},
		{Name: "a URL that answers with credentials", Sources: []setting.Source{credentialsURISource}},
		{Name: "a RAM role assumed with an OIDC token", Sources: []setting.Source{oidcRoleARNSource, oidcProviderARNSource, oidcTokenFileSource}},
	}, roleARNSource)
}
