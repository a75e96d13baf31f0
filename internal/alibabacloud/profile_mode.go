package alibabacloud

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aliyun/credentials-go/credentials/providers"
)

// profileLogin is the login of the chosen profile; nil if none is named and the CLI
// was never configured.
func (c *Client) profileLogin() (*login, error) {
	p, err := c.profile()
	if p == nil || err != nil {
		return nil, err
	}
	provider, err := c.profileProvider(p, p.chosen, nil)
	if err != nil {
		return nil, err
	}
	hints := map[string]string{
		"EcsRamRole": metadataHint, "RamRoleArnWithRoleName": metadataHint,
		"RamRoleArn": roleHint, "ChainableRamRoleArn": roleHint, "OIDC": oidcHint,
	}
	return &login{name: p.file.Describe(p.chosen.Name), hint: hints[p.chosen.Mode], provider: provider}, nil
}

// profileProvider makes the vendor's provider for a profile. The vendor's own
// reader of the file is not used: its error about a malformed file holds the whole
// file, it fills what a profile lacks from the environment, and it follows a
// profile that names itself as its source without end. through are the
// profiles that led here.
func (c *Client) profileProvider(p *profiles, from profile, through []string) (providers.CredentialsProvider, error) {
	name := p.file.Describe(from.Name)
	need := func(fields ...string) error {
		for i := 0; i < len(fields); i += 2 {
			if strings.TrimSpace(fields[i+1]) == "" {
				return fmt.Errorf("%s, of mode %s, has no %s", name, from.Mode, fields[i])
			}
		}
		return nil
	}
	switch from.Mode {
	case "AK":
		if err := need("access_key_id", from.AccessKeyID, "access_key_secret", from.AccessKeySecret); err != nil {
			return nil, err
		}
		return c.fixed(from.AccessKeyID, from.AccessKeySecret, "")
	case "StsToken":
		if err := need("access_key_id", from.AccessKeyID, "access_key_secret", from.AccessKeySecret, "sts_token", from.StsToken); err != nil {
			return nil, err
		}
		return c.fixed(from.AccessKeyID, from.AccessKeySecret, from.StsToken)
	case "RamRoleArn":
		if err := need("access_key_id", from.AccessKeyID, "access_key_secret", from.AccessKeySecret); err != nil {
			return nil, err
		}
		base, err := c.fixed(from.AccessKeyID, from.AccessKeySecret, from.StsToken)
		if err != nil {
			return nil, err
		}
		return c.profileRole(name, from, base)
	case "EcsRamRole":
		return c.profileMetadata(name, from)
	case "RamRoleArnWithRoleName":
		base, err := c.profileMetadata(name, from)
		if err != nil {
			return nil, err
		}
		return c.profileRole(name, from, base)
	case "ChainableRamRoleArn":
		if err := need("source_profile", from.SourceProfile); err != nil {
			return nil, err
		}
		through = append(through, from.Name)
		if slices.Contains(through, from.SourceProfile) {
			return nil, fmt.Errorf("%s leads back to itself by source_profile: %s", name, strings.Join(append(through, from.SourceProfile), ", "))
		}
		next, err := p.find(from.SourceProfile)
		if err != nil {
			return nil, fmt.Errorf("source_profile of %s: %w", name, err)
		}
		base, err := c.profileProvider(p, next, through)
		if err != nil {
			return nil, err
		}
		return c.profileRole(name, from, base)
	case "OIDC":
		if err := need("oidc_provider_arn", from.OIDCProviderARN, "oidc_token_file", from.OIDCTokenFile, "ram_role_arn", from.RAMRoleARN); err != nil {
			return nil, err
		}
		return c.profileOIDC(name, from)
	case "CredentialsURI":
		if err := need("credentials_uri", from.CredentialsURI); err != nil {
			return nil, err
		}
		provider, err := c.uri(from.CredentialsURI)
		if err != nil {
			return nil, fmt.Errorf("credentials_uri of %s: %w", name, err)
		}
		return provider, nil
	case "CloudSSO":
		return c.profileCloudSSO(name, from)
	case "External":
		if err := need("process_command", from.ProcessCommand); err != nil {
			return nil, err
		}
		return c.watch(&externalProvider{command: from.ProcessCommand}), nil
	}
	// OAuth is not among them on purpose: a refresh token is used up when it is used,
	// so that the vendor's library has to write the user's file anew.
	return nil, fmt.Errorf("%s has the mode %q, which is not supported; supported are AK, StsToken, RamRoleArn, EcsRamRole, "+
		"RamRoleArnWithRoleName, ChainableRamRoleArn, OIDC, CredentialsURI, CloudSSO and External", name, from.Mode)
}

