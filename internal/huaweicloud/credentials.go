package huaweicloud

import (
	"context"
	"os"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/setting"
)

// Credentials are what a request is signed with, or the token that is sent
// instead of a signature.
type credentials struct {
	accessKey, secretKey, securityToken string
	authToken                           string
	renew                               time.Time // when to get new ones; zero is never
	from                                string    // where they come from, for errors
}

// A login is where credentials come from, with what its place says besides.
type login struct {
	name      string // of the place, for errors
	fetch     func(context.Context) (credentials, error)
	role      *role
	region    string
	projectID string
}

// findLogin chooses where the credentials come from. What the block names wins
// over the environment, whatever kind it is. What is named and broken is an
// error, never a reason to try the next.
//
// A role that only the environment names belongs to the environment's credentials:
// assumed with the block's, it could list another account. A profile's own role
// wins over it, as two can't be assumed.
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
	switch {
	case c.settings.AssumeRole != nil:
		found.role, err = c.findRole(*c.settings.AssumeRole)
	case !inBlock && found.role == nil && agencyNameSource.From(c.getenv).Found():
		found.role, err = c.findRole(AssumeRole{})
	}
	return found, err
}

// blockLogin is what the provider's block names: a token, then keys, a profile, an
// ECS agency; nil if it names nothing.
func (c *Client) blockLogin() (*login, error) {
	s := c.settings
	keys := setting.Keys{Access: accessKeySource.In(s.AccessKey), Secret: secretKeySource.In(s.SecretKey), Token: securityTokenSource.In(s.SecurityToken)}
	found, err := c.static(keys.FillFrom(c.environmentKeys()), authTokenSource.In(s.AuthToken))
	agency := ecsAgencySource.In(s.ECSAgency)
	switch {
	case found != nil || err != nil:
		return found, err
	case profileSource.In(s.Profile).Found() || configFileSource.In(s.SharedConfigFile).Found():
		return c.profileLogin()
	case agency.Found():
		return c.ecsLogin("the ECS agency of " + agency.Origin), nil
	}
	return nil, nil
}

// environmentLogin is what the environment names, the official provider's names
// before the SDK's; and where it names nothing, the SDK's credentials file or the
// CLI's current profile. It is nil if there is none of them.
func (c *Client) environmentLogin() (*login, error) {
	found, err := c.static(c.environmentKeys(), authTokenSource.From(c.getenv))
	if found != nil || err != nil {
		return found, err
	}
	if profileSource.From(c.getenv).Found() || configFileSource.From(c.getenv).Found() {
		return c.profileLogin()
	}
	found, err = c.static(setting.Keys{
		Access: sdkAccessKeySource.From(c.getenv), Secret: sdkSecretKeySource.From(c.getenv), Token: sdkSecurityTokenSource.From(c.getenv),
	}, setting.Value{})
	if found != nil || err != nil {
		return found, err
	}
	if file := sdkCredentialsFileSource.From(c.getenv); file.Found() {
		return c.sdkFileLogin(file)
	}
	if file := setting.HomeFile(c.getenv, ".huaweicloud", "credentials"); exists(file) {
		return c.sdkFileLogin(setting.NewValue(file, "the SDK's credentials file"))
	}
	return c.profileLogin()
}

// exists reports whether there is such a file. One that is broken is reported when
// it is read.
func exists(path string) bool {
	if path == "" {
		return false
	}
	_, err := os.Stat(path)
	return err == nil
}

func (c *Client) environmentKeys() setting.Keys {
	return setting.Keys{Access: accessKeySource.From(c.getenv), Secret: secretKeySource.From(c.getenv), Token: securityTokenSource.From(c.getenv)}
}

// static is the login with a token or with keys that don't change; nil if there
// are none.
func (c *Client) static(keys setting.Keys, authToken setting.Value) (*login, error) {
	if authToken.Found() {
		keys.Token = setting.Value{} // it is of no use, and may lack its keys
	}
	if err := keys.Check(); err != nil {
		return nil, err
	}
	switch {
	case authToken.Found():
		return c.fixed("the token of "+authToken.Origin, credentials{authToken: authToken.Text}), nil
	case keys.Found():
		return c.fixed("the keys of "+keys.Access.Origin,
			credentials{accessKey: keys.Access.Text, secretKey: keys.Secret.Text, securityToken: keys.Token.Text}), nil
	}
	return nil, nil
}

// fixed is a login whose credentials don't change.
func (c *Client) fixed(name string, found credentials) *login {
	c.hide(found)
	return &login{name: name, fetch: func(context.Context) (credentials, error) { return found, nil }}
}

// hide adds what is secret to the secrets.
func (c *Client) hide(found credentials) {
	c.secrets.Add(found.accessKey, found.secretKey, found.securityToken, found.authToken)
}
