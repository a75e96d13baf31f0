package alibabacloud

import (
	"fmt"

	"github.com/aliyun/credentials-go/credentials/providers"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/setting"
)

const metadataHint = "The role is asked for at the metadata service of an ECS instance, 100.100.100.200: " +
	"check that this machine is one, that the role is attached to it, and that NO_PROXY names the address where a proxy is set."

// ecsLogin gets temporary keys of the ECS instance's role from its metadata service.
func (c *Client) ecsLogin(role setting.Value) (*login, error) {
	provider, err := c.metadata(role.Text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", role.Origin, err)
	}
	return &login{
		name:     fmt.Sprintf("the ECS role %q (%s)", role.Text, role.Origin),
		hint:     metadataHint,
		provider: provider,
	}, nil
}

// metadata is the vendor's provider for an instance's role. It gives up within seconds.
func (c *Client) metadata(role string) (providers.CredentialsProvider, error) {
	provider, err := providers.NewECSRAMRoleCredentialsProviderBuilder().WithRoleName(role).Build()
	return c.online(provider, err)
}
