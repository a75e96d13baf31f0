package huaweicloud

import (
	"errors"
	"fmt"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/credentials"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/setting"
)

// cli is KooCLI (https://support.huaweicloud.com/intl/en-us/usermanual-hcli/hcli_03_004_01.html).
var cli = setting.CLI{Vendor: vendor, Profile: profileOption, File: configFileOption, Path: []string{".hcloud", "config.json"}}

// openProfile opens a profile: its keys, and the agency that is assumed with them.
func (c *Client) openProfile(p *setting.Profiles, from setting.Profile) (*credentials.Source, error) {
	mode, name := from.Get("mode").String, from.Get("agencyName").String
	source, err := c.profileKeys(p, from, mode)
	if err == nil && mode != "ecsAgency" && (name != "" || mode == "agency") {
		a := agency{name, from.Get("agencyDomainName").String, from.Get("agencyDomainId").String, defaultDuration}
		if a.name == "" || a.domainName == "" && a.domainID == "" {
			return nil, fmt.Errorf("the name of the agency %.60q, or the account that has it, is missing: agencyName, and agencyDomainName or agencyDomainId", a.name)
		}
		source, err = c.assumeAgency(source, from.Source, a)
	}
	if err == nil {
		source.ProjectID = from.Get("projectId")
	}
	return source, err
}

// profileKeys opens the keys of a profile by its mode. With mode agency, they are those
// of its source, or its own.
func (c *Client) profileKeys(p *setting.Profiles, from setting.Profile, mode string) (*credentials.Source, error) {
	if p.Encrypted && mode != "ecsAgency" {
		return nil, errors.New("its keys are encrypted, and only the CLI can read them; " +
			"run `hcloud configure set --cli-auth-encrypt=false`, or supply the keys in another way")
	}
	prefix, missing := "", "it has no keys"
	token, base := from.Get("xAuthToken"), from.Get("sourceProfile").String
	switch mode {
	case "", "AKSK":
	case "SSO":
		prefix, missing = "ssoAuth.stsToken.", "it has no session; run `hcloud configure sso`"
	case "token":
		if !token.IsSet() {
			return nil, errors.New("it has no xAuthToken")
		}
		return c.openToken(token)
	case "ecsAgency":
		return c.ecsAgency(from.Source), nil
	case "agency":
		switch {
		case base != "":
			from, err := p.Find(base)
			if err != nil {
				return nil, fmt.Errorf("its sourceProfile: %w", err)
			}
			if mode = from.Get("mode").String; mode == "agency" {
				return nil, fmt.Errorf("its sourceProfile %.60q is of mode agency too, which is one too many", base)
			}
			return c.profileKeys(p, from, mode)
		case token.IsSet():
			return c.openToken(token)
		}
	default:
		return nil, fmt.Errorf("its mode %.40q is not supported; supported are AKSK, token, SSO, ecsAgency and agency", mode)
	}
	access, secret, session := from.Get(prefix+"accessKeyId"), from.Get(prefix+"secretAccessKey"), from.Get(prefix+"securityToken")
	if !access.IsSet() && !secret.IsSet() && !session.IsSet() {
		return nil, errors.New(missing)
	}
	return c.OpenKeys(from.Source, access, secret, session)
}
