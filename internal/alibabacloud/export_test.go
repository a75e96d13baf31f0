package alibabacloud

import (
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/setting"
)

// SetMetadata replaces the address of the ECS metadata service.
func SetMetadata(c *Client, address string) { c.Metadata.Address = address }

// SetMetadataTimeout replaces the timeout of all attempts.
func SetMetadataTimeout(c *Client, timeout time.Duration) { c.Metadata.Timeout = timeout }

// STSEndpoint is where a client assumes a role whose profile has these fields.
func STSEndpoint(c *Client, endpoint, region string, vpc bool) (string, error) {
	u, err := c.stsEndpoint(setting.NewValue(endpoint, "sts_endpoint"), setting.NewValue(region, "sts_region"), vpc)
	if err != nil {
		return "", err
	}
	return u.String(), nil
}

// SplitCommand splits a command.
var SplitCommand = splitCommand
