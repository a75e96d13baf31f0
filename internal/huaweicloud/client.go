// Package huaweicloud calls Huawei Cloud's APIs: it finds settings and credentials,
// looks up projects in IAM, knows the regional endpoints, signs requests and reads
// errors.
//
// The vendor's SDK makes the signature and knows the endpoints. Its client does not
// send the requests: it takes no context, loses the headers of an error, and reads
// some errors as an empty list.
package huaweicloud

import (
	"context"
	"net/http"
	"sync/atomic"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/cloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/credentials"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/redact"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/setting"
)

// Client calls the APIs' operations. It is safe for concurrent use.
type Client struct {
	cloud.Client
	projects credentials.Group[string]
	// firstRegion is the region of the first read. Its IAM issues the temporary keys of an
	// agency if the provider has no region of its own.
	firstRegion atomic.Pointer[string]
}

// NewClient returns a client that reads nothing from disk or network before its
// first call: what is missing or broken is an error of that call. getenv is
// [os.Getenv]. Keys and tokens that the client finds are added to secrets.
func NewClient(s Settings, getenv func(string) string, requests *request.Client, secrets *redact.Secrets) *Client {
	c := &Client{
		Client: cloud.Client{
			Vendor: vendor, Lookup: setting.Lookup{Configuration: s, Getenv: getenv}, Requests: requests, Secrets: secrets,
			Metadata: metadata, Advice: gatewayAdvice, Endpoints: []setting.Option{endpointOption, iamEndpointOption},
			RegionOption: regionOption, RegionField: "region", RegionExample: "cn-north-4",
		},
		projects: credentials.Group[string]{Keep: true},
	}
	c.Selector = c.selector()
	return c
}

// Call makes the call of an operation of TaurusDB, and sets its project.
func (c *Client) Call(ctx context.Context, op *cloud.Operation) (call request.Call, err error) {
	endpoint, err := c.endpoint(op.Region)
	if err != nil {
		return call, err
	}
	if op.ProjectID, err = c.ProjectID(ctx, op.Region, op.ProjectID); err != nil {
		return call, err
	}
	path := append([]string{"v3", op.ProjectID}, op.Path...)
	rest := rest{method: http.MethodGet, endpoint: endpoint, path: path, query: op.Query, header: op.Header, projectID: op.ProjectID}
	return request.Call{NewRequest: rest.newRequest, Sign: rest.sign}, nil
}
