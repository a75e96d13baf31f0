package huaweicloud

import (
	"errors"
	"fmt"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/setting"
)

// profileLogin is the login of the chosen profile; nil if none is named and the CLI
// was never configured.
func (c *Client) profileLogin() (*login, error) {
	p, err := c.readProfiles()
	if p == nil || err != nil {
		return nil, err
	}
	name := p.file.Describe(p.chosen.Name)
	found, err := c.modeLogin(p, name, p.chosen)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	found.name, found.region, found.projectID = name, p.chosen.Region, p.chosen.ProjectID
	return found, nil
}

// modeLogin is the login of a profile by its mode.
func (c *Client) modeLogin(p *profiles, name string, from profile) (*login, error) {
	if p.encrypted && from.Mode != "ecsAgency" {
		return nil, errors.New("its keys are encrypted, and only the CLI can read them; " +
			"run `hcloud configure set --cli-auth-encrypt=false`, or give the keys another way")
	}
	var found *login
	var err error
	switch from.Mode {
	case "", "AKSK":
		found, err = c.profileKeys(from.profileKeys)
	case "SSO":
		found, err = c.profileKeys(from.SSOAuth.STSToken)
		if found == nil && err == nil {
			err = errors.New("it has no session; run `hcloud configure sso`")
		}
	case "token":
		found, err = c.static(setting.Keys{}, setting.NewValue(from.XAuthToken, "xAuthToken"))
	case "ecsAgency":
		return c.ecsLogin(name), nil
	case "agency":
		return c.sourceLogin(p, name, from)
	default:
		return nil, fmt.Errorf("its mode %q is not supported; supported are AKSK, token, SSO, ecsAgency and agency", from.Mode)
	}
	if err == nil && found == nil {
		err = errors.New("it has no keys")
	}
	if err == nil && from.AgencyName != "" {
		found.role, err = from.role()
	}
	return found, err
}

// sourceLogin is the login of a profile in mode agency: the agency is assumed with
// the keys of its source, or with its own.
func (c *Client) sourceLogin(p *profiles, name string, from profile) (*login, error) {
	keys := from
	if from.SourceProfile != "" {
		var err error
		if keys, err = p.find(from.SourceProfile); err != nil {
			return nil, fmt.Errorf("its sourceProfile: %w", err)
		}
		if keys.Mode == "agency" {
			return nil, fmt.Errorf("its sourceProfile %q has an agency too; that is one too many", from.SourceProfile)
		}
	}
	keys.AgencyName = ""
	if keys.Mode == "agency" {
		keys.Mode = "AKSK"
		if keys.XAuthToken != "" {
			keys.Mode = "token"
		}
	}
	found, err := c.modeLogin(p, name, keys)
	if err == nil {
		found.role, err = from.role()
	}
	return found, err
}

func (c *Client) profileKeys(keys profileKeys) (*login, error) {
	return c.static(setting.Keys{
		Access: setting.NewValue(keys.AccessKeyID, "accessKeyId"),
		Secret: setting.NewValue(keys.SecretAccessKey, "secretAccessKey"),
		Token:  setting.NewValue(keys.SecurityToken, "securityToken"),
	}, setting.Value{})
}

func (p *profile) role() (*role, error) {
	return newRole(p.AgencyName, p.AgencyDomainName, p.AgencyDomainID, 0)
}
