package huaweicloud

import (
	"context"
	"net/http"
	"net/url"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
)

// SetMetadata puts a stand-in in the place of the ECS metadata service.
func SetMetadata(c *Client, address string) { c.metadata = address }

// Endpoints gives where a region's calls go.
func Endpoints(c *Client, region string) (taurusDB, iam string, err error) {
	t, err := c.endpoint(region)
	if err != nil {
		return "", "", err
	}
	i, err := c.iamEndpoint(region)
	if err != nil {
		return "", "", err
	}
	return t.String(), i.String(), nil
}

// Read judges an answer.
func Read(answer request.Answer, decode func([]byte) error) error {
	return read(answer, adviseOnTaurusDB, decode)
}

// Signer gives a function that makes and signs a request.
func Signer(endpoint, path string, query url.Values, header http.Header, projectID, access, secret, token string) func(context.Context) error {
	base, err := url.Parse(endpoint)
	if err != nil {
		return func(context.Context) error { return err }
	}
	c := call{
		method: http.MethodGet, endpoint: base, path: path, query: query, header: header, projectID: projectID,
		credentials: credentials{accessKey: access, secretKey: secret, securityToken: token},
	}
	target, err := c.url()
	if err != nil {
		return func(context.Context) error { return err }
	}
	return func(ctx context.Context) error {
		_, err := c.build(ctx, target)
		return err
	}
}
