package huaweicloud

import (
	"context"
	"fmt"
	"time"
)

// credentials gives what to sign with now, renewed when three quarters of their time have
// passed. The region is the one whose IAM is asked where the provider has none.
func (c *Client) credentials(ctx context.Context, region string) (credentials, error) {
	login, err := c.login()
	if err != nil {
		return credentials{}, err
	}
	fresh := func(found credentials) bool {
		return found.renew.IsZero() || time.Now().Before(found.renew)
	}
	return c.keys.get(ctx, "", fresh, func(ctx context.Context) (credentials, error) {
		found, err := login.fetch(ctx)
		if err != nil {
			return credentials{}, err
		}
		found.from = login.name
		c.hide(found)
		if login.role == nil {
			return found, nil
		}
		if own, err := c.Region(""); err == nil {
			region = own
		}
		if found, err = c.assumeRole(ctx, *login.role, region, found); err != nil {
			return credentials{}, err
		}
		found.from = fmt.Sprintf("the agency %q, assumed with %s", login.role.agency, login.name)
		c.hide(found)
		return found, nil
	})
}
