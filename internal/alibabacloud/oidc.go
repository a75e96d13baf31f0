package alibabacloud

import (
	"cmp"
	"fmt"
	"os"
	"strings"

	"github.com/aliyun/credentials-go/credentials/providers"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/setting"
)

const oidcHint = "Check the ARNs of the role and of the identity provider, that the role's trust policy names the provider, " +
	"and that the token in the file is not older than it may be."

// oidcLogin assumes a role with an identity provider's token.
func (c *Client) oidcLogin(role AssumeRoleWithOIDC) (*login, error) {
	arn := oidcRoleARNSource.Find(role.RoleARN, c.getenv)
	providerARN := oidcProviderARNSource.Find(role.OIDCProviderARN, c.getenv)
	file := oidcTokenFileSource.Find(role.OIDCTokenFile, c.getenv)
	for _, needed := range []struct {
		value setting.Value
		what  string
	}{{arn, oidcRoleARNSource.What}, {providerARN, oidcProviderARNSource.What}, {file, oidcTokenFileSource.What}} {
		if !needed.value.Found() {
			return nil, fmt.Errorf("a role is to be assumed with an OIDC token, but %s is missing (%s)", needed.what, needed.value.Origin)
		}
	}
	seconds, err := oidcSessionExpirationSource.FindNumber(role.SessionExpiration, c.getenv).Seconds(minDuration, maxDuration)
	if err != nil {
		return nil, err
	}
	host, err := c.stsHost()
	if err != nil {
		return nil, err
	}
	name := cmp.Or(oidcSessionNameSource.Find(role.SessionName, c.getenv).Text, sessionName)
	provider, err := c.oidc(file.Text, func() *providers.OIDCCredentialsProviderBuilder {
		return providers.NewOIDCCredentialsProviderBuilder().
			WithRoleArn(arn.Text).
			WithOIDCProviderARN(providerARN.Text).
			WithRoleSessionName(name).
			WithDurationSeconds(seconds).
			WithPolicy(role.Policy).
			WithSTSEndpoint(host)
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", arn.Origin, err)
	}
	return &login{
		name:     fmt.Sprintf("the role %s (%s), assumed with the OIDC token of %s", arn.Text, arn.Origin, file.Origin),
		hint:     oidcHint,
		provider: provider,
	}, nil
}

// oidcProvider assumes a role with the token of a file, which whoever put it there
// replaces before it expires. The vendor's provider reads the file too, but it
// prefers a token that it finds in the environment to the file that it was told.
type oidcProvider struct {
	file    string
	session func() *providers.OIDCCredentialsProviderBuilder
	client  *Client

	token   string
	current providers.CredentialsProvider
}

func (c *Client) oidc(file string, session func() *providers.OIDCCredentialsProviderBuilder) (providers.CredentialsProvider, error) {
	if err := c.checkDebug(); err != nil {
		return nil, err
	}
	return &oidcProvider{file: setting.ExpandHome(c.getenv, file), session: session, client: c}, nil
}

// GetCredentials opens a session, or gives the open one while it lasts.
func (o *oidcProvider) GetCredentials() (*providers.Credentials, error) {
	text, err := os.ReadFile(o.file)
	if err != nil {
		return nil, err
	}
	token := strings.TrimSpace(string(text))
	if token == "" {
		return nil, fmt.Errorf("the file %s is empty", o.file)
	}
	if token != o.token {
		o.client.secrets.Add(token)
		provider, err := o.client.online(o.session().WithOIDCToken(token).Build())
		if err != nil {
			return nil, err
		}
		o.token, o.current = token, provider
	}
	return o.current.GetCredentials()
}

// GetProviderName names the provider as the vendor does.
func (o *oidcProvider) GetProviderName() string { return "oidc_role_arn" }
