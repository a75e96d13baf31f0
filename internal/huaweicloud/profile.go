package huaweicloud

import (
	"errors"
	"fmt"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/credentials"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/setting"
)

// openProfile opens the profile that is named, or the current one, of the vendor's CLI,
// KooCLI (https://support.huaweicloud.com/intl/en-us/usermanual-hcli/hcli_03_004_01.html).
// It returns nil if none is named and the CLI was never configured.
func (c *Client) openProfile(credentials.Scope) (*credentials.Source, error) {
	p, err := setting.ReadProfiles(c.Lookup, setting.CLI{
		Vendor: vendor, Profile: profileOption, File: configFileOption, Path: []string{".hcloud", "config.json"},
	})
	if p == nil || err != nil {
		return nil, err
	}
	source, err := c.profileSource(p, p.Current)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p.Current.Source, err)
	}
	source.Region, source.ProjectID = p.Current.Get("region"), p.Current.Get("projectId")
	return source, nil
}

// profileSource opens a profile by its mode.
func (c *Client) profileSource(p *setting.Profiles, from setting.Profile) (*credentials.Source, error) {
	mode := from.Get("mode").String
	if p.Encrypted && mode != "ecsAgency" {
		return nil, errors.New("its keys are encrypted, and only the CLI can read them; " +
			"run `hcloud configure set --cli-auth-encrypt=false`, or supply the keys in another way")
	}
	var source *credentials.Source
	var err error
	switch mode {
	case "", "AKSK":
		source, err = c.profileKeys(from, "it has no keys")
	case "SSO":
		source, err = c.profileKeys(from.Object("ssoAuth", "stsToken"), "it has no session; run `hcloud configure sso`")
	case "token":
		if token := from.Get("xAuthToken"); token.IsSet() {
			source, err = c.openToken(token)
		} else {
			err = errors.New("it has no xAuthToken")
		}
	case "ecsAgency":
		return c.ecsAgency(from.Source), nil
	case "agency":
		source, err = c.agencyBase(p, from)
	default:
		err = fmt.Errorf("its mode %.40q is not supported; supported are AKSK, token, SSO, ecsAgency and agency", mode)
	}
	name := from.Get("agencyName").String
	if err != nil || name == "" && mode != "agency" {
		return source, err
	}
	a := agency{name, from.Get("agencyDomainName").String, from.Get("agencyDomainId").String, defaultDuration}
	if a.name == "" || a.domainName == "" && a.domainID == "" {
		return nil, fmt.Errorf("the name of the agency %.60q, or the account that has it, is missing: agencyName, and agencyDomainName or agencyDomainId", a.name)
	}
	return c.assumeAgency(source, from.Source, a)
}

// agencyBase opens the keys with which a profile of mode agency assumes it: those of
// its source, or its own.
func (c *Client) agencyBase(p *setting.Profiles, from setting.Profile) (*credentials.Source, error) {
	base := from
	if name := from.Get("sourceProfile").String; name != "" {
		var err error
		if base, err = p.Find(name); err != nil {
			return nil, fmt.Errorf("its sourceProfile: %w", err)
		}
		if base.Get("mode").String == "agency" {
			return nil, fmt.Errorf("its sourceProfile %.60q is of mode agency too, which is one too many", name)
		}
	} else if base = from.Without("mode"); from.Get("xAuthToken").IsSet() {
		return c.openToken(from.Get("xAuthToken"))
	}
	return c.profileSource(p, base.Without("agencyName"))
}

func (c *Client) profileKeys(keys setting.Profile, missing string) (*credentials.Source, error) {
	access, secret, token := keys.Get("accessKeyId"), keys.Get("secretAccessKey"), keys.Get("securityToken")
	if !access.IsSet() && !secret.IsSet() && !token.IsSet() {
		return nil, errors.New(missing)
	}
	return c.OpenKeys(keys.Source, access, secret, token)
}
