package huaweicloud

import (
	"fmt"
	"os"

	"gopkg.in/ini.v1"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/credentials"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/setting"
)

// selector has the candidates for the credentials. Their order of precedence is
// package credentials' own.
func (c *Client) selector() credentials.Selector {
	return credentials.Selector{
		Vendor: vendor,
		Lookup: c.Lookup,
		Candidates: []credentials.Candidate{
			credentials.Named(credentials.Keys, "an IAM token", authTokenOption, c.openToken),
			c.Keys(credentials.Keys, "an access key, with the security token of a temporary one",
				accessKeyOption, secretKeyOption, securityTokenOption),
			c.Profile(credentials.Profile, cli, c.openProfile),
			// The official provider doesn't know the SDK's names, so its own win over them.
			c.Keys(credentials.Profile, "an access key under the SDK's names",
				sdkAccessKeyOption, sdkSecretKeyOption, sdkSecurityTokenOption),
			credentials.Named(credentials.Profile, "a credentials file of the SDK, ~/.huaweicloud/credentials unless another file is set",
				sdkFileOption, c.openSDKFile),
			credentials.Named(credentials.Machine, "the agency of the ECS instance", ecsAgencyOption,
				func(v setting.Value) (*credentials.Source, error) {
					return c.ecsAgency("the ECS agency in " + v.Origin), nil
				}),
			{Kind: credentials.Unnamed, Open: c.openDefaultSDKFile},
			c.Profile(credentials.Unnamed, cli, c.openProfile),
		},
		Role: credentials.Role{Option: agencyNameOption, Assume: c.openAgency},
	}
}

func (c *Client) openToken(token setting.Value) (*credentials.Source, error) {
	c.Secrets.Add(token.String)
	if err := token.CheckPrintable(); err != nil {
		return nil, fmt.Errorf("the auth token can't be used: %w", err)
	}
	return credentials.Static(credentials.Credentials{AuthToken: token.String, Source: "the token in " + token.Origin}), nil
}

// openSDKFile opens the SDK's credentials file: INI, section basic.
func (c *Client) openSDKFile(file setting.Value) (*credentials.Source, error) {
	content, err := setting.ReadFile(setting.ExpandHome(c.Lookup.Getenv, file.String))
	if err != nil {
		return nil, fmt.Errorf("%s: the file %s can't be used: %w", file.Origin, file.String, err)
	}
	// The library's error repeats the line that it can't read.
	parsed, err := ini.Load(content)
	if err != nil {
		return nil, fmt.Errorf("%s: %s is not a valid INI file", file.Origin, file.String)
	}
	section, err := parsed.GetSection("basic")
	if err != nil {
		return nil, fmt.Errorf("%s: %s has no section [basic]", file.Origin, file.String)
	}
	key := func(name string) setting.Value {
		return setting.NewValue(section.Key(name).String(), name+" of "+file.String)
	}
	source, err := c.OpenKeys("the access key in "+file.String, key("ak"), key("sk"), key("security_token"))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file.Origin, err)
	}
	source.ProjectID, source.IAMEndpoint = key("project_id"), key("iam_endpoint")
	return source, nil
}

func (c *Client) openDefaultSDKFile([]setting.Value) (*credentials.Source, error) {
	path := setting.HomeFile(c.Lookup.Getenv, ".huaweicloud", "credentials")
	if _, err := os.Stat(path); err != nil {
		return nil, nil //nolint:nilerr // a file that is there and broken is an error when it is read
	}
	return c.openSDKFile(setting.NewValue(path, "the SDK's credentials file"))
}

// openAgency opens the agency that is assumed on top of a source. The account that has
// it is one setting, by name or by ID: a name in the provider configuration wins over
// an ID in the environment.
func (c *Client) openAgency(base *credentials.Source, name setting.Value) (*credentials.Source, error) {
	domainName, domainID := c.Lookup.Configured(domainNameOption), c.Lookup.Configured(domainIDOption)
	if !domainName.IsSet() && !domainID.IsSet() {
		domainName, domainID = c.Lookup.Environment(domainNameOption), c.Lookup.Environment(domainIDOption)
	}
	if !domainName.IsSet() && !domainID.IsSet() {
		return nil, fmt.Errorf("%s names an agency, but not the account that has it; set %s, or %s", name.Origin, domainNameOption, domainIDOption)
	}
	duration, err := c.Lookup.Find(durationOption).Int(durationOption, defaultDuration)
	if err != nil {
		return nil, err
	}
	source := fmt.Sprintf("the agency %s (%s), assumed with %s", name.String, name.Origin, base.Name)
	return c.assumeAgency(base, source, agency{name.String, domainName.String, domainID.String, duration})
}
