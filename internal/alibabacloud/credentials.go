package alibabacloud

import (
	"fmt"

	"github.com/aliyun/credentials-go/credentials/providers"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/setting"
)

// Credentials are what a request is signed with.
type credentials struct {
	accessKey, secretKey, securityToken string
}

// A login is where credentials come from.
type login struct {
	name     string // of the place, for errors
	hint     string // what to check when it gives none
	provider providers.CredentialsProvider
}

// findLogin chooses where the credentials come from. What the block names wins
// over the environment, whatever kind it is. What is named and broken is an
// error, never a reason to try the next.
//
// A role that only the environment names belongs to the environment's credentials:
// assumed with the block's, it could list another account.
func (c *Client) findLogin() (*login, error) {
	found, err := c.blockLogin()
	inBlock := found != nil
	if found == nil && err == nil {
		found, err = c.environmentLogin()
	}
	if err != nil {
		return nil, err
	}
	if found == nil {
		return nil, errNoCredentials()
	}
	// Where a pod has an OIDC token, the variable names that token's role.
	_, isOIDC := found.provider.(*oidcProvider)
	switch {
	case c.settings.AssumeRole != nil:
		return c.assumeRole(found, *c.settings.AssumeRole)
	case !inBlock && !isOIDC && roleARNSource.From(c.getenv).Found():
		return c.assumeRole(found, AssumeRole{})
	}
	return found, nil
}

// blockLogin is what the provider's block names: OIDC, then keys, a profile, an
// ECS role, a URI; nil if it names nothing.
func (c *Client) blockLogin() (*login, error) {
	s := c.settings
	if s.AssumeRoleWithOIDC != nil {
		return c.oidcLogin(*s.AssumeRoleWithOIDC)
	}
	keys := setting.Keys{Access: accessKeySource.In(s.AccessKey), Secret: secretKeySource.In(s.SecretKey), Token: securityTokenSource.In(s.SecurityToken)}
	found, err := c.static(keys.FillFrom(c.environmentKeys()))
	role, uri := ecsRoleSource.In(s.ECSRoleName), credentialsURISource.In(s.CredentialsURI)
	switch {
	case found != nil || err != nil:
		return found, err
	case profileSource.In(s.Profile).Found() || credentialsFileSource.In(s.SharedCredentialsFile).Found():
		return c.profileLogin()
	case role.Found():
		return c.ecsLogin(role)
	case uri.Found():
		return c.uriLogin(uri)
	}
	return nil, nil
}

// environmentLogin is what the environment names, in the same order but with OIDC
// last; and where it names nothing, the CLI's current profile. It is nil if the CLI
// was never configured.
func (c *Client) environmentLogin() (*login, error) {
	found, err := c.static(c.environmentKeys())
	role, uri := ecsRoleSource.From(c.getenv), credentialsURISource.From(c.getenv)
	switch {
	case found != nil || err != nil:
		return found, err
	case profileSource.From(c.getenv).Found() || credentialsFileSource.From(c.getenv).Found():
		return c.profileLogin()
	case role.Found():
		return c.ecsLogin(role)
	case uri.Found():
		return c.uriLogin(uri)
	case oidcProviderARNSource.From(c.getenv).Found() || oidcTokenFileSource.From(c.getenv).Found():
		return c.oidcLogin(AssumeRoleWithOIDC{})
	}
	return c.profileLogin()
}

func (c *Client) environmentKeys() setting.Keys {
	return setting.Keys{Access: accessKeySource.From(c.getenv), Secret: secretKeySource.From(c.getenv), Token: securityTokenSource.From(c.getenv)}
}

// static is the login with keys that don't change; nil if there are none.
func (c *Client) static(keys setting.Keys) (*login, error) {
	if err := keys.Check(); err != nil || !keys.Found() {
		return nil, err
	}
	provider, err := c.fixed(keys.Access.Text, keys.Secret.Text, keys.Token.Text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", keys.Access.Origin, err)
	}
	return &login{name: "the keys of " + keys.Access.Origin, provider: provider}, nil
}

// fixed is the vendor's provider for keys that don't change. They are not empty:
// it would take the environment's instead.
func (c *Client) fixed(access, secret, token string) (providers.CredentialsProvider, error) {
	c.secrets.Add(access, secret, token)
	if token != "" {
		return providers.NewStaticSTSCredentialsProviderBuilder().
			WithAccessKeyId(access).WithAccessKeySecret(secret).WithSecurityToken(token).Build()
	}
	return providers.NewStaticAKCredentialsProviderBuilder().
		WithAccessKeyId(access).WithAccessKeySecret(secret).Build()
}
