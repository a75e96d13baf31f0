package alibabacloud

import (
	"cmp"
	"fmt"

	"github.com/aliyun/credentials-go/credentials/providers"
)

const (
	// sessionName is what the cloud's audit trail shows where no name is set.
	sessionName = "terraform-provider-cloudbackup"
	// How long a role's session lasts, in seconds.
	minDuration = 900
	maxDuration = 43200
)

const roleHint = "Check the role's ARN, that its trust policy names who assumes it, and that they may call sts:AssumeRole."

// assumeRole is the login that assumes a role with another's keys.
func (c *Client) assumeRole(base *login, role AssumeRole) (*login, error) {
	arn := roleARNSource.Find(role.RoleARN, c.getenv)
	if !arn.Found() {
		return nil, fmt.Errorf("alibabacloud.assume_role is set without a role (%s)", arn.Origin)
	}
	seconds, err := roleSessionExpirationSource.FindNumber(role.SessionExpiration, c.getenv).Seconds(minDuration, maxDuration)
	if err != nil {
		return nil, err
	}
	host, err := c.stsHost()
	if err != nil {
		return nil, err
	}
	provider, err := c.online(providers.NewRAMRoleARNCredentialsProviderBuilder().
		WithCredentialsProvider(base.provider).
		WithRoleArn(arn.Text).
		WithRoleSessionName(cmp.Or(roleSessionNameSource.Find(role.SessionName, c.getenv).Text, sessionName)).
		WithDurationSeconds(seconds).
		WithPolicy(role.Policy).
		WithExternalId(role.ExternalID).
		WithStsEndpoint(host).
		Build())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", arn.Origin, err)
	}
	return &login{
		name:     fmt.Sprintf("the role %s (%s), assumed with %s", arn.Text, arn.Origin, base.name),
		hint:     roleHint + " " + base.hint,
		provider: provider,
	}, nil
}
