package alibabacloud

import (
	"fmt"

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
			c.Keys(credentials.Keys, "an access key, with the security token of a temporary one",
				accessKeyOption, secretKeyOption, securityTokenOption),
			c.Profile(credentials.Profile, cli, c.openProfile),
			credentials.Named(credentials.Machine, "the RAM role of the ECS instance", ecsRoleOption,
				func(v setting.Value) (*credentials.Source, error) { return c.ecsRole("the ECS role in "+v.Origin, v) }),
			credentials.Named(credentials.URI, "a URL that returns credentials", credentialsURIOption,
				func(v setting.Value) (*credentials.Source, error) {
					return c.uri("the credentials URI in "+v.Origin, v)
				}),
			{
				Kind:    credentials.OIDC,
				Title:   "a RAM role that is assumed with an OIDC token",
				Options: []setting.Option{oidcProviderARNOption, oidcTokenFileOption},
				Further: []setting.Option{oidcRoleARNOption},
				Open:    c.openOIDC,
			},
			c.Profile(credentials.Unnamed, cli, c.openProfile),
		},
		Role: credentials.Role{Option: roleARNOption, OIDCRole: oidcRoleARNOption, Assume: c.openRole},
	}
}

// openOIDC opens the OIDC token. What the provider configuration leaves out comes from
// the environment.
func (c *Client) openOIDC([]setting.Value) (*credentials.Source, error) {
	arn, providerARN, file := c.Lookup.Find(oidcRoleARNOption), c.Lookup.Find(oidcProviderARNOption), c.Lookup.Find(oidcTokenFileOption)
	for _, value := range []setting.Value{arn, providerARN, file} {
		if !value.IsSet() {
			return nil, fmt.Errorf("a role is to be assumed with an OIDC token, but a setting is missing: %s", value.Origin)
		}
	}
	source := fmt.Sprintf("the role %s (%s), assumed with the OIDC token of %s", arn.String, arn.Origin, file.Origin)
	return c.assumeRoleWithOIDC(source, providerARN.String, file, role{
		arn: arn, session: c.Lookup.Find(oidcSessionNameOption), duration: c.Lookup.Find(oidcSessionExpirationOption), policy: c.Lookup.Find(oidcPolicyOption),
	})
}

// openRole opens the role that is assumed on top of a source.
func (c *Client) openRole(base *credentials.Source, arn setting.Value) (*credentials.Source, error) {
	source := fmt.Sprintf("the role %s (%s), assumed with %s", arn.String, arn.Origin, base.Name)
	return c.assumeRole(base, source, role{
		arn: arn, session: c.Lookup.Find(roleSessionNameOption), duration: c.Lookup.Find(roleSessionExpirationOption),
		policy: c.Lookup.Find(rolePolicyOption), externalID: c.Lookup.Find(roleExternalIDOption),
	})
}