// profileRole takes on a profile's role.
func (c *Client) profileRole(name string, from profile, base providers.CredentialsProvider) (providers.CredentialsProvider, error) {
	if strings.TrimSpace(from.RAMRoleARN) == "" {
		return nil, fmt.Errorf("%s, of mode %s, has no ram_role_arn", name, from.Mode)
	}
	host, err := c.stsHost()
	if err != nil {
		return nil, err
	}
	provider, err := c.online(providers.NewRAMRoleARNCredentialsProviderBuilder().
		WithCredentialsProvider(base).
		WithRoleArn(from.RAMRoleARN).
		WithRoleSessionName(profileSession(from)).
		WithDurationSeconds(from.ExpiredSeconds).
		WithStsRegionId(from.StsRegion).
		WithEnableVpc(from.EnableVPC).
		WithPolicy(from.Policy).
		WithExternalId(from.ExternalID).
		WithStsEndpoint(host).
		Build())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return provider, nil
}

func (c *Client) profileMetadata(name string, from profile) (providers.CredentialsProvider, error) {
	provider, err := c.metadata(from.RAMRoleName)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return provider, nil
}

func (c *Client) profileOIDC(name string, from profile) (providers.CredentialsProvider, error) {
	host, err := c.stsHost()
	if err != nil {
		return nil, err
	}
	if from.ExpiredSeconds != 0 && from.ExpiredSeconds < minDuration {
		return nil, fmt.Errorf("%s: expired_seconds is %d, and must be %d at least", name, from.ExpiredSeconds, minDuration)
	}
	provider, err := c.oidc(from.OIDCTokenFile, func() *providers.OIDCCredentialsProviderBuilder {
		return providers.NewOIDCCredentialsProviderBuilder().
			WithRoleArn(from.RAMRoleARN).
			WithOIDCProviderARN(from.OIDCProviderARN).
			WithRoleSessionName(profileSession(from)).
			WithDurationSeconds(from.ExpiredSeconds).
			WithStsRegionId(from.StsRegion).
			WithEnableVpc(from.EnableVPC).
			WithPolicy(from.Policy).
			WithSTSEndpoint(host)
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return provider, nil
}

func (c *Client) profileCloudSSO(name string, from profile) (providers.CredentialsProvider, error) {
	c.secrets.Add(from.CloudSSOAccessToken)
	if from.CloudSSOAccessToken == "" || from.CloudSSOAccessTokenExpire <= time.Now().Unix() {
		return nil, errors.New(name + ": the CloudSSO sign-in has expired; sign in again with `aliyun configure --mode CloudSSO --profile " + from.Name + "`")
	}
	provider, err := c.online(providers.NewCloudSSOCredentialsProviderBuilder().
		WithSignInUrl(from.CloudSSOSignInURL).
		WithAccountId(from.CloudSSOAccountID).
		WithAccessConfig(from.CloudSSOAccessConfig).
		WithAccessToken(from.CloudSSOAccessToken).
		WithAccessTokenExpire(from.CloudSSOAccessTokenExpire).
		Build())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return provider, nil
}

func profileSession(from profile) string {
	if from.RAMSessionName != "" {
		return from.RAMSessionName
	}
	return sessionName
}
