package alibabacloud

import (
	"cmp"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/setting"
)

// A profile is one of the Alibaba Cloud CLI's configuration file, whose field
// names these are.
type profile struct {
	Name            string `json:"name"`
	Mode            string `json:"mode"`
	RegionID        string `json:"region_id"`
	AccessKeyID     string `json:"access_key_id"`
	AccessKeySecret string `json:"access_key_secret"`
	StsToken        string `json:"sts_token"`
	RAMRoleName     string `json:"ram_role_name"`
	RAMRoleARN      string `json:"ram_role_arn"`
	RAMSessionName  string `json:"ram_session_name"`
	ExpiredSeconds  int    `json:"expired_seconds"`
	StsRegion       string `json:"sts_region"`
	EnableVPC       bool   `json:"enable_vpc"`
	Policy          string `json:"policy"`
	ExternalID      string `json:"external_id"`
	SourceProfile   string `json:"source_profile"`
	OIDCProviderARN string `json:"oidc_provider_arn"`
	OIDCTokenFile   string `json:"oidc_token_file"`
	CredentialsURI  string `json:"credentials_uri"`
	ProcessCommand  string `json:"process_command"`

	CloudSSOSignInURL         string `json:"cloud_sso_sign_in_url"`
	CloudSSOAccountID         string `json:"cloud_sso_account_id"`
	CloudSSOAccessConfig      string `json:"cloud_sso_access_config"`
	CloudSSOAccessToken       string `json:"access_token"`
	CloudSSOAccessTokenExpire int64  `json:"cloud_sso_access_token_expire"`
}

// profiles are a configuration file that was read, and the profile chosen from it.
type profiles struct {
	file   *setting.CLIFile
	chosen profile
	all    []profile
}

// find is the profile of a name.
func (p *profiles) find(name string) (profile, error) {
	return setting.FindProfile(p.file, p.all, func(candidate profile) string { return candidate.Name }, name)
}

// readProfiles reads the configuration file and chooses a profile: the block's
// names, else the environment's, else the file's current one. It is nil without
// an error if nothing is named and the CLI was never configured.
func (c *Client) readProfiles() (*profiles, error) {
	file := setting.NewCLIFile(vendor, c.getenv,
		profileSource.Find(c.settings.Profile, c.getenv),
		credentialsFileSource.Find(c.settings.SharedCredentialsFile, c.getenv),
		".aliyun", "config.json")
	var content struct {
		Current  string    `json:"current"`
		Profiles []profile `json:"profiles"`
	}
	if found, err := file.Read(&content); !found {
		return nil, err
	}
	p := &profiles{file: file, all: content.Profiles}
	if len(p.all) == 0 && !file.Named() {
		return nil, nil
	}
	var err error
	p.chosen, err = p.find(cmp.Or(file.Profile.Text, content.Current, "default"))
	return p, err
}
