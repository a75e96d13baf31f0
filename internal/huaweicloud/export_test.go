package huaweicloud

import (
	"context"
	"time"
)

// SetMetadata replaces the address of the ECS metadata service, and the timeout of all
// attempts if it is not zero.
func SetMetadata(c *Client, address string, timeout time.Duration) {
	c.Metadata.Address = address
	if timeout != 0 {
		c.Metadata.Timeout = timeout
	}
}

// Endpoints are where a region's calls go.
func Endpoints(ctx context.Context, c *Client, region string) (taurusDB, iam string, err error) {
	t, err := c.endpoint(region)
	if err != nil {
		return "", "", err
	}
	i, err := c.iamEndpoint(ctx, region)
	if err != nil {
		return "", "", err
	}
	return t.String(), i.String(), nil
}
