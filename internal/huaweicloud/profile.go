package huaweicloud

import (
	"cmp"
	"strings"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/setting"
)

// A profile is one of the configuration file of the vendor's CLI, KooCLI, whose
// field names these are
// (https://support.huaweicloud.com/intl/en-us/usermanual-hcli/hcli_03_004_01.html).
type profile struct {
	Name string `json:"name"`
	Mode string `json:"mode"`
	profileKeys
	XAuthToken       string `json:"xAuthToken"`
	Region           string `json:"region"`
	ProjectID        string `json:"projectId"`
	AgencyName       string `json:"agencyName"`
	AgencyDomainName string `json:"agencyDomainName"`
	AgencyDomainID   string `json:"agencyDomainId"`
	SourceProfile    string `json:"sourceProfile"`
	SSOAuth          struct {
		STSToken profileKeys `json:"stsToken"`
	} `json:"ssoAuth"`
}

type profileKeys struct {
	AccessKeyID     string `json:"accessKeyId"`
	SecretAccessKey string `json:"secretAccessKey"`
	SecurityToken   string `json:"securityToken"`
}

// profiles are a configuration file that was read, and the profile chosen from it.
type profiles struct {
	file      *setting.CLIFile
	chosen    profile
	all       []profile
	encrypted bool // whether keys are, so that only the CLI can read them
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
		configFileSource.Find(c.settings.SharedConfigFile, c.getenv),
		".hcloud", "config.json")
	var content struct {
		AuthEncrypt loose     `json:"authEncrypt"`
		Current     string    `json:"current"`
		Profiles    []profile `json:"profiles"`
	}
	if found, err := file.Read(&content); !found {
		return nil, err
	}
	p := &profiles{file: file, all: content.Profiles, encrypted: strings.EqualFold(string(content.AuthEncrypt), "true")}
	if len(p.all) == 0 && !file.Named() {
		return nil, nil
	}
	var err error
	p.chosen, err = p.find(cmp.Or(file.Profile.Text, content.Current))
	return p, err
}
